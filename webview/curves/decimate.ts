/**
 * Fewer points that look the same: of each strip of a few pixels the lowest and the highest value. Unlike Chart.js's own ways
 * of thinning it drops no dip or spike, which are what one looks for and clicks on, and it reads columns, not an object a point.
 */

/** The first place whose value is not below `value`, in rising values. */
export function lowerBound(values: ArrayLike<number>, value: number): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (values[middle] < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The place of the value nearest to `value`, in rising values; -1 if there are none. */
export function nearest(values: ArrayLike<number>, value: number): number {
  const at = lowerBound(values, value);
  if (at === values.length) return values.length - 1;
  return at > 0 && value - values[at - 1] <= values[at] - value ? at - 1 : at;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Places of the points within `range`, and one beyond each end so that lines leave the picture: `[from, to)`. */
export function within(x: ArrayLike<number>, range?: Range): readonly [from: number, to: number] {
  if (!range) return [0, x.length];
  let to = lowerBound(x, range.to);
  while (to < x.length && x[to] === range.to) to++;
  return [Math.max(0, lowerBound(x, range.from) - 1), Math.min(x.length, to + 1)];
}

/**
 * Places of the points to draw, rising: all where they are few, else at most two in each of `strips` equal parts of the range,
 * and the first and the last. `x` must not fall.
 */
export function decimate(x: ArrayLike<number>, y: ArrayLike<number>, strips: number, range?: Range): number[] {
  const [from, to] = within(x, range);
  const kept: number[] = [];
  if (to - from <= strips * 2) {
    for (let i = from; i < to; i++) kept.push(i);
    return kept;
  }
  const width = (x[to - 1] - x[from]) / strips || 1;
  const keep = (i: number): void => { if (kept.at(-1) !== i) kept.push(i); };
  let [strip, low, high] = [0, from, from];
  const close = (): void => { keep(Math.min(low, high)); keep(Math.max(low, high)); };
  keep(from);
  for (let i = from; i < to; i++) {
    const at = Math.floor((x[i] - x[from]) / width);
    if (at !== strip) {
      close();
      [strip, low, high] = [at, i, i];
    } else {
      if (y[i] < y[low]) low = i;
      if (y[i] > y[high]) high = i;
    }
  }
  close();
  keep(to - 1);
  return kept;
}
