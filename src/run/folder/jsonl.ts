import { systemCode } from './errors.ts';
import { isFields } from './run-json.ts';
import type { ByteSource } from './source.ts';

/** A line as read: its value, or why it has none. `index` counts lines from 0. */
export type JsonlLine =
  | { readonly kind: 'value'; readonly index: number; readonly value: { readonly [key: string]: unknown } }
  | { readonly kind: 'bad'; readonly index: number; readonly why: string };

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
/** Bytes before the last one looked at that are kept to notice that the file was cut back and grew again meanwhile. */
const markBytes = 512;

function parse(index: number, bytes: Uint8Array): JsonlLine {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isFields(value) ? { kind: 'value', index, value } : { kind: 'bad', index, why: `line ${index + 1} holds no JSON object` };
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is no JSON' : 'is no valid UTF-8';
    return { kind: 'bad', index, why: `line ${index + 1} ${why}` };
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
  #starts = new Float64Array(1024);
  #count = 0;
  /** Bytes looked at; those after the end of the index belong to a line without end. */
  #seen = 0;
  #mark: Uint8Array = new Uint8Array();
  #refreshing: Promise<Refreshed> | undefined;

  constructor(source: ByteSource, { lineLimit = 64 * 1024 * 1024, visit, restart }: JsonlOptions = {}) {
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
    const from = Math.max(0, Math.min(first, this.#count));
    const starts = this.#starts.slice(from, Math.max(from, Math.min(this.#count, first + count)) + 1);
    const lines: JsonlLine[] = [];
    for (let line = 0; line + 1 < starts.length; ) {
      if (starts[line + 1] - starts[line] > this.#lineLimit) {
        lines.push({ kind: 'bad', index: from + line, why: `line ${from + line + 1} has more than ${inMegabytes(this.#lineLimit)}, too much to read` });
        line++;
        continue;
      }
      // Neighbouring lines are read together, up to a block; a longer line is read alone.
      const block = starts[line];
      let next = line + 1;
      while (next + 1 < starts.length && starts[next + 1] - block <= Math.min(blockBytes, this.#lineLimit)) next++;
      const bytes = await this.#source.read(block, starts[next] - block);
      for (; line < next; line++) lines.push(parse(from + line, bytes.subarray(starts[line] - block, starts[line + 1] - block)));
    }
    return lines;
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

/** Polling without an index: the whole lines from a byte offset on, and the offset to ask from next time. Reads one block, or one longer line up to the limit. */
export async function readAppended(source: ByteSource, from: number, { lineLimit = 64 * 1024 * 1024 }: JsonlOptions = {}): Promise<{ lines: JsonlLine[]; next: number }> {
  let bytes = await source.read(from, blockBytes);
  let end = bytes.lastIndexOf(newline) + 1;
  if (end === 0 && bytes.length === blockBytes) {
    bytes = await source.read(from, lineLimit);
    end = bytes.indexOf(newline) + 1;
    // Nothing but one endless line: step over what was read, and its rest will be reported as bad.
    if (end === 0 && bytes.length === lineLimit) return { lines: [{ kind: 'bad', index: 0, why: `a line at byte ${from} has more than ${inMegabytes(lineLimit)}, too much to read` }], next: from + lineLimit };
  }
  const lines: JsonlLine[] = [];
  for (let start = 0; start < end; ) {
    const stop = bytes.indexOf(newline, start) + 1;
    lines.push(parse(lines.length, bytes.subarray(start, stop)));
    start = stop;
  }
  return { lines, next: from + end };
}
