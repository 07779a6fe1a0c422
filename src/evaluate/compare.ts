// Two policies on the same tasks: who is better, by how much, and how sure that is.
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

export interface CompareOptions extends Pick<SummaryOptions, 'confidence'> {
  /** What the policies are called where they cannot be compared. */
  readonly names?: readonly [before: string, after: string];
}

/** The two were not measured on the same tasks. */
export class TasksDiffer extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TasksDiffer';
  }
}

/** The attempts at each task, by split: whether each solved it. */
function attemptsOf(results: readonly Solved[]): Map<string, Map<string, boolean[]>> {
  const splits = new Map<string, Map<string, boolean[]>>();
  for (const { split, taskId, solved } of results) {
    const tasks = splits.get(split) ?? new Map<string, boolean[]>();
    splits.set(split, tasks.set(taskId, [...(tasks.get(taskId) ?? []), solved]));
  }
  return splits;
}

type Attempts = ReturnType<typeof attemptsOf>;

function demandAll(from: Attempts, other: Attempts, side: string): void {
  for (const [split, tasks] of from) {
    for (const task of tasks.keys()) {
      if (other.get(split)?.has(task) !== true) throw new TasksDiffer(`task ${task} of split ${split} is missing from the attempts of ${side}: evaluate both on the same tasks`);
    }
  }
}

/**
 * Compares pass rates task by task. Numbers of attempts may differ between the two.
 * Throws TasksDiffer where one has a task that the other lacks: leaving it out would flatter one of them.
 */
export function comparePassRates(before: readonly Solved[], after: readonly Solved[], { confidence, names = ['the policy before', 'the policy after'] }: CompareOptions = {}): Comparison {
  const [a, b] = [attemptsOf(before), attemptsOf(after)];
  demandAll(a, b, names[1]);
  demandAll(b, a, names[0]);
  const share = (attempts: readonly boolean[]): number => mean(attempts.map(Number));
  const splits = [...a].map(([split, tasks]) => {
    const both = [...tasks].map(([task, attempts]) => [attempts, b.get(split)!.get(task)!] as const);
    const fewest = both.reduce((least, [x, y]) => Math.min(least, x.length, y.length), Infinity);
    return { split, difference: pairedDifference(both.map(([x, y]) => ({ a: share(x), b: share(y) })), fewest, confidence) };
  });
  return { splits, macro: meanOfIntervals(splits.map(({ difference }) => difference)) };
}
