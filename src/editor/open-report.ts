import { dirname } from 'node:path';
import type * as vscode from 'vscode';
import { showFailure, type Host } from './host.ts';
import { commands } from './ids.ts';
import { pickRun } from './pick-run.ts';
import type { RunStore } from './runs/store.ts';
import { textIn } from './printed.ts';
import { startTrainer } from './trainer-process.ts';

/** Registers Open Report: the command line writes the page anew, the system's browser shows it. Reads runs only, so it needs no trust. */
export function registerReport(host: Host, runs: RunStore): vscode.Disposable[] {
  const { api } = host;
  const { t } = api.l10n;
  return [
    api.commands.registerCommand(commands.openReport, async (chosen?: unknown) => {
      const folder = await pickRun(host, runs, 'onDisk', chosen);
      if (folder === undefined) return;
      const writer = startTrainer(host, ['report', folder, '--json'], dirname(folder), {}, await host.node().catch(() => undefined));
      const ending = await api.window.withProgress({ location: api.ProgressLocation.Window, title: t('Writing the report') }, () => writer.ended);
      const report = ending.kind === 'done' ? textIn(writer.output, 'report') : undefined;
      if (report === undefined) return showFailure(host, t('The report was not written: {0}', ending.kind === 'failed' ? ending.said : t('see the log.')));
      if (!(await api.env.openExternal(api.Uri.file(report)))) await showFailure(host, t('No browser could be opened here. The report is at {0}', report));
    }),
  ];
}
