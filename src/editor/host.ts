/** What features are given: the editor's API, which only extension.ts imports, and the few things of the machine that tests replace. */
import type { ChildProcess, ForkOptions } from 'node:child_process';
import type * as vscode from 'vscode';

/** The parts of the `vscode` module that features use. */
export type Api = Pick<typeof vscode, 'commands' | 'env' | 'l10n' | 'languages' | 'tasks' | 'window' | 'workspace' | 'CancellationTokenSource'
  | 'CodeAction' | 'CodeActionKind' | 'CodeLens' | 'CompletionItem' | 'CompletionItemKind' | 'Diagnostic' | 'DiagnosticRelatedInformation'
  | 'DiagnosticSeverity' | 'DiagnosticTag' | 'EventEmitter' | 'FileType' | 'Hover' | 'Location' | 'MarkdownString' | 'ProcessExecution' | 'ProgressLocation'
  | 'Range' | 'RelativePattern' | 'StatusBarAlignment' | 'Task' | 'TaskScope' | 'ThemeColor' | 'ThemeIcon' | 'TreeItem' | 'TreeItemCollapsibleState'
  | 'Uri' | 'ViewColumn' | 'WorkspaceEdit'>;

/** The editor's `l10n.t`: a message in the user's language, its places `{0}` filled in. */
export type Translate = (message: string, ...values: (string | number)[]) => string;

/** The part of a child process that the editor uses. */
export type Child = Pick<ChildProcess, 'connected' | 'disconnect' | 'kill' | 'on' | 'send' | 'stderr' | 'stdout'>;

export interface Host {
  readonly api: Api;
  readonly log: vscode.LogOutputChannel;
  /** Path of the bundled command line, the only thing that trains. */
  readonly commandLine: string;
  /** `child_process.fork`. */
  readonly fork: (module: string, args: readonly string[], options: ForkOptions) => Child;
  /** The Node that runs the command line; undefined for the one that runs extensions. Rejects, in words for the user, if the setting names none. */
  readonly node: () => Promise<string | undefined>;
  /** Runs an action later; gives what calls it off. */
  readonly later: (milliseconds: number, action: () => void) => () => void;
}

/** Whether what runs code of the workspace may start; if not, the user is told why and shown the way. */
export async function trusted({ api }: Host): Promise<boolean> {
  if (api.workspace.isTrusted) return true;
  const manage = api.l10n.t('Manage Workspace Trust');
  const chosen = await api.window.showWarningMessage(api.l10n.t('StepTool does not train in Restricted Mode: an experiment decides which files are read and written. Trust this workspace first.'), manage);
  if (chosen === manage) await api.commands.executeCommand('workbench.trust.manage');
  return false;
}

/** Shows an error whose details are in the log, and what else could be done about it. */
export async function showFailure({ api, log }: Host, message: string, remedy?: { readonly label: string; readonly run: () => unknown }): Promise<void> {
  log.error(message);
  const show = api.l10n.t('Show Log');
  const chosen = await api.window.showErrorMessage(message, ...(remedy ? [remedy.label] : []), show);
  if (chosen === show) log.show();
  else if (remedy && chosen === remedy.label) await remedy.run();
}
