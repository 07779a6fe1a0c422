/**
 * A small stand-in for the editor: as much of its API as features use, and a transcript of what a user would see. Answers
 * to questions are given beforehand, in `answers`: the label to choose.
 */
import { EventEmitter } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import type * as vscode from 'vscode';
import type { Api, Child, Host } from '../../src/editor/host.ts';
import { Diagnostic, FakeChild, Range, RelativePattern, ThemeColor, ThemeIcon, TreeItem, Uri, inEnglish, problemText, type Document } from './fake-parts.ts';

export class Editor {
  /** What the user saw, and what left the editor. */
  readonly transcript: string[] = [];
  readonly answers: string[] = [];
  readonly documents: Document[] = [];
  readonly children: FakeChild[] = [];
  /** What is watched now: `watch <base> <pattern>`. */
  readonly watched: string[] = [];
  readonly host: Host;
  isTrusted = true;
  active: Document | undefined;
  /** Files that a search of the workspace finds. */
  files: string[] = [];
  /** What is chosen in the dialog for folders. */
  folder: string | undefined;
  /** What is chosen in dialogs for saving, one after another. */
  readonly saveAs: (string | undefined)[] = [];
  opensBrowser = true;
  /** Folders of the workspace. */
  workspaceFolders: { readonly uri: Uri; readonly name: string }[] = [{ uri: Uri.file('/work space'), name: 'work space' }];
  /** Whether this system has a trash. */
  hasTrash = true;
  readonly statusItem = { text: '', tooltip: '', name: '', command: '', isShown: false, accessibilityInformation: undefined, show: () => { this.statusItem.isShown = true; }, hide: () => { this.statusItem.isShown = false; }, dispose: () => {} };
  /** Views by id, as registered. */
  readonly views = new Map<string, { readonly provider: unknown; description?: string; readonly selection: unknown[]; visible: boolean }>();
  cancel = (): void => {};
  private readonly registered = new Map<string, (...args: unknown[]) => unknown>();
  private readonly events = new EventEmitter();
  private timers: { readonly due: number; readonly action: () => void }[] = [];
  private now = 0;

  constructor() {
    const tell = (line: string): void => void this.transcript.push(line);
    const ask = (kind: string) => (message: string, ...rest: (string | vscode.MessageOptions)[]): Promise<string | undefined> => {
      const choices = rest.filter((each) => typeof each === 'string');
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
      Uri, Range, Diagnostic, ThemeColor, ThemeIcon, TreeItem, RelativePattern,
      FileType: { File: 1, Directory: 2 },
      TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
      StatusBarAlignment: { Left: 1, Right: 2 },
      DiagnosticSeverity: { Error: 0, Warning: 1 },
      ProgressLocation: { Notification: 15, Window: 10 },
      l10n: { t: inEnglish },
      commands: {
        registerCommand: (id: string, run: (...args: unknown[]) => unknown) => {
          this.registered.set(id, run);
          return { dispose: () => void this.registered.delete(id) };
        },
        executeCommand: (id: string, ...args: unknown[]) => {
          tell(`runs ${[id, ...args.map((arg) => (typeof arg === 'object' && arg !== null && !(arg instanceof Uri) ? JSON.stringify(arg) : arg))].join(' ')}`);
          return Promise.resolve(this.registered.get(id)?.(...args));
        },
      },
      env: { language: 'en', clipboard: { writeText: (text: string) => { tell(`copies ${text}`); return Promise.resolve(); } }, openExternal: (uri: Uri) => { tell(`opens ${uri.toString()}`); return Promise.resolve(this.opensBrowser); } },
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
        createStatusBarItem: () => this.statusItem,
        createTreeView: (id: string, { treeDataProvider }: { treeDataProvider: unknown }) => {
          const view = { provider: treeDataProvider, selection: [], visible: false, onDidChangeSelection: on(`${id} selection`), onDidChangeVisibility: on(`${id} visibility`), dispose: () => void this.views.delete(id) };
          this.views.set(id, view);
          return view;
        },
        registerWebviewViewProvider: (id: string, provider: unknown) => {
          this.views.set(id, { provider, selection: [], visible: true });
          return { dispose: () => void this.views.delete(id) };
        },
        showTextDocument: (document: { content: string }) => { tell(`shows a document:\n${document.content}`); return Promise.resolve(); },
        showInputBox: ({ prompt, validateInput }: { prompt: string; validateInput: (value: string) => string | undefined }) => {
          const answer = this.answers.shift();
          const wrong = answer === undefined ? undefined : validateInput(answer);
          tell(`asks: ${prompt} → ${answer}${wrong === undefined ? '' : ` (${wrong})`}`);
          return Promise.resolve(wrong === undefined ? answer : undefined);
        },
        showQuickPick: (items: readonly vscode.QuickPickItem[], { placeHolder, canPickMany }: vscode.QuickPickOptions) => {
          const answer = this.answers.shift();
          if (canPickMany) {
            tell(`pick many: ${placeHolder} → ${answer}`);
            return Promise.resolve(answer === undefined ? undefined : items.filter(({ label, description }) => answer.split('|').some((one) => `${label} ${description}`.includes(one))));
          }
          tell([`pick: ${placeHolder}`, ...items.map(({ label, description }) => `  ${label === answer ? '→ ' : ''}${label}${description ? ` (${description})` : ''}`)].join('\n'));
          return Promise.resolve(items.find(({ label }) => label === answer));
        },
        showOpenDialog: ({ openLabel }: vscode.OpenDialogOptions) => {
          tell(`dialog: ${openLabel} → ${this.folder ?? 'nothing'}`);
          return Promise.resolve(this.folder === undefined ? undefined : [Uri.file(this.folder)]);
        },
        showSaveDialog: ({ defaultUri, filters = {} }: { defaultUri: Uri; filters?: object }) => {
          const answer = this.saveAs.shift();
          tell(`save: ${defaultUri.path} as ${Object.keys(filters).join() || 'a folder'} → ${answer ?? 'nothing'}`);
          return Promise.resolve(answer === undefined ? undefined : Uri.file(answer));
        },
        withProgress: async (options: vscode.ProgressOptions, task: (progress: unknown, token: unknown) => Promise<unknown>) => {
          const place = typeof options.location === 'object' ? ` in ${options.location.viewId}` : '';
          tell(`progress${place}: ${options.title}${options.cancellable ? ' [Cancel]' : ''}`);
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
        get workspaceFolders() { return editor.workspaceFolders; },
        getWorkspaceFolder: ({ path }: Uri) => this.workspaceFolders.find(({ uri }) => path.startsWith(`${uri.path}/`)),
        findFiles: (pattern: string) => Promise.resolve(this.files.map(Uri.file).filter(({ path }) => path.endsWith(pattern.split('*').at(-1)!))),
        openTextDocument: (document: unknown) => Promise.resolve(document),
        fs: {
          readFile: ({ fsPath }: Uri) => readFile(fsPath),
          delete: async ({ fsPath }: Uri, { useTrash }: { useTrash: boolean }) => {
            if (useTrash && !this.hasTrash) throw new Error('no trash');
            tell(`deletes ${fsPath}${useTrash ? ' to the trash' : ''}`);
            await rm(fsPath, { recursive: true });
          },
        },
        createFileSystemWatcher: ({ base, pattern }: RelativePattern, noCreate?: boolean) => {
          const name = `watch ${base instanceof Uri ? base.path : base.uri.path} ${pattern}`;
          this.watched.push(name);
          const listeners: vscode.Disposable[] = [];
          const kind = (which: string, deaf?: boolean) => (listener: (value: unknown) => void) => { if (!deaf) listeners.push(on(`${name} ${which}`)(listener)); };
          return { onDidCreate: kind('create', noCreate), onDidChange: kind('change', noCreate), onDidDelete: kind('delete'), dispose: () => { for (const each of listeners) each.dispose(); this.watched.splice(this.watched.indexOf(name), 1); } };
        },
        onDidChangeWorkspaceFolders: on('folders'),
        onDidOpenTextDocument: on('open'), onDidChangeTextDocument: on('change'), onDidCloseTextDocument: on('close'),
      },
    };
    const level = (name: string) => (message: string): void => tell(`log ${name}: ${message}`);
    this.host = {
      api: api as unknown as Api,
      log: { info: level('info'), warn: level('warning'), error: level('error'), show: () => tell('shows the log') } as unknown as vscode.LogOutputChannel,
      commandLine: '/extension/dist/cli.mjs',
      node: () => Promise.resolve(undefined),
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

  /** An event by its name: of watchers, views and the workspace. */
  emit(name: string, value?: unknown): void {
    this.events.emit(name, value);
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
