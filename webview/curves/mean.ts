/** Several runs as one line: their mean over a common axis, and how far apart they are. */
import type { Trace } from './data.ts';

export const bands = ['range', 'deviation', 'noBand'] as const;
export type Band = (typeof bands)[number];

/** Places on the common axis; more cannot be told apart on a screen. */
const mostPlaces = 2000;

export interface Mean {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Ends of the band; both equal to `y` where one run alone is there. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Runs that reach each place. */
  readonly runs: Uint16Array;
}

/** All different values of x, in order; evenly fewer if there are too many. */
function placesOf(traces: readonly Trace[]): Float64Array {
  const different = traces.map(({ x }) => x).reduce(merged, new Float64Array(0));
  if (different.length <= mostPlaces) return different;
  const step = (different.length - 1) / (mostPlaces - 1);
  return Float64Array.from({ length: mostPlaces }, (_, i) => different[Math.round(i * step)]);
}

// Plain loops, as charts of long runs are drawn ten times a second.

function areSame(one: Float64Array, other: Float64Array): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

/** The values of both, each once: of `one` those that rise, of `other` those that do not fall. */
function merged(one: Float64Array, other: Float64Array): Float64Array {
  if (areSame(one, other)) return one; // runs mostly count alike
  const all = new Float64Array(one.length + other.length);
  let [i, j, count] = [0, 0, 0];
  while (i < one.length || j < other.length) {
    const value = j === other.length || one[i] <= other[j] ? one[i++] : other[j++];
    if (count === 0 || value !== all[count - 1]) all[count++] = value;
  }
  return all.subarray(0, count);
}

/**
 * The mean of the traces at every place that any of them has. Between its points a trace is taken as straight; before its first
 * and after its last it does not count, as a run that ended early says nothing of later. `ys` stand for the traces' own values
 * (smoothed ones).
 */
export function meanOf(traces: readonly Trace[], ys: readonly ArrayLike<number>[], band: Band): Mean {
  const x = placesOf(traces);
  const sum = new Float64Array(x.length);
  const squares = new Float64Array(x.length);
  const low = new Float64Array(x.length).fill(Infinity);
  const high = new Float64Array(x.length).fill(-Infinity);
  const runs = new Uint16Array(x.length);
  traces.forEach((trace, index) => {
    const [tx, ty] = [trace.x, ys[index]];
    let after = 0;
    for (let place = 0; place < x.length; place++) {
      while (after < tx.length && tx[after] < x[place]) after++;
      if (after === tx.length) break;
      if (after === 0 && tx[0] > x[place]) continue;
      // Of several values at one place (an evaluation before and after the warm start) the last one counts.
      let last = after;
      while (last + 1 < tx.length && tx[last + 1] === x[place]) last++;
      const share = tx[after] === x[place] ? 1 : (x[place] - tx[after - 1]) / (tx[after] - tx[after - 1]);
      const value = share === 1 ? ty[last] : ty[after - 1] + share * (ty[after] - ty[after - 1]);
      sum[place] += value;
      squares[place] += value * value;
      low[place] = Math.min(low[place], value);
      high[place] = Math.max(high[place], value);
      runs[place]++;
    }
  });
  const y = sum.map((total, place) => total / runs[place]);
  if (band === 'deviation') {
    y.forEach((mean, place) => {
      const n = runs[place];
      const deviation = n > 1 ? Math.sqrt(Math.max(0, (squares[place] - n * mean * mean) / (n - 1))) : 0;
      low[place] = mean - deviation;
      high[place] = mean + deviation;
    });
  }
  return { x, y, low, high, runs };
}
