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

  /** The rows that have the metric, by the axis; undefined if none has. */
  trace(run: number, axis: Axis, name: string, low?: string, high?: string): Trace | undefined {
    const [values, xs, iterations] = [this.column(name), this.column(axis), this.column('iteration')];
    if (!values || !xs || !iterations) return undefined;
    const rows = new Uint32Array(values.length);
    let n = 0;
    let sorted = true;
    for (let row = 0; row < values.length; row++) {
      if (!Number.isFinite(values[row]) || !Number.isFinite(xs[row])) continue;
      if (n > 0 && xs[row] < xs[rows[n - 1]]) sorted = false;
      rows[n++] = row;
    }
    if (n === 0) return undefined;
    const order = rows.subarray(0, n);
    // Counters only grow, but whoever wrote the file may not have kept to that.
    if (!sorted) order.sort((a, b) => xs[a] - xs[b] || a - b);
    const take = (column: Float64Array): Float64Array => Float64Array.from(order, (row) => column[row]);
    const [lows, highs] = [low === undefined ? undefined : this.column(low), high === undefined ? undefined : this.column(high)];
    const ends = lows && highs ? { low: take(lows), high: take(highs) } : {};
    return { run, x: take(xs), y: take(values), iteration: take(iterations), ...ends };
  }
}
