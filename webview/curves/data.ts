/** The rows of one run in the page: columns that grow at their end, and one series of them in the order of an axis. */
import type { Axis } from '../report/model.ts';
import type { RunInfo } from './protocol.ts';

/** One metric of one run. `x`, `y` and `iteration` have equal length; `x` does not fall. */
export interface Trace {
  /** Place of the run in the page's list. */
  readonly run: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly iteration: Float64Array;
  /** Ends of intervals, NaN where none was recorded. */
  readonly low?: Float64Array;
  readonly high?: Float64Array;
}

export class RunData {
  info: RunInfo;
  #count = 0;
  #capacity = 256;
  readonly #columns = new Map<string, Float64Array>();
  readonly #picked = new Map<string, Picked>();

  constructor(info: RunInfo) {
    this.info = info;
  }

  get count(): number {
    return this.#count;
  }

  /** Forgets all rows. */
  restart(): void {
    this.#count = 0;
    this.#columns.clear();
    this.#picked.clear();
  }

  /** Adds rows at the end; a metric that they do not have gets NaN. */
  append(count: number, columns: Readonly<Record<string, Float64Array>>): void {
    const total = this.#count + count;
    if (total > this.#capacity) {
      this.#capacity = Math.max(total, this.#capacity * 2);
      for (const [name, old] of this.#columns) this.#columns.set(name, this.#wider(old));
    }
    for (const [name, values] of Object.entries(columns)) {
      let column = this.#columns.get(name);
      if (!column) this.#columns.set(name, (column = this.#wider(undefined)));
      column.set(values, this.#count);
    }
    this.#count = total;
  }

  #wider(old: Float64Array | undefined): Float64Array {
    const column = new Float64Array(this.#capacity).fill(NaN);
    if (old) column.set(old.subarray(0, this.#count));
    return column;
  }

  /** A column's values so far; undefined for a metric that no row has. */
  column(name: string): Float64Array | undefined {
    return this.#columns.get(name)?.subarray(0, this.#count);
  }

  /** Names of all columns. */
  names(): string[] {
    return [...this.#columns.keys()];
  }

  /** The lowest and the highest value of an axis in any row; undefined without one. */
  ends(axis: Axis): readonly [low: number, high: number] | undefined {
    let [low, high] = [Infinity, -Infinity];
    for (const value of this.column(axis) ?? []) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return low <= high && Number.isFinite(low) && Number.isFinite(high) ? [low, high] : undefined;
  }

  /** The rows that have the metric, by the axis, which is any column; undefined if none has. Rows are looked at once: asking again is cheap. */
  trace(run: number, axis: string, name: string, low?: string, high?: string): Trace | undefined {
    const names = low !== undefined && high !== undefined ? [axis, name, 'iteration', low, high] : [axis, name, 'iteration'];
    const key = names.join(' ');
    let picked = this.#picked.get(key);
    if (!picked) this.#picked.set(key, (picked = new Picked(names.length)));
    const columns = names.map((each) => this.#columns.get(each));
    if (!columns[0] || !columns[1] || !columns[2]) return undefined;
    picked.read(columns, this.#count);
    const [x, y, iteration, lows, highs] = picked.columns();
    if (x.length === 0) return undefined;
    return lows && highs ? { run, x, y, iteration, low: lows, high: highs } : { run, x, y, iteration };
  }
}

/** Rows picked out of columns: those with a finite value in the first two, in the order of the first. */
class Picked {
  readonly #parts: Float64Array[];
  #rows = 0;
  #count = 0;
  #sorted = true;

  constructor(parts: number) {
    this.#parts = Array.from({ length: parts }, () => new Float64Array(64));
  }

  /** Looks at the rows that were added. A column that is missing counts as NaN. */
  read(columns: readonly (Float64Array | undefined)[], rows: number): void {
    const [xs, ys] = columns;
    if (!xs || !ys) return;
    for (; this.#rows < rows; this.#rows++) {
      const row = this.#rows;
      if (!Number.isFinite(ys[row]) || !Number.isFinite(xs[row])) continue;
      if (this.#count === this.#parts[0].length) this.#grow();
      for (let part = 0; part < this.#parts.length; part++) this.#parts[part][this.#count] = columns[part]?.[row] ?? NaN;
      // Counters only grow, but whoever wrote the file may not have kept to that.
      if (this.#count > 0 && xs[row] < this.#parts[0][this.#count - 1]) this.#sorted = false;
      this.#count++;
    }
    if (!this.#sorted) this.#sort();
  }

  #grow(): void {
    this.#parts.forEach((old, part) => {
      this.#parts[part] = new Float64Array(old.length * 2);
      this.#parts[part].set(old);
    });
  }

  #sort(): void {
    const [x] = this.#parts;
    const order = Array.from({ length: this.#count }, (_, i) => i).sort((a, b) => x[a] - x[b] || a - b);
    this.#parts.forEach((old, part) => {
      const next = new Float64Array(old.length);
      order.forEach((from, to) => { next[to] = old[from]; });
      this.#parts[part] = next;
    });
    this.#sorted = true;
  }

  columns(): Float64Array[] {
    return this.#parts.map((part) => part.subarray(0, this.#count));
  }
}
