// How far one policy is above another on the same tasks: surer than two intervals side by side, since an easy task is easy for both.
import { normalQuantile } from './distributions.ts';
import type { Interval } from './intervals.ts';

/** A task: shares of attempts that solved it, of the one policy and of the other, each in [0, 1]. */
export interface Pair {
  readonly a: number;
  readonly b: number;
}

/**
 * By how much b is above a: the mean of the differences, task by task. The interval is Wald's with the adjustment of D. Bonett and
 * R. Price (Journal of Educational and Behavioral Statistics 37, 2012): as if there were two attempts more, of which one had been
 * gained and one lost. So it has a width where no task changed, and a few changes all one way are not taken for proof. With several
 * attempts a task these two are as much less than a task, which is ours; it covers as often as it says from 8 tasks on (paired.test.ts).
 * @param attempts at each task by either policy; the fewest where they differ
 * Throws RangeError for no pairs.
 */
export function pairedDifference(pairs: readonly Pair[], attempts: number, confidence = 0.95): Interval {
  if (pairs.length === 0) throw new RangeError('a difference on no tasks: evaluate at least one');
  const more = 2 / attempts;
  const n = pairs.length + more;
  const [sum, squares] = pairs.reduce(([s, q], { a, b }) => [s + (b - a), q + (b - a) ** 2], [0, 0]);
  const centre = sum / n;
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(((squares + more) / n - centre ** 2) / n);
  const estimate = sum / pairs.length;
  // the centre is nearer to 0 than the estimate is, which a few tasks that all changed would otherwise leave outside
  return { estimate, low: Math.max(-1, Math.min(estimate, centre - half)), high: Math.min(1, Math.max(estimate, centre + half)) };
}
