import type * as vscode from 'vscode';
import type { Host } from '../host.ts';
import { Checks } from './checks.ts';
import { registerCompletions } from './completions.ts';
import { registerDiagnostics } from './diagnostics.ts';
import { registerExplain } from './explain.ts';
import { registerHovers } from './hover.ts';
import { registerQuickFixes } from './quick-fixes.ts';

/** Registers what helps to write an experiment file: problems, fixes, hovers, completions, and the links to the documentation. */
export function registerLanguage(host: Host): vscode.Disposable[] {
  const checks = new Checks(host);
  return [...registerDiagnostics(host, checks), ...registerQuickFixes(host, checks), ...registerHovers(host, checks), ...registerCompletions(host), ...registerExplain(host)];
}
