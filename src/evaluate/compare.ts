// Two policies on the same tasks: who is better, by how much, and how sure that is.
import { random } from '../world/random.ts';
import { mean, meanOfIntervals } from './intervals.ts';
import type { Interval } from './intervals.ts';
import { pairedDifference } from './paired.ts';
import type { AttemptResult, SummaryOptions } from './summary.ts';

/** What a comparison needs to know of an attempt. */
export type Solved = Pick<AttemptResult, 'split' | 'taskId' | 'solved'>;

export interface Comparison {
  /** Pass rate of `after` minus that of `before`, per split, in the order of `before`. */
  readonly splits: readonly { readonly split: string; readonly difference: Interval }[];
  /** Mean of the differences of the splits. */
  readonly macro: Interval;
}

/** Share of solved attempts by split and task. */
function shares(results: readonly Solved[]): Map<string, Map<string, number>> {
  const splits = new Map<string, Map<string, boolean[]>>();
  for (const { split, taskId, solved } of results) {
    const tasks = splits.get(split) ?? new Map<string, boolean[]>();
    splits.set(split, tasks.set(taskId, [...(tasks.get(taskId) ?? []), solved]));
  }
  return new Map([...splits].map(([split, tasks]) => [split, new Map([...tasks].map(([task, each]) => [task, mean(each.map(Number))]))]));
}

/**
 * Compares pass rates task by task. Numbers of attempts may differ between the two.
 * Throws RangeError where one has a task that the other lacks: leaving it out would flatter one of them.
 */
export function comparePassRates(before: readonly Solved[], after: readonly Solved[], { seed = 0, ...options }: SummaryOptions = {}): Comparison {
  const [a, b] = [shares(before), shares(after)];
  const demand = (from: typeof a, other: typeof a, side: string): void => {
    for (const [split, tasks] of from) {
      for (const task of tasks.keys()) {
        if (other.get(split)?.has(task) !== true) throw new RangeError(`task ${task} of split ${split} is missing from the attempts ${side}: evaluate both on the same tasks`);
      }
    }
  };
  demand(a, b, 'after');
  demand(b, a, 'before');
  const splits = [...a].map(([split, tasks]) => {
    const pairs = [...tasks].sort(([x], [y]) => (x < y ? -1 : 1)).map(([task, share]) => ({ a: share, b: b.get(split)!.get(task)! }));
    return { split, difference: pairedDifference(pairs, { ...options, draw: random('compare', seed, split) }) };
  });
  return { splits, macro: meanOfIntervals(splits.map(({ difference }) => difference)) };
}
