/**
 * One `trajectories.jsonl`, which may have 1 GB and still grow. Nothing of it is kept but byte offsets and the few rows
 * that were looked at last; the first lines can be read while the rest is still being counted.
 */
import type { Row } from '../../../webview/trajectory/protocol.ts';
import { JsonlFile, type JsonlLine, type Refreshed } from '../../run/folder/jsonl.ts';
import type { ByteSource } from '../../run/folder/source.ts';
import type { Translate } from '../host.ts';
import { mostSteps, readLenient, type Lenient } from './lenient.ts';
import { Recent } from './recent.ts';
import { rowOf } from './row.ts';
import { longestLine, whyWrong, wrongLine } from './wrong-line.ts';

const keptRows = 4000;
const keptTrajectories = 4;
/** Of a trajectory whose line is longer only that one is kept: its texts are read on, piece by piece. */
const keptBytes = 8 * 1024 * 1024;

/** A trajectory file opened for reading. Errors are Node's; lines that are broken are rows that say why. */
export class TrajectoryFile {
  readonly #source: ByteSource;
  readonly #t: Translate;
  readonly #lines: JsonlFile;
  readonly #rows = new Recent<Row>(keptRows);
  readonly #shown = new Recent<Lenient>(keptTrajectories);
  #counting = false;

  /** @param t the editor's `l10n.t`, for what is said of broken lines */
  constructor(source: ByteSource, t: Translate) {
    this.#source = source;
    this.#t = t;
    this.#lines = new JsonlFile(source, { lineLimit: longestLine });
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
    const found = read.kind === 'value' ? readLenient(read.value, read.index) : undefined;
    return found ? rowOf(found.trajectory, read.index) : { kind: 'bad', line: read.index, why: whyWrong(this.#t, read.index, read.kind === 'bad' ? read.fault : 'noSteps') };
  }

  /** The trajectory of a line, uncut. Throws, for people, if it is broken or not there. */
  async trajectory(line: number): Promise<Lenient> {
    const known = this.#shown.get(line);
    if (known) return known;
    const read = readLenient(await this.raw(line), line);
    if (!read) throw wrongLine(this.#t, line, 'noSteps');
    const found = read.cut === undefined ? read : { ...read, lacks: [...read.lacks, this.#t('all but the first {0} of its {1} steps (not shown)', mostSteps, read.cut)] };
    if (this.#lines.startOf(line + 1) - this.#lines.startOf(line) > keptBytes) this.#shown.clear();
    this.#shown.set(line, found);
    return found;
  }

  /** The parsed line as it was written, fields included that StepTool does not know. Throws, for people, if it is broken or not there. */
  async raw(line: number): Promise<{ readonly [key: string]: unknown }> {
    const [read] = await this.#lines.window(line, 1);
    if (!read) throw new Error(this.#t('{0} has no line {1} any more: it has {2}. Choose another.', this.#source.name, line + 1, this.count));
    if (read.kind === 'bad') throw wrongLine(this.#t, line, read.fault);
    return read.value;
  }

  /**
   * Calls `visit` with the bytes of the lines from `first` on, in order, a block at a time, until it says `false` or the lines
   * counted so far end. Gives the line after the last one visited. Lines too long to be read are passed over.
   */
  scan(first: number, visit: (line: number, bytes: Uint8Array) => boolean): Promise<number> {
    return this.#lines.scan(first, (line, bytes) => bytes === undefined || visit(line, bytes));
  }
}
