/** What can be done with runs from the tree: curves, comparing, revealing, copying the path, opening the file used, deleting. */
import type * as vscode from 'vscode';
import { recordedFile } from '../compare-config.ts';
import { runIn } from '../experiment-target.ts';
import { showFailure, type Host } from '../host.ts';
import { commands, pages } from '../ids.ts';
import { pickRun, pickRuns } from '../pick-run.ts';
import { isOnDisk, uriOf } from '../runs/place.ts';
import type { RunStore } from '../runs/store.ts';

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
/** The runs among what a menu hands over: the entry under the pointer, and all that are selected. */
const runsIn = (one: unknown, all: unknown): string[] => [...new Set((Array.isArray(all) && all.length > 1 ? all : [one]).flatMap((each) => runIn(each) ?? []))];

/** Registers the commands on runs. Deleting alone changes anything. */
export function registerRunCommands(host: Host, runs: RunStore): vscode.Disposable[] {
  const { api } = host;
  const on = (id: string, action: (one: unknown, all: unknown) => unknown): vscode.Disposable => api.commands.registerCommand(id, (one?: unknown, all?: unknown) => action(one, all));
  return [
    on(commands.showCurves, async (one, all) => {
      const given = runsIn(one, all);
      const folders = given.length > 0 ? given : [await pickRun(host, runs, 'viewable')].filter((folder) => folder !== undefined);
      if (folders.length > 0) await api.commands.executeCommand(pages.openCurves, { runs: folders });
    }),
    on(commands.compareRuns, async (one, all) => {
      const given = runsIn(one, all);
      const folders = given.length > 1 ? given : await pickRuns(host, runs);
      if (folders && folders.length > 0) await api.commands.executeCommand(pages.openCurves, { runs: folders });
    }),
    on(commands.showTrajectory, async (one) => {
      const folder = runIn(one);
      if (folder === undefined || !isFields(one)) return;
      const row = isFields(one['row']) ? one['row'] : {};
      const step = isFields(one['step']) ? one['step']['index'] : undefined;
      const iteration = typeof one['iteration'] === 'number' ? one['iteration'] : typeof row['iteration'] === 'number' ? row['iteration'] : undefined;
      await api.commands.executeCommand(pages.openTrajectory, { run: folder, ...(iteration === undefined ? {} : { iteration }), ...(typeof row['id'] === 'string' ? { id: row['id'] } : {}), ...(typeof step === 'number' ? { step } : {}) });
    }),
    on(commands.revealRun, async (one) => {
      const folder = runIn(one);
      if (folder !== undefined) await api.commands.executeCommand('revealFileInOS', uriOf(api, folder));
    }),
    on(commands.copyRunPath, async (one, all) => api.env.clipboard.writeText(runsIn(one, all).join('\n'))),
    on(commands.openUsedFile, async (one) => {
      const folder = await pickRun(host, runs, 'viewable', one);
      // a record is not to be edited: the run would no longer say what it ran
      if (folder !== undefined) await api.commands.executeCommand('vscode.open', isOnDisk(folder) ? recordedFile(api, folder) : uriOf(api, folder, 'experiment.steptool.json'));
    }),
    on(commands.deleteRun, (one, all) => deleteRuns(host, runs, runsIn(one, all))),
  ];
}

async function deleteRuns(host: Host, runs: RunStore, folders: readonly string[]): Promise<void> {
  const { api } = host;
  const { t } = api.l10n;
  const known = new Set((await runs.runs()).map(({ folder }) => folder));
  const entries = await Promise.all(folders.filter((folder) => known.has(folder)).map((folder) => runs.run(folder)));
  if (entries.length === 0) return;
  if (entries.some((entry) => entry.kind === 'run' && entry.head.status === 'running')) {
    return void (await api.window.showWarningMessage(t('A run that is being trained cannot be deleted. Stop it first.')));
  }
  const name = (folder: string): string => folder.split(/[\\/]/).slice(-2).join('/');
  const remove = t('Delete');
  const question = entries.length === 1 ? t('Delete the run {0}?', name(entries[0].folder)) : t('Delete {0} runs?', entries.length);
  if ((await api.window.showWarningMessage(question, { modal: true, detail: t('Its checkpoints, trajectories and scores are moved to the trash.') }, remove)) !== remove) return;
  for (const { folder } of entries) {
    try {
      await api.workspace.fs.delete(uriOf(api, folder), { recursive: true, useTrash: true });
    } catch (error) {
      host.log.warn(error instanceof Error ? error.message : String(error));
      const forGood = t('Delete Permanently');
      if ((await api.window.showWarningMessage(t('{0} cannot be moved to the trash here. Delete it permanently?', name(folder)), { modal: true }, forGood)) !== forGood) return;
      try {
        await api.workspace.fs.delete(uriOf(api, folder), { recursive: true, useTrash: false });
      } catch (final) {
        return showFailure(host, t('{0} was not deleted: {1}', name(folder), final instanceof Error ? final.message : String(final)));
      }
    }
  }
}
