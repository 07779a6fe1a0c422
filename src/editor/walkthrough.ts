import type * as vscode from 'vscode';
import type { Host } from './host.ts';
import { commands, walkthrough } from './ids.ts';

/** Registers Get Started: the walkthrough is opened by who asks for it, never by itself. */
export function registerWalkthrough({ api }: Host): vscode.Disposable[] {
  return [api.commands.registerCommand(commands.openWalkthrough, () => api.commands.executeCommand('workbench.action.openWalkthrough', walkthrough, false))];
}
