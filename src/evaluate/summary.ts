// From attempts to the figures of a table: a line a split, and one over all splits.
import { random } from '../world/random.ts';
import { isTruncated } from '../world/trajectory.ts';
import type { Outcome } from '../world/trajectory.ts';
import type { Level } from '../world/world.ts';
import { bootstrap } from './bootstrap.ts';
import type { BootstrapOptions } from './bootstrap.ts';
import { mean, meanOfIntervals } from './intervals.ts';
import type { Interval } from './intervals.ts';
import { passAt, passRate } from './pass-rate.ts';
import { toolFailureRate, type Calls } from './tool-failures.ts';

/** One attempt at one task, measured. */
export interface AttemptResult extends Calls {
  readonly taskId: string;
  readonly split: string;
  readonly level: Level;
  readonly sample: number;
  readonly solved: boolean;
  /** Steps taken, `Finish` included. */
  readonly steps: number;
  /** Steps the oracle takes, `Finish` included. */
  readonly oracleSteps: number;
  readonly outcome: Outcome;
}

export interface SummaryOptions {
  readonly confidence?: number;
  readonly resamples?: number;
  /** Of the bootstraps. */
  readonly seed?: number;
}

/** Figures of a group of attempts. Rates and shares are from 0 to 1. */
export interface Figures {
  readonly passRate: Interval;
  /** Attempts that gave an answer, right or wrong. */
  readonly finishRate: number;
  readonly gaveUpRate: number;
  /** Attempts that a budget cut off. With the finish rate, tells a worse policy from a smaller budget. */
  readonly truncatedRate: number;
  readonly meanSteps: number;
  /** Failed calls among all calls, which are all steps but those that ended their episode; 0 where there are none. */
  readonly failureShare: number;
  /** Of the solved attempts, absent if there are none: their mean steps, the oracle's on the same tasks, and the ratio. */
  readonly solvedSteps?: { readonly steps: number; readonly oracleSteps: number; readonly ratio: Interval };
  /** Of the chance that one of k attempts solves a task, with k = 1, 2, 4, …; k = 1 alone if there is one attempt a task. */
  readonly passAt: readonly { readonly k: number; readonly rate: number }[];
}

export interface GroupSummary extends Figures {
  readonly tasks: number;
  readonly attempts: number;
}

export interface SplitSummary extends GroupSummary {
  readonly split: string;
  readonly levels: readonly (GroupSummary & { readonly level: Level })[];
}

export interface Summary {
  /** In the order in which the splits first occur. */
  readonly splits: readonly SplitSummary[];
  /** Means over the splits, each of which counts once, however many tasks it has. */
  readonly macro: { readonly passRate: Interval; readonly finishRate: number; readonly meanSteps: number; readonly failureShare: number };
}

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

const sum = (results: readonly AttemptResult[], of: (result: AttemptResult) => number): number => results.reduce((total, each) => total + of(each), 0);
const share = (results: readonly AttemptResult[], which: (result: AttemptResult) => boolean): number => results.filter(which).length / results.length;

/** Steps of a task's solved attempts, and the oracle's on as many. */
function stepsOf(attempts: readonly AttemptResult[]): { steps: number; oracle: number } {
  const solved = attempts.filter((attempt) => attempt.solved);
  return { steps: sum(solved, ({ steps }) => steps), oracle: sum(solved, ({ oracleSteps }) => oracleSteps) };
}

/** Steps over the oracle's steps; NaN if no task is solved. */
function stepRatio(tasks: readonly { steps: number; oracle: number }[]): number {
  let [steps, oracle] = [0, 0];
  for (const task of tasks) [steps, oracle] = [steps + task.steps, oracle + task.oracle];
  return steps / oracle;
}

function summarizeGroup(results: readonly AttemptResult[], options: Omit<BootstrapOptions, 'draw'>, draw: (what: string) => () => number): GroupSummary {
  // Sorted, so that intervals do not depend on which attempt finished first.
  const tasks = [...groupBy(results, ({ taskId }) => taskId)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, attempts]) => attempts);
  const tallies = tasks.map((attempts) => ({ attempts: attempts.length, solved: attempts.filter(({ solved }) => solved).length }));
  const solved = results.filter((result) => result.solved);
  return {
    tasks: tasks.length,
    attempts: results.length,
    passRate: passRate(tallies, { ...options, draw: draw('pass rate') }),
    finishRate: share(results, ({ outcome }) => outcome === 'answered'),
    gaveUpRate: share(results, ({ outcome }) => outcome === 'gaveUp'),
    truncatedRate: share(results, ({ outcome }) => isTruncated(outcome)),
    meanSteps: mean(results.map(({ steps }) => steps)),
    failureShare: toolFailureRate(results) ?? 0,
    solvedSteps: solved.length === 0 ? undefined : {
      steps: mean(solved.map(({ steps }) => steps)),
      oracleSteps: mean(solved.map(({ oracleSteps }) => oracleSteps)),
      ratio: bootstrap(tasks.map(stepsOf), stepRatio, { ...options, draw: draw('step ratio') }),
    },
    passAt: passAt(tallies),
  };
}

/**
 * Summarises attempts per split, per level within a split, and over splits. The order of the attempts decides nothing but
 * the order of the splits.
 * Throws RangeError for no attempts, and for an attempt (split, task, sample) that is listed twice.
 */
export function summarize(results: readonly AttemptResult[], { seed = 0, ...options }: SummaryOptions = {}): Summary {
  if (results.length === 0) throw new RangeError('no attempts to summarise: evaluate at least one task');
  const seen = new Set<string>();
  for (const { split, taskId, sample } of results) {
    const key = JSON.stringify([split, taskId, sample]);
    if (seen.has(key)) throw new RangeError(`attempt ${sample} at task ${taskId} of split ${split} is listed twice: count each attempt once`);
    seen.add(key);
  }
  const splits = [...groupBy(results, ({ split }) => split)].map(([split, ofSplit]): SplitSummary => ({
    split,
    ...summarizeGroup(ofSplit, options, (what) => random('summary', seed, split, what)),
    levels: [...groupBy(ofSplit, ({ level }) => level)]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([level, ofLevel]) => ({ level, ...summarizeGroup(ofLevel, options, (what) => random('summary', seed, split, level, what)) })),
  }));
  const macro = (of: (split: SplitSummary) => number): number => mean(splits.map(of));
  return {
    splits,
    macro: {
      passRate: meanOfIntervals(splits.map((split) => split.passRate)),
      finishRate: macro((split) => split.finishRate),
      meanSteps: macro((split) => split.meanSteps),
      failureShare: macro((split) => split.failureShare),
    },
  };
}
