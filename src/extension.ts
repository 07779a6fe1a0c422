/** The editor's door: makes the host that features are given, and registers them. */
import { fork } from 'node:child_process';
import * as vscode from 'vscode';
import type { Host } from './editor/host.ts';
import { displayName } from './editor/ids.ts';
import { registerLanguage } from './editor/language/register.ts';
import { registerReport } from './editor/open-report.ts';
import { registerTraining } from './editor/train.ts';

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
  context.subscriptions.push(log, ...registerLanguage(host), ...registerTraining(host), ...registerReport(host));
}
