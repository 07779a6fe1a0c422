/**
 * The rows of all trajectories of a run beside the byte offsets of their lines. Built in one streamed pass that goes on
 * where it stopped; a file of 1 GB and 100,000 lines leaves some 20 MB. Rows can be used while the pass goes on.
 */
import { JsonlFile } from './jsonl.ts';
import type { Refreshed } from './jsonl.ts';
import type { ByteSource } from './source.ts';
import { readRow } from './trajectory-row.ts';
import type { TrajectoryRow } from './trajectory-row.ts';

export type { TrajectoryRow } from './trajectory-row.ts';

/** Rows of one iteration: the lines from `first` to `last`, both included, that are of it. Evaluations count with the iteration they follow. */
export interface IterationRows {
  readonly iteration: number;
  readonly count: number;
  readonly solved: number;
  readonly first: number;
  readonly last: number;
}

export class TrajectoryIndex {
  /** The lines themselves: `file.window(row.line, 1)` reads one trajectory. */
  readonly file: JsonlFile;
  #rows: (TrajectoryRow | undefined)[] = [];
  #byId = new Map<string, number>();
  #iterations = new Map<number, { -readonly [K in keyof IterationRows]: IterationRows[K] }>();
  /** Equal texts of different lines are kept once. */
  #texts = new Map<string, string>();
  #toolSets = new Map<string, readonly string[]>();
  #bad = 0;
  #latest: number | undefined;

  /** @param progress called with each line while the index builds up: keep it short */
  constructor(source: ByteSource, progress: () => void = () => {}) {
    this.file = new JsonlFile(source, {
      visit: (line, bytes) => { this.#add(line, bytes); progress(); },
      restart: () => this.#clear(),
    });
  }

  /** Indexes what was appended. Calls that overlap share one pass. Throws Node's errors; a missing file is an empty one. */
  refresh(): Promise<Refreshed> {
    return this.file.refresh();
  }

  /** Lines so far, bad ones included. */
  get count(): number {
    return this.#rows.length;
  }

  /** Lines so far that are no trajectories. */
  get bad(): number {
    return this.#bad;
  }

  /** The iteration of the last row so far; undefined before the first. */
  get latest(): number | undefined {
    return this.#latest;
  }

  /** The row of a line; undefined for a bad line and for one that is not there (yet). */
  row(line: number): TrajectoryRow | undefined {
    return this.#rows[line];
  }

  /** All rows so far, in the order of the file. */
  *rows(from = 0, to = this.#rows.length): Generator<TrajectoryRow> {
    for (let line = from; line < Math.min(to, this.#rows.length); line++) {
      const row = this.#rows[line];
      if (row) yield row;
    }
  }

  /** The row of an id; of several with the same id the last. */
  find(id: string): TrajectoryRow | undefined {
    const line = this.#byId.get(id);
    return line === undefined ? undefined : this.#rows[line];
  }

  /** The iterations that have trajectories, in the order of the file. */
  iterations(): readonly IterationRows[] {
    return [...this.#iterations.values()];
  }

  /** The rows of one iteration, in the order of the file. */
  *rowsOf(iteration: number): Generator<TrajectoryRow> {
    const range = this.#iterations.get(iteration);
    if (!range) return;
    for (const row of this.rows(range.first, range.last + 1)) if (row.iteration === iteration) yield row;
  }

  #clear(): void {
    this.#rows = [];
    this.#byId.clear();
    this.#iterations.clear();
    this.#texts.clear();
    this.#toolSets.clear();
    this.#bad = 0;
    this.#latest = undefined;
  }

  #add(line: number, bytes: Uint8Array | undefined): void {
    const read = bytes && readRow(line, bytes);
    if (!read) {
      this.#bad++;
      this.#rows.push(undefined);
      return;
    }
    const row: TrajectoryRow = { ...read, taskId: this.#once(read.taskId), split: this.#once(read.split), level: this.#once(read.level), outcome: this.#once(read.outcome), tools: this.#onceSet(read.tools) };
    this.#rows.push(row);
    this.#byId.set(row.id, line);
    this.#latest = row.iteration;
    const range = this.#iterations.get(row.iteration);
    if (!range) this.#iterations.set(row.iteration, { iteration: row.iteration, count: 1, solved: Number(row.solved), first: line, last: line });
    else {
      range.count++;
      range.solved += Number(row.solved);
      range.last = line;
    }
  }

  #once(text: string): string {
    const kept = this.#texts.get(text);
    if (kept === undefined) this.#texts.set(text, text);
    return kept ?? text;
  }

  #onceSet(tools: readonly string[]): readonly string[] {
    const key = JSON.stringify(tools);
    const kept = this.#toolSets.get(key);
    if (kept === undefined) this.#toolSets.set(key, tools);
    return kept ?? tools;
  }
}
