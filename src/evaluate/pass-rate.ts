// The pass rate of tasks that were attempted one or several times, and the chance that one of k attempts passes.
import { bootstrap } from './bootstrap.ts';
import type { BootstrapOptions } from './bootstrap.ts';
import { mean, wilson } from './intervals.ts';
import type { Interval } from './intervals.ts';

/** Attempts at one task: how many, and how many of them solved it. */
export interface Tally {
  readonly attempts: number;
  readonly solved: number;
}

/**
 * The mean over tasks of the share of attempts that solve it: every task counts once, however often it was attempted.
 * One attempt a task: Wilson's interval. Several: a bootstrap over tasks. Where all tasks agree no resample can differ,
 * so Wilson's interval for as many attempts as there are tasks stands in, which is too wide rather than too narrow.
 * Throws RangeError for no tasks.
 */
export function passRate(tasks: readonly Tally[], options: BootstrapOptions): Interval {
  const shares = tasks.map(({ attempts, solved }) => solved / attempts);
  const agree = shares.every((share) => share === shares[0]);
  if (agree || tasks.every(({ attempts }) => attempts === 1)) {
    return wilson(shares.reduce((sum, share) => sum + share, 0), tasks.length, options.confidence);
  }
  return bootstrap(shares, mean, options);
}

/**
 * The chance that at least one of k attempts drawn from n without replacement solves a task which c of them solve:
 * 1 − C(n−c, k)/C(n, k), unbiased, as a product that cannot overflow (M. Chen et al., arXiv 2107.03374, section 2.1).
 * Throws RangeError unless 1 ≤ k ≤ n and 0 ≤ c ≤ n.
 */
export function passAtK({ attempts: n, solved: c }: Tally, k: number): number {
  if (!(k >= 1 && k <= n)) throw new RangeError(`pass@${k} from ${n} attempts: k must be from 1 to ${n}`);
  if (!(c >= 0 && c <= n)) throw new RangeError(`${c} solved of ${n} attempts: must be from 0 to ${n}`);
  if (n - c < k) return 1;
  let noneSolves = 1;
  for (let i = n - c + 1; i <= n; i++) noneSolves *= 1 - k / i;
  return 1 - noneSolves;
}

/** Mean pass@k over tasks, for k = 1, 2, 4, … up to the fewest attempts any task has. */
export function passAt(tasks: readonly Tally[]): { readonly k: number; readonly rate: number }[] {
  const most = Math.min(...tasks.map(({ attempts }) => attempts));
  const rates: { k: number; rate: number }[] = [];
  for (let k = 1; k <= most && tasks.length > 0; k *= 2) rates.push({ k, rate: mean(tasks.map((tally) => passAtK(tally, k))) });
  return rates;
}
