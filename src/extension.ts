/** The editor's door: makes the host that features are given, and registers them. */
import { fork } from 'node:child_process';
import * as vscode from 'vscode';
import { registerCurves } from './editor/curves-page/register.ts';
import type { Host } from './editor/host.ts';
import { displayName, settings } from './editor/ids.ts';
import { registerCompareConfig } from './editor/compare-config.ts';
import { registerExport } from './editor/export-checkpoint.ts';
import { registerLanguage } from './editor/language/register.ts';
import { registerLenses } from './editor/lenses.ts';
import { registerNewExperiment } from './editor/new-experiment.ts';
import { registerTasks } from './editor/tasks.ts';
import { registerWalkthrough } from './editor/walkthrough.ts';
import { registerReport } from './editor/open-report.ts';
import { createRunStore } from './editor/runs/workspace-store.ts';
import { registerSidebar } from './editor/sidebar/register.ts';
import { registerTraining } from './editor/train.ts';
import { Trainings } from './editor/trainer-list.ts';
import { registerMeasuring } from './editor/trainer-measure.ts';
import { chooseNode } from './editor/trainer-node.ts';
import { registerStatus } from './editor/trainer-status.ts';
import { registerStopping } from './editor/trainer-stop.ts';
import { registerTrajectories } from './editor/trajectory-page/register.ts';

/** Called by the editor when an experiment file is opened, a view is shown or a command is used. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel(displayName, { log: true });
  const host: Host = {
    api: vscode, log, fork,
    commandLine: context.asAbsolutePath('dist/cli.mjs'),
    node: () => chooseNode(vscode.workspace.getConfiguration().get<string>(settings.nodePath, ''), vscode.l10n.t),
    later: (milliseconds, action) => {
      const timer = setTimeout(action, milliseconds);
      return () => clearTimeout(timer);
    },
  };
  const runs = createRunStore(host);
  const trainings = new Trainings();
  context.subscriptions.push(
    log, runs,
    ...registerLanguage(host),
    ...registerLenses(host, runs),
    ...registerCompareConfig(host, runs),
    ...registerNewExperiment(host),
    ...registerTasks(host),
    ...registerWalkthrough(host),
    ...registerTraining(host, runs, trainings),
    ...registerMeasuring(host, trainings),
    ...registerStopping(host, runs, trainings),
    ...registerStatus(host, trainings),
    ...registerReport(host, runs),
    ...registerExport(host, runs, trainings),
    ...registerTrajectories(host, runs),
    ...registerCurves(host, runs),
    ...registerSidebar(host, runs, trainings, vscode.Uri.joinPath(context.extensionUri, 'dist', 'webview')),
  );
}
