/** The editor's door: makes the host that features are given, and registers them. */
import { fork } from 'node:child_process';
import * as vscode from 'vscode';
import { registerCurves } from './editor/curves-page/register.ts';
import { registerDiagnostics } from './editor/diagnostics.ts';
import type { Host } from './editor/host.ts';
import { displayName } from './editor/ids.ts';
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
  context.subscriptions.push(log, ...registerDiagnostics(host), ...registerTraining(host), ...registerReport(host));
  context.subscriptions.push(...registerTrajectories(host));
  context.subscriptions.push(...registerCurves(host));
}
