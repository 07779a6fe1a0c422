/**
 * One `trajectories.jsonl`, which may have 1 GB and still grow. Nothing of it is kept but byte offsets and the few rows
 * that were looked at last; the first lines can be read while the rest is still being counted.
 */
import type { Row } from '../../../webview/trajectory/protocol.ts';
import { JsonlFile, type JsonlLine, type Refreshed } from '../../run/folder/jsonl.ts';
import type { ByteSource } from '../../run/folder/source.ts';
import { readLenient, type Lenient } from './lenient.ts';
import { rowOf } from './row.ts';

const keptRows = 4000;
const keptTrajectories = 4;
/** Of a trajectory whose line is longer only that one is kept: its texts are read on, piece by piece. */
const keptBytes = 8 * 1024 * 1024;
const blockBytes = 1024 * 1024;
/** A line with an observation of 50 MB, every character of it escaped, can be read; longer lines are reported. */
const lineLimit = 256 * 1024 * 1024;

/** Keeps the last few results; a repeated key is the newest again. */
class Recent<T> {
  readonly #most: number;
  readonly #items = new Map<number, T>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: number): T | undefined {
    const found = this.#items.get(key);
    if (found !== undefined) this.set(key, found);
    return found;
  }

  set(key: number, item: T): void {
    this.#items.delete(key);
    this.#items.set(key, item);
    for (const oldest of this.#items.keys()) if (this.#items.size > this.#most) this.#items.delete(oldest);
  }

  clear(): void {
    this.#items.clear();
  }
}

/** A trajectory file opened for reading. Errors are Node's; lines that are broken are rows that say why. */
export class TrajectoryFile {
  readonly #source: ByteSource;
  readonly #lines: JsonlFile;
  readonly #rows = new Recent<Row>(keptRows);
  readonly #shown = new Recent<Lenient>(keptTrajectories);
  #counting = false;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#lines = new JsonlFile(source, { lineLimit });
  }

  /** Whole lines counted so far. */
  get count(): number {
    return this.#lines.count;
  }

  /** Whether lines are still being counted. */
  get counting(): boolean {
    return this.#counting;
  }

  /** Whether there is a file. Throws Node's errors other than that there is none. */
  async exists(): Promise<boolean> {
    try {
      await this.#source.size();
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'FileNotFound')) return false;
      throw error;
    }
  }

  /** Counts what was appended. `restarted`: the lines before are others now. */
  async refresh(): Promise<Refreshed> {
    this.#counting = true;
    try {
      const found = await this.#lines.refresh();
      if (found.restarted) {
        this.#rows.clear();
        this.#shown.clear();
      }
      return found;
    } finally {
      this.#counting = false;
    }
  }

  /** The rows of the lines asked for, at most a few hundred; neighbours are read together. Lines beyond the end are left out. */
  async rows(lines: readonly number[]): Promise<Row[]> {
    for (let i = 0; i < lines.length; ) {
      let next = i + 1;
      if (!this.#rows.get(lines[i])) {
        while (next < lines.length && lines[next] === lines[next - 1] + 1) next++;
        for (const read of await this.#lines.window(lines[i], next - i)) this.#rows.set(read.index, this.#toRow(read));
      }
      i = next;
    }
    return lines.map((line) => this.#rows.get(line)).filter((row) => row !== undefined);
  }

  #toRow(read: JsonlLine): Row {
    if (read.kind === 'bad') return { kind: 'bad', line: read.index, why: read.why };
    const found = readLenient(read.value, read.index);
    return typeof found === 'string' ? { kind: 'bad', line: read.index, why: found } : rowOf(found.trajectory, read.index);
  }

  /** The trajectory of a line, uncut. Throws, for people, if it is broken or not there. */
  async trajectory(line: number): Promise<Lenient> {
    const known = this.#shown.get(line);
    if (known) return known;
    const value = await this.raw(line);
    const found = readLenient(value, line);
    if (typeof found === 'string') throw new Error(`This line cannot be shown: ${found}. The other lines can.`);
    if (this.#lines.startOf(line + 1) - this.#lines.startOf(line) > keptBytes) this.#shown.clear();
    this.#shown.set(line, found);
    return found;
  }

  /** The parsed line as it was written, fields included that StepTool does not know. Throws, for people, if it is broken or not there. */
  async raw(line: number): Promise<{ readonly [key: string]: unknown }> {
    const [read] = await this.#lines.window(line, 1);
    if (read?.kind !== 'value') throw new Error(read ? `This line cannot be shown: ${read.why}. The other lines can.` : this.#gone(line));
    return read.value;
  }

  #gone(line: number): string {
    return `${this.#source.name} has no line ${line + 1} any more: it has ${this.count}. Choose another.`;
  }

  /**
   * Calls `visit` with the bytes of the lines from `first` on, in order, a block at a time, until it says `false` or the lines
   * counted so far end. Gives the line after the last one visited. Lines too long to be read are passed over.
   */
  async scan(first: number, visit: (line: number, bytes: Uint8Array) => boolean): Promise<number> {
    for (let line = first; line < this.count; ) {
      const start = this.#lines.startOf(line);
      let next = line + 1;
      while (next < this.count && this.#lines.startOf(next + 1) - start <= blockBytes) next++;
      const length = this.#lines.startOf(next) - start;
      const bytes = length > lineLimit ? undefined : await this.#source.read(start, length);
      const starts = Array.from({ length: next - line + 1 }, (_, i) => this.#lines.startOf(line + i) - start);
      for (let i = 0; bytes && i + 1 < starts.length; i++) if (!visit(line + i, bytes.subarray(starts[i], starts[i + 1]))) return line + i + 1;
      line = next;
    }
    return this.count;
  }
}
