// Intervals by resampling: for figures that no formula covers, and for attempts that are not independent of each other.
import type { Interval } from './intervals.ts';

export interface BootstrapOptions {
  readonly confidence?: number;
  readonly resamples?: number;
  /** Uniform numbers in [0, 1), seeded: the interval is the same each time it is computed from a fresh generator. */
  readonly draw: () => number;
}

/** The value below which a share p of sorted values lies, interpolated between neighbours (R's type 7). */
export function percentile(sorted: ArrayLike<number>, p: number): number {
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/**
 * Percentile bootstrap (B. Efron 1979): the statistic of samples as large as the data, drawn from them with replacement.
 * Units must be independent of each other: with several attempts at a task the task is the unit, with all its attempts,
 * or the interval is too narrow. A statistic that is undefined on a resample (NaN) skips that resample.
 * Throws RangeError for no units.
 */
export function bootstrap<T>(units: readonly T[], statistic: (sample: readonly T[]) => number, { confidence = 0.95, resamples = 2000, draw }: BootstrapOptions): Interval {
  if (units.length === 0) throw new RangeError('a bootstrap of nothing: give at least one unit');
  const results: number[] = [];
  const sample = [...units];
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < units.length; i++) sample[i] = units[Math.floor(draw() * units.length)];
    const result = statistic(sample);
    if (!Number.isNaN(result)) results.push(result);
  }
  const estimate = statistic(units);
  if (results.length === 0) return { estimate, low: -Infinity, high: Infinity };
  const sorted = Float64Array.from(results).sort();
  return { estimate, low: percentile(sorted, (1 - confidence) / 2), high: percentile(sorted, (1 + confidence) / 2) };
}
