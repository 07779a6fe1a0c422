import { systemCode } from './errors.ts';
import { isFields } from './run-json.ts';
import type { ByteSource } from './source.ts';

/** A line as read: its value, or why it has none. `index` counts lines from 0. */
export type JsonlLine =
  | { readonly kind: 'value'; readonly index: number; readonly value: { readonly [key: string]: unknown } }
  | { readonly kind: 'bad'; readonly index: number; readonly fault: LineFault; readonly why: string };

/** What is wrong with a line, for those who say it in another language. */
export type LineFault = 'noJson' | 'noObject' | 'noUtf8' | 'tooLong';

export interface JsonlOptions {
  /** Longer lines, in bytes, are reported and not read. */
  readonly lineLimit?: number;
  /** Sees each complete line once, in order, as it is indexed: its bytes, or undefined for one beyond the limit. */
  readonly visit?: (index: number, bytes: Uint8Array | undefined) => void;
  /** Called when all lines seen so far are void. */
  readonly restart?: () => void;
}

/** What a refresh found. After `restarted` all earlier lines are void: the file was cut back and grew anew (a resumed run). */
export interface Refreshed {
  readonly added: number;
  readonly restarted: boolean;
}

const inMegabytes = (bytes: number): string => (bytes < 1024 * 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024 / 1024)} MB`);

const newline = 10;
const blockBytes = 1024 * 1024;
/** The longest line that is read unless told otherwise, in bytes. */
const usualLimit = 64 * 1024 * 1024;
/** Bytes before the last one looked at that are kept to notice that the file was cut back and grew again meanwhile. */
const markBytes = 512;

/** A line out of its bytes; undefined for one with more than `lineLimit`. */
export function parseLine(index: number, bytes: Uint8Array | undefined, lineLimit = usualLimit): JsonlLine {
  const bad = (fault: LineFault, what: string): JsonlLine => ({ kind: 'bad', index, fault, why: `line ${index + 1} ${what}` });
  if (!bytes) return bad('tooLong', `has more than ${inMegabytes(lineLimit)}, too much to read`);
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isFields(value) ? { kind: 'value', index, value } : bad('noObject', 'holds no JSON object');
  } catch (error) {
    return error instanceof SyntaxError ? bad('noJson', 'is no JSON') : bad('noUtf8', 'is no valid UTF-8');
  }
}

/**
 * A .jsonl file that may still grow, indexed by byte offset: `refresh` looks at new bytes only, `window` reads the lines
 * asked for and no others. A last line without its end is not there yet. Bad lines keep their place and say why.
 */
export class JsonlFile {
  readonly #source: ByteSource;
  readonly #lineLimit: number;
  readonly #visit: JsonlOptions['visit'];
  readonly #restart: JsonlOptions['restart'];
  /** Where each line starts, and after the last the end of the index. */
  #starts = new Float64Array(64);
  #count = 0;
  /** Bytes looked at; those after the end of the index belong to a line without end. */
  #seen = 0;
  #mark: Uint8Array = new Uint8Array();
  #refreshing: Promise<Refreshed> | undefined;

  constructor(source: ByteSource, { lineLimit = usualLimit, visit, restart }: JsonlOptions = {}) {
    this.#source = source;
    this.#lineLimit = lineLimit;
    this.#visit = visit;
    this.#restart = restart;
  }

  /** Lines in the index. */
  get count(): number {
    return this.#count;
  }

  /** Where the indexed lines end, in bytes. */
  get end(): number {
    return this.#starts[this.#count];
  }

  /** Where a line of the index starts, in bytes; for `count`, where the index ends. NaN outside of it. */
  startOf(line: number): number {
    return line >= 0 && line <= this.#count ? this.#starts[line] : NaN;
  }

  /** Indexes what was appended; a missing file is an empty one. Calls that overlap share one pass. Throws Node's errors. */
  refresh(): Promise<Refreshed> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<Refreshed> {
    try {
      const size = await this.#source.size();
      const restarted = size < this.#seen || !(await this.#sameAsMarked());
      if (restarted) this.#forget();
      const before = this.#count;
      while (this.#seen < size) {
        const block = await this.#source.read(this.#seen, Math.min(blockBytes, size - this.#seen));
        if (block.length === 0) break; // Cut back since; the next refresh notices.
        // lines that a pass indexed before it failed in the same block are not indexed twice
        for (let at = block.indexOf(newline, Math.max(0, this.end - this.#seen)); at >= 0; at = block.indexOf(newline, at + 1)) {
          if (this.#visit) this.#visit(this.#count, await this.#lineBytes(block, this.#seen + at + 1));
          this.#add(this.#seen + at + 1);
        }
        this.#seen += block.length;
      }
      const from = Math.max(0, this.#seen - markBytes);
      this.#mark = await this.#source.read(from, this.#seen - from);
      return { added: this.#count - before, restarted };
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      const restarted = this.#seen > 0;
      if (restarted) this.#forget();
      return { added: 0, restarted };
    }
  }

  #forget(): void {
    this.#count = 0;
    this.#seen = 0;
    this.#mark = new Uint8Array();
    this.#restart?.();
  }

  /** The line that ends at `end`, out of the block just read where it is all in there: else it is read again, so that nothing is carried. */
  #lineBytes(block: Uint8Array, end: number): Promise<Uint8Array> | Uint8Array | undefined {
    const start = this.end;
    if (end - start > this.#lineLimit) return undefined;
    return start >= this.#seen ? block.subarray(start - this.#seen, end - this.#seen) : this.#source.read(start, end - start);
  }

  async #sameAsMarked(): Promise<boolean> {
    if (this.#mark.length === 0) return true;
    const now = await this.#source.read(this.#seen - this.#mark.length, this.#mark.length);
    return now.length === this.#mark.length && now.every((byte, index) => byte === this.#mark[index]);
  }

  #add(end: number): void {
    if (this.#count + 2 > this.#starts.length) {
      const larger = new Float64Array(this.#starts.length * 2);
      larger.set(this.#starts);
      this.#starts = larger;
    }
    this.#count++;
    this.#starts[this.#count] = end;
  }

  /** Reads up to `count` lines from line `first` on; fewer at the end of the index. Throws Node's errors. */
  async window(first: number, count: number): Promise<JsonlLine[]> {
    const lines: JsonlLine[] = [];
    await this.scan(first, (index, bytes) => {
      lines.push(parseLine(index, bytes, this.#lineLimit));
      return lines.length < count;
    }, first + count);
    return lines;
  }

  /**
   * Calls `visit` with the bytes of each line from `first` on, in order, or undefined for one beyond the limit, until it says
   * `false` or the index, or `end`, is reached. Gives the line after the last one visited. Throws Node's errors.
   */
  async scan(first: number, visit: (index: number, bytes: Uint8Array | undefined) => boolean, end = Infinity): Promise<number> {
    let line = Math.max(0, first);
    while (line < Math.min(end, this.#count)) {
      for (const bytes of await this.#neighbours(line, Math.min(end, this.#count))) if (!visit(line++, bytes)) return line;
    }
    return line;
  }

  /** The bytes of a line and of those after it, before `end`, that are read together: up to a block. A longer line is read alone. */
  async #neighbours(from: number, end: number): Promise<(Uint8Array | undefined)[]> {
    const start = this.#starts[from];
    let next = from + 1;
    while (next < end && this.#starts[next + 1] - start <= Math.min(blockBytes, this.#lineLimit)) next++;
    const starts = this.#starts.slice(from, next + 1).map((each) => each - start); // before reading: a refresh meanwhile may void them
    const length = starts[starts.length - 1];
    if (length > this.#lineLimit) return [undefined];
    const bytes = await this.#source.read(start, length);
    return Array.from({ length: next - from }, (_, i) => bytes.subarray(starts[i], starts[i + 1]));
  }
}

/** Lines of one type out of a window: those that pass the check, and for the others what is wrong with them. */
export function checked<T>(lines: readonly JsonlLine[], check: (value: unknown) => value is T, noun: string): { lines: T[]; problems: string[] } {
  const good: T[] = [];
  const problems: string[] = [];
  for (const line of lines) {
    if (line.kind === 'bad') problems.push(line.why);
    else if (check(line.value)) good.push(line.value);
    else problems.push(`line ${line.index + 1} is no ${noun}`);
  }
  return { lines: good, problems };
}
