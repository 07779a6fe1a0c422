/** The editor's door: makes the host that features are given, and registers them. */
import { fork } from 'node:child_process';
import * as vscode from 'vscode';
import { registerCurves } from './editor/curves-page/register.ts';
import type { Host } from './editor/host.ts';
import { displayName } from './editor/ids.ts';
import { registerCompareConfig } from './editor/compare-config.ts';
import { registerLanguage } from './editor/language/register.ts';
import { registerLenses } from './editor/lenses.ts';
import { registerNewExperiment } from './editor/new-experiment.ts';
import { createRunStore } from './editor/runs/workspace-store.ts';
import { registerTasks } from './editor/tasks.ts';
import { registerWalkthrough } from './editor/walkthrough.ts';
import { registerReport } from './editor/open-report.ts';
import { registerTraining } from './editor/train.ts';
import { registerTrajectories } from './editor/trajectory-page/register.ts';

/** Called by the editor when an experiment file is opened or a command is used. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel(displayName, { log: true });
  const host: Host = {
    api: vscode, log, fork,
    commandLine: context.asAbsolutePath('dist/cli.mjs'),
    later: (milliseconds, action) => {
      const timer = setTimeout(action, milliseconds);
      return () => clearTimeout(timer);
    },
  };
  context.subscriptions.push(...registerTrajectories(host), ...registerCurves(host));
  const store = createRunStore(host);
  context.subscriptions.push(...registerLenses(host, store), ...registerCompareConfig(host, store));
  context.subscriptions.push(...registerNewExperiment(host), ...registerTasks(host), ...registerWalkthrough(host));
  context.subscriptions.push(store, log, ...registerLanguage(host), ...registerTraining(host), ...registerReport(host));
}
