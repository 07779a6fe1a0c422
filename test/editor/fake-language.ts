/** The stand-in editor with what language features use: providers that can be asked, a small file system, edits as text. */
import { posix } from 'node:path';
import type * as vscode from 'vscode';
import { Document, Range as BareRange, Uri } from './fake-parts.ts';
import { Editor } from './fake.ts';

export class Position {
  constructor(readonly line: number, readonly character: number) {}
}

const order = (a: Position, b: Position): number => a.line - b.line || a.character - b.character;

export class Range extends BareRange {
  isEqual(other: BareRange): boolean { return order(this.start, other.start) === 0 && order(this.end, other.end) === 0; }
  intersection(other: BareRange): Range | undefined { return order(this.start, other.end) > 0 || order(this.end, other.start) < 0 ? undefined : this; }
}

/** A URI with what paths and links need. */
export class FullUri extends Uri {
  constructor(scheme: string, path: string, readonly fragment = '') { super(scheme, path); }
  static override file = (path: string): FullUri => new FullUri('file', path.replaceAll('\\', '/'));
  static override parse = (text: string): FullUri => { const at = text.indexOf(':'); return new FullUri(text.slice(0, at), text.slice(at + 1)); };
  static override joinPath = (base: Uri, ...parts: string[]): FullUri => new FullUri(base.scheme, posix.join(base.path, ...parts));
  readonly authority = '';
  override with({ scheme = this.scheme, path = this.path, fragment = this.fragment }: { readonly scheme?: string; readonly path?: string; readonly fragment?: string }): FullUri { return new FullUri(scheme, path, fragment); }
  override toString(): string { return `${this.scheme}:${this.scheme === 'command' ? '' : '//'}${this.path}${this.fragment === '' ? '' : `#${this.fragment}`}`; }
}

/** A document in which places can be found by the text that stands there. */
export class Text extends Document {
  override readonly uri: FullUri;
  constructor(path: string, content: string, languageId = 'steptool', scheme = 'file') {
    super(path, content, languageId, scheme);
    this.uri = new FullUri(scheme, path);
  }
  offsetAt({ line, character }: Position): number {
    return this.text.split('\n').slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  }
  /** The position of the `|` in a piece of the text, as `"gam|ma"`. */
  at(marked: string): Position {
    const start = this.text.indexOf(marked.replace('|', ''));
    if (start < 0) throw new Error(`The text has no ${marked}.`);
    return this.positionAt(start + marked.indexOf('|'));
  }
}

class Kind {
  constructor(readonly value: string) {}
  append(part: string): Kind { return new Kind(`${this.value}.${part}`); }
  contains(other: Kind): boolean { return other.value === this.value || other.value.startsWith(`${this.value}.`); }
}

interface Edit { readonly range: Range; readonly text: string }

export class LanguageEditor extends Editor {
  readonly fs = new Map<string, string>();
  readonly settings = new Map<string, unknown>();
  override workspaceFolders: { readonly uri: FullUri; readonly name: string }[] = [];
  private readonly providers = new Map<string, unknown>();
  private readonly listeners = new Map<string, ((value: unknown) => void)[]>();

  constructor() {
    super();
    const api = this.host.api as unknown as Record<string, object>;
    const provide = (name: string) => (_: unknown, provider: unknown): vscode.Disposable => { this.providers.set(name, provider); return { dispose: () => void this.providers.delete(name) }; };
    const on = (name: string) => (listener: (value: unknown) => void): vscode.Disposable => { this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]); return { dispose: () => {} }; };
    const found = (uri: FullUri): string => { const text = this.fs.get(uri.path); if (text === undefined) throw new Error(`ENOENT ${uri.path}`); return text; };
    const editor = this;
    Object.assign(api, {
      Uri: FullUri, Position, Range,
      DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
      DiagnosticTag: { Unnecessary: 1 },
      DiagnosticRelatedInformation: class { constructor(readonly location: unknown, readonly message: string) {} },
      Location: class { constructor(readonly uri: Uri, readonly range: Range) {} },
      CodeActionKind: { QuickFix: new Kind('quickfix'), SourceFixAll: new Kind('source.fixAll') },
      CodeAction: class { isPreferred = false; constructor(readonly title: string, readonly kind: Kind) {} },
      CompletionItemKind: { Value: 11, File: 16, Folder: 18 },
      CompletionItem: class { constructor(readonly label: string, readonly kind: number) {} },
      CodeLens: class { constructor(readonly range: Range, readonly command: vscode.Command) {} },
      EventEmitter: class { event = (): void => {}; fire = (): void => void editor.transcript.push('lenses change'); dispose = (): void => {}; },
      Hover: class { constructor(readonly contents: { value: string }, readonly range: Range) {} },
      MarkdownString: class { isTrusted: unknown; constructor(readonly value: string) {} },
      ProcessExecution: class { constructor(readonly process: string, readonly args: string[], readonly options: { cwd: string; env: Record<string, string> }) {} },
      Task: class { constructor(readonly definition: unknown, readonly scope: unknown, readonly name: string, readonly source: string, readonly execution: unknown, readonly problemMatchers: unknown) {} },
      WorkspaceEdit: class { readonly edits: Edit[] = []; replace(_: Uri, range: Range, text: string): void { this.edits.push({ range, text }); } },
      tasks: { registerTaskProvider: provide('tasks') },
    });
    Object.assign(api['languages'], {
      registerCodeActionsProvider: provide('actions'), registerHoverProvider: provide('hover'), registerCompletionItemProvider: provide('completions'), registerCodeLensProvider: provide('lenses'),
    });
    Object.defineProperty(api['workspace'], 'workspaceFolders', { get: () => this.workspaceFolders });
    Object.assign(api['workspace'], {
      fs: {
        stat: (uri: FullUri) => new Promise((resolve) => resolve({ size: [...this.fs.keys()].some((path) => path.startsWith(`${uri.path}/`)) ? 0 : found(uri).length })),
        readFile: (uri: FullUri) => new Promise((resolve) => resolve(new TextEncoder().encode(found(uri)))),
        writeFile: (uri: FullUri, bytes: Uint8Array) => { this.fs.set(uri.path, new TextDecoder().decode(bytes)); return Promise.resolve(); },
      },
      findFiles: () => Promise.resolve(this.files.map(FullUri.file)),
      getConfiguration: (section?: string) => ({ get: (name: string) => this.settings.get(section === undefined ? name : `${section}.${name}`) }),
      openTextDocument: (uri: FullUri) => Promise.resolve(this.documents.find((each) => each.uri.path === uri.path) ?? new Text(uri.path, found(uri))),
      registerTextDocumentContentProvider: (scheme: string, provider: unknown) => { this.providers.set(scheme, provider); return { dispose: () => {} }; },
      onDidChangeConfiguration: on('configuration'), onDidGrantWorkspaceTrust: on('trust'),
    });
    Object.assign(api['window'], {
      showTextDocument: (uri: Uri) => { this.transcript.push(`shows ${uri.path}`); return Promise.resolve(); },
      showInputBox: async ({ title, value, validateInput }: { title: string; value: string; validateInput: (text: string) => Promise<string | undefined> }) => {
        const answer = this.answers.shift() ?? value;
        const wrong = await validateInput(answer);
        this.transcript.push(`input: ${title} (${value}) → ${wrong === undefined ? answer : `${answer}: ${wrong}`}`);
        return wrong === undefined ? answer : undefined;
      },
    });
  }

  tell(name: 'configuration' | 'trust', value: unknown): void { for (const listener of this.listeners.get(name) ?? []) listener(value); }

  /** What a provider was registered as. */
  provider<T>(name: string): T { return this.providers.get(name) as T; }

  hover(document: Text, marked: string): string {
    const provider = this.provider<{ provideHover(document: Text, position: Position): { contents: { value: string } } | undefined }>('hover');
    return provider.provideHover(document, document.at(marked))?.contents.value ?? 'nothing';
  }

  actions(document: Text, marked: string, only?: string, diagnostics: unknown[] = []): { title: string; isPreferred: boolean; edit: { edits: Edit[] }; diagnostics?: unknown[] }[] {
    const provider = this.provider<{ provideCodeActions(...args: unknown[]): ReturnType<LanguageEditor['actions']> }>('actions');
    const at = document.at(marked);
    return provider.provideCodeActions(document, new Range(at, at), { diagnostics, only: only === undefined ? undefined : new Kind(only) });
  }

  async complete(document: Text, marked: string): Promise<string[]> {
    const provider = this.provider<{ provideCompletionItems(...args: unknown[]): Promise<{ label: string; detail: string; range: Range }[]> }>('completions');
    return (await provider.provideCompletionItems(document, document.at(marked), undefined)).map(({ label, detail, range }) => `${label} (${detail}) at ${range.start.character}-${range.end.character}`);
  }

  lenses(document: Text): { title: string; command: string; arguments: unknown[] }[] {
    return this.provider<{ provideCodeLenses(document: Text): { command: { title: string; command: string; arguments: unknown[] } }[] }>('lenses').provideCodeLenses(document).map(({ command }) => command);
  }
}

/** The text after edits that do not overlap. */
export function edited(document: Text, { edits }: { edits: readonly Edit[] }): string {
  return [...edits].sort((a, b) => order(b.range.start, a.range.start)).reduce((text, { range, text: fresh }) => text.slice(0, document.offsetAt(range.start)) + fresh + text.slice(document.offsetAt(range.end)), document.text);
}
