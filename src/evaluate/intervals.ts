// How sure a figure is. Every figure that is compared with another comes with one of these.
import { normalQuantile, studentQuantile } from './distributions.ts';

/** An estimate and the ends of its interval. Ends are infinite (null in JSON) where the data set no bound. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A proportion of independent trials (E. Wilson, JASA 22, 1927, no continuity correction).
 * Not the textbook p ± z·√(p(1−p)/n), which has no width at 0 and 1, where a well-trained policy is.
 * Throws RangeError for no trials, or for more successes than trials.
 */
export function wilson(successes: number, trials: number, confidence = 0.95): Interval {
  if (!(trials > 0)) throw new RangeError('a proportion of no trials: evaluate at least one task');
  if (!(successes >= 0 && successes <= trials)) throw new RangeError(`${successes} successes in ${trials} trials: must be from 0 to ${trials}`);
  const z = normalQuantile((1 + confidence) / 2);
  const p = successes / trials;
  const centre = (p + (z * z) / (2 * trials)) / (1 + (z * z) / trials);
  const half = (z / (1 + (z * z) / trials)) * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials));
  // At 0 and 1 the formula gives exactly 0 and 1, but for rounding.
  return { estimate: p, low: successes === 0 ? 0 : centre - half, high: successes === trials ? 1 : centre + half };
}

export const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** Unbiased variance (n − 1). */
export function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (values.length - 1);
}

/**
 * The mean over seeds (or other independent runs) with Student's interval: how a training method does, not one policy.
 * With one run nothing bounds the mean: the ends are infinite. Throws RangeError for no runs.
 */
export function meanOverSeeds(values: readonly number[], confidence = 0.95): Interval {
  if (values.length === 0) throw new RangeError('a mean over no seeds: give at least one value');
  const estimate = mean(values);
  if (values.length === 1) return { estimate, low: -Infinity, high: Infinity };
  const half = studentQuantile((1 + confidence) / 2, values.length - 1) * Math.sqrt(variance(values) / values.length);
  return { estimate, low: estimate - half, high: estimate + half };
}

/**
 * The mean of independent estimates (splits), each with an interval: the squared distances from estimate to end add up
 * (MOVER; G. Zou and A. Donner, Statistics in Medicine 27, 2008). Keeps what is good about the intervals put in, such as
 * Wilson's width at 0 and 1. Throws RangeError for no estimates.
 */
export function meanOfIntervals(intervals: readonly Interval[]): Interval {
  if (intervals.length === 0) throw new RangeError('a mean over no splits: evaluate at least one');
  const estimate = mean(intervals.map((interval) => interval.estimate));
  const reach = (end: (interval: Interval) => number): number => Math.hypot(...intervals.map(end)) / intervals.length;
  return { estimate, low: estimate - reach((i) => i.estimate - i.low), high: estimate + reach((i) => i.high - i.estimate) };
}
