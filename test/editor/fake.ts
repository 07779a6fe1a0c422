/**
 * A small stand-in for the editor: as much of its API as features use, and a transcript of what a user would see. Answers
 * to questions are given beforehand, in `answers`: the label to choose.
 */
import { EventEmitter } from 'node:events';
import type * as vscode from 'vscode';
import type { Api, Child, Host } from '../../src/editor/host.ts';
import { Diagnostic, FakeChild, Range, Uri, problemText, type Document } from './fake-parts.ts';

export class Editor {
  /** What the user saw, and what left the editor. */
  readonly transcript: string[] = [];
  readonly answers: string[] = [];
  readonly documents: Document[] = [];
  readonly children: FakeChild[] = [];
  readonly host: Host;
  isTrusted = true;
  active: Document | undefined;
  /** Files that a search of the workspace finds. */
  files: string[] = [];
  /** What is chosen in the dialog for folders. */
  folder: string | undefined;
  opensBrowser = true;
  cancel = (): void => {};
  private readonly registered = new Map<string, (...args: unknown[]) => unknown>();
  private readonly events = new EventEmitter();
  private timers: { readonly due: number; readonly action: () => void }[] = [];
  private now = 0;

  constructor() {
    const tell = (line: string): void => void this.transcript.push(line);
    const ask = (kind: string) => (message: string, ...choices: string[]): Promise<string | undefined> => {
      const answer = choices.includes(this.answers[0]) ? this.answers.shift() : undefined;
      tell(`${kind}: ${message}${choices.map((choice) => ` [${choice}]`).join('')}${answer === undefined ? '' : ` → ${answer}`}`);
      return Promise.resolve(answer);
    };
    const on = (name: string) => (listener: (value: unknown) => void): vscode.Disposable => {
      this.events.on(name, listener);
      return { dispose: () => void this.events.off(name, listener) };
    };
    const editor = this;
    const api = {
      Uri, Range, Diagnostic,
      DiagnosticSeverity: { Error: 0, Warning: 1 },
      ProgressLocation: { Notification: 15, Window: 10 },
      l10n: { t: (text: string, ...values: unknown[]) => text.replace(/\{(\d)\}/g, (_, index) => String(values[Number(index)])) },
      commands: {
        registerCommand: (id: string, run: (...args: unknown[]) => unknown) => {
          this.registered.set(id, run);
          return { dispose: () => void this.registered.delete(id) };
        },
        executeCommand: (id: string, ...args: unknown[]) => {
          tell(`runs ${[id, ...args].join(' ')}`);
          return Promise.resolve(this.registered.get(id)?.(...args));
        },
      },
      env: { openExternal: (uri: Uri) => { tell(`opens ${uri.toString()}`); return Promise.resolve(this.opensBrowser); } },
      languages: {
        createDiagnosticCollection: () => ({
          set: (uri: Uri, found: Diagnostic[]) => tell([`problems of ${uri.path}:${found.length > 0 ? '' : ' none'}`, ...found.map(problemText)].join('\n')),
          delete: (uri: Uri) => tell(`problems of ${uri.path} are cleared`),
          dispose: () => tell('all problems are cleared'),
        }),
      },
      window: {
        get activeTextEditor() { return editor.active && { document: editor.active }; },
        showInformationMessage: ask('info'),
        showWarningMessage: ask('warning'),
        showErrorMessage: ask('error'),
        showQuickPick: (items: readonly vscode.QuickPickItem[], { placeHolder }: vscode.QuickPickOptions) => {
          const answer = this.answers.shift();
          tell([`pick: ${placeHolder}`, ...items.map(({ label, description }) => `  ${label === answer ? '→ ' : ''}${label}${description ? ` (${description})` : ''}`)].join('\n'));
          return Promise.resolve(items.find(({ label }) => label === answer));
        },
        showOpenDialog: ({ openLabel }: vscode.OpenDialogOptions) => {
          tell(`dialog: ${openLabel} → ${this.folder ?? 'nothing'}`);
          return Promise.resolve(this.folder === undefined ? undefined : [Uri.file(this.folder)]);
        },
        withProgress: async (options: vscode.ProgressOptions, task: (progress: unknown, token: unknown) => Promise<unknown>) => {
          tell(`progress: ${options.title}${options.cancellable ? ' [Cancel]' : ''}`);
          let percent = 0;
          const progress = { report: ({ message, increment = 0 }: { message?: string; increment?: number }) => {
            percent += increment;
            tell(`progress: ${Math.round(percent)} %${message === undefined ? '' : ` ${message}`}`);
          } };
          const token = { onCancellationRequested: (asked: () => void) => { this.cancel = asked; return { dispose: () => { this.cancel = () => {}; } }; } };
          const result = await task(progress, token);
          tell('progress: gone');
          return result;
        },
      },
      workspace: {
        get isTrusted() { return editor.isTrusted; },
        textDocuments: this.documents,
        getWorkspaceFolder: () => ({ uri: Uri.file('/work space') }),
        findFiles: () => Promise.resolve(this.files.map(Uri.file)),
        onDidOpenTextDocument: on('open'), onDidChangeTextDocument: on('change'), onDidCloseTextDocument: on('close'),
      },
    };
    const level = (name: string) => (message: string): void => tell(`log ${name}: ${message}`);
    this.host = {
      api: api as unknown as Api,
      log: { info: level('info'), warn: level('warning'), error: level('error'), show: () => tell('shows the log') } as unknown as vscode.LogOutputChannel,
      commandLine: '/extension/dist/cli.mjs',
      fork: (module, args, { cwd, execArgv, stdio }) => {
        tell(`forks ${module} ${args.join(' ')} in ${String(cwd)}, ${JSON.stringify({ execArgv, stdio })}`);
        const child = new FakeChild(args, tell);
        this.children.push(child);
        return child as unknown as Child;
      },
      later: (milliseconds, action) => {
        const timer = { due: this.now + milliseconds, action };
        this.timers.push(timer);
        return () => { this.timers = this.timers.filter((each) => each !== timer); };
      },
    };
  }

  /** Runs a command as the palette does; the promise is of all that it does. */
  async run(id: string, ...args: unknown[]): Promise<void> {
    const command = this.registered.get(id);
    if (!command) throw new Error(`No command ${id} is registered.`);
    await command(...args);
  }

  /** Lets time pass. */
  pass(milliseconds: number): void {
    this.now += milliseconds;
    const due = this.timers.filter((timer) => timer.due <= this.now);
    this.timers = this.timers.filter((timer) => timer.due > this.now);
    for (const { action } of due) action();
  }

  open(document: Document): void {
    this.documents.push(document);
    this.events.emit('open', document);
  }

  type(document: Document, text: string): void {
    document.text = text;
    document.isDirty = true;
    this.events.emit('change', { document });
  }

  close(document: Document): void {
    document.isClosed = true;
    this.documents.splice(this.documents.indexOf(document), 1);
    this.events.emit('close', document);
  }

  /** What was seen since the last call, as one text. */
  seen(): string {
    return this.transcript.splice(0).join('\n');
  }
}
