/** The values that the stand-in editor deals in, and what its tests are written with. */
import { EventEmitter } from 'node:events';
import { posix } from 'node:path';
import { PassThrough } from 'node:stream';
import { Positions } from '../../src/config/positions.ts';

export class Uri {
  constructor(readonly scheme: string, readonly path: string) {}
  static file = (path: string): Uri => new Uri('file', path.replaceAll('\\', '/'));
  static parse = (text: string): Uri => { const { 1: scheme, 2: path } = /^([^:]+):\/\/(.*)$/.exec(text)!; return new Uri(scheme, path); };
  static joinPath = (base: Uri, ...parts: string[]): Uri => new Uri(base.scheme, posix.join(base.path, ...parts));
  get fsPath(): string { return this.path; }
  with({ scheme = this.scheme, path = this.path }: { readonly scheme?: string; readonly path?: string }): Uri { return new Uri(scheme, path); }
  toString(): string { return `${this.scheme}://${this.path}`; }
}

class Position {
  constructor(readonly line: number, readonly character: number) {}
}

export class Range {
  constructor(readonly start: Position, readonly end: Position) {}
}

export class Diagnostic {
  source = '';
  code = '';
  constructor(readonly range: Range, readonly message: string, readonly severity: number) {}
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class ThemeIcon {
  constructor(readonly id: string, readonly color?: ThemeColor) {}
}

export class TreeItem {
  constructor(readonly label: string, readonly collapsibleState: number) {}
}

export class RelativePattern {
  constructor(readonly base: Uri | { readonly uri: Uri }, readonly pattern: string) {}
}

/** An open text document; `text` may be set, as by typing. */
export class Document {
  isDirty = false;
  isClosed = false;
  readonly uri: Uri;
  constructor(path: string, public text: string, readonly languageId = 'steptool', scheme = 'file') { this.uri = new Uri(scheme, path); }
  getText(): string { return this.text; }
  positionAt(offset: number): Position {
    const { line, column } = new Positions(this.text).at(offset);
    return new Position(line - 1, column - 1);
  }
  save(): Promise<boolean> { this.isDirty = false; return Promise.resolve(true); }
}

/** A forked command line that does what the test says. */
export class FakeChild extends EventEmitter {
  connected = true;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  constructor(readonly args: readonly string[], private readonly tell: (line: string) => void) { super(); }
  send(message: unknown): boolean { this.tell(`to the trainer: ${JSON.stringify(message)}`); return true; }
  kill(signal: string): boolean { this.tell(`to the trainer: ${signal}`); return true; }
  disconnect(): void { this.connected = false; this.tell('to the trainer: the channel is closed'); }
  /** Says lines, ends. */
  async end(code: number | null, { out = '', err = '', signal = null as string | null } = {}): Promise<void> {
    this.stdout.end(out);
    this.stderr.end(err);
    await settled();
    this.emit('exit', code, signal);
    this.emit('close', code, signal);
    await settled(); // its streams are read to their ends before anyone is told
  }
}

/** Lets promises and streams go on until nothing is left for them to do. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** `line:column-line:column severity source(code): message`, counted from 1. */
export function problemText({ range: { start, end }, message, severity, source, code }: Diagnostic): string {
  return `  ${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1} ${['error', 'warning'][severity]} ${source}(${code}): ${message}`;
}

/** The text of a template without its first line end and its indentation. */
export function text([template]: TemplateStringsArray): string {
  const lines = template.split('\n').slice(1, -1);
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent)).join('\n');
}

/** What an editor that speaks English says: the text, its places filled in. */
export const inEnglish = (text: string, ...values: unknown[]): string => text.replace(/\{(\d)\}/g, (place, index) => String(values[Number(index)] ?? place));
