// How far one policy is above another on the same tasks: surer than two intervals side by side, since an easy task is easy for both.
import { bootstrap } from './bootstrap.ts';
import type { BootstrapOptions } from './bootstrap.ts';
import { mean, wilson } from './intervals.ts';
import type { Interval } from './intervals.ts';

/** A task: shares of attempts that solved it, of the one policy and of the other, each in [0, 1]. */
export interface Pair {
  readonly a: number;
  readonly b: number;
}

const sum = (pairs: readonly Pair[], of: (pair: Pair) => number): number => pairs.reduce((total, pair) => total + of(pair), 0);

/**
 * The difference b - a of two proportions of the same tasks (R. Newcombe, Statistics in Medicine 17, 2635, 1998, method 10): Wilson's
 * intervals of both, added as squares with their correlation, which is taken to be smaller than it seems by half a task.
 * It has a width where no task changed, and stays within -1 and 1.
 */
function newcombe(pairs: readonly Pair[], confidence?: number): Interval {
  const n = pairs.length;
  const [both, none] = [sum(pairs, ({ a, b }) => a * b), sum(pairs, ({ a, b }) => (1 - a) * (1 - b))];
  const [lost, gained] = [sum(pairs, ({ a, b }) => a * (1 - b)), sum(pairs, ({ a, b }) => (1 - a) * b)];
  const [before, after] = [wilson(both + lost, n, confidence), wilson(both + gained, n, confidence)];
  const margins = (both + lost) * (gained + none) * (both + gained) * (lost + none);
  const product = both * none - lost * gained;
  const phi = margins > 0 ? (product > 0 ? Math.max(product - n / 2, 0) : product) / Math.sqrt(margins) : 0;
  const reach = (x: number, y: number): number => Math.sqrt(x * x - 2 * phi * x * y + y * y);
  const estimate = (gained - lost) / n;
  return {
    estimate,
    low: estimate - reach(after.estimate - after.low, before.high - before.estimate),
    high: estimate + reach(after.high - after.estimate, before.estimate - before.low),
  };
}

/**
 * By how much b is above a: the mean of the differences, task by task. One attempt a task: Newcombe's interval. Several: a
 * bootstrap over tasks. Where all tasks differ by as much no resample can differ, so Newcombe's stands in, as for one attempt.
 * Throws RangeError for no pairs.
 */
export function pairedDifference(pairs: readonly Pair[], options: BootstrapOptions): Interval {
  const once = pairs.every(({ a, b }) => (a === 0 || a === 1) && (b === 0 || b === 1));
  const alike = pairs.every(({ a, b }) => b - a === pairs[0].b - pairs[0].a);
  if (pairs.length > 0 && (once || alike)) return newcombe(pairs, options.confidence);
  return bootstrap(pairs, (sample) => mean(sample.map(({ a, b }) => b - a)), options);
}
