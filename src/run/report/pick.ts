/** Which trajectories of a run a report shows: a bounded number, spread over time and outcomes, chosen without a look at what flatters. */
import type { Pair } from '../../../webview/report/model.ts';
import type { TrajectoryLine } from '../folder/lines.ts';

/** What choosing needs to know of a trajectory. */
export interface Candidate {
  readonly line: number;
  readonly id: string;
  readonly taskId: string;
  readonly iteration: number;
  readonly outcome: string;
  readonly solved: boolean;
}

/** A trajectory as a candidate. */
export const candidateOf = (record: TrajectoryLine, line: number): Candidate =>
  ({ line, id: record.id, taskId: record.taskId, iteration: record.iteration, outcome: record.outcome, solved: record.solved });

/** Thirds of the run's iterations: 0 early, 1 middle, 2 late. */
function thirdsOf(candidates: readonly Candidate[]): (iteration: number) => 0 | 1 | 2 {
  let first = Infinity;
  let last = -Infinity;
  for (const { iteration } of candidates) {
    first = Math.min(first, iteration);
    last = Math.max(last, iteration);
  }
  const span = Math.max(1, last - first + 1);
  return (iteration) => Math.min(2, Math.floor((3 * (iteration - first)) / span)) as 0 | 1 | 2;
}

/** Tasks attempted both early and late: the earliest and the latest attempt of each, `most` tasks spread over the order of task ids. */
export function pickPairs(candidates: readonly Candidate[], most: number): Pair[] {
  const third = thirdsOf(candidates);
  const ends = new Map<string, { early?: Candidate; late?: Candidate }>();
  for (const one of candidates) {
    const end = ends.get(one.taskId) ?? {};
    ends.set(one.taskId, end);
    if (third(one.iteration) === 0 && (!end.early || one.iteration < end.early.iteration)) end.early = one;
    if (third(one.iteration) === 2 && (!end.late || one.iteration > end.late.iteration)) end.late = one;
  }
  const pairs = [...ends].flatMap(([taskId, { early, late }]) => (early && late ? [{ taskId, early: early.id, late: late.id }] : []));
  return evenly(pairs.sort((a, b) => (a.taskId < b.taskId ? -1 : 1)), most);
}

/** At most `most` of the items, evenly spaced, in their order. */
export function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / most)]);
}

/**
 * The ids to show, at most `most`: those of the pairs first, then one of each stratum (third of the run, outcome, solved) in
 * turn until there are enough. Within a stratum they are evenly spaced.
 */
export function pickIds(candidates: readonly Candidate[], pairs: readonly Pair[], most: number): Set<string> {
  const chosen = new Set(pairs.flatMap(({ early, late }) => [early, late]).slice(0, most));
  const third = thirdsOf(candidates);
  const strata = new Map<string, Candidate[]>();
  for (const one of candidates) {
    const key = `${third(one.iteration)} ${one.outcome} ${one.solved}`;
    const stratum = strata.get(key);
    if (stratum) stratum.push(one);
    else strata.set(key, [one]);
  }
  const queues = [...strata.values()].map((stratum) => evenly(stratum, most));
  for (let round = 0; chosen.size < most && queues.some((queue) => queue.length > round); round++) {
    for (const queue of queues) {
      // From the middle outwards would favour one end; a stride through the queue keeps every prefix spread out.
      const one = queue[spread(round, queue.length)];
      if (one && chosen.size < most) chosen.add(one.id);
    }
  }
  return chosen;
}

/** Position `round` of a walk through `length` places in golden-ratio steps, each place once; past the end, nothing. */
function spread(round: number, length: number): number {
  if (round >= length) return -1;
  let stride = Math.max(1, Math.round(length * 0.618));
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  while (divisor(stride, length) !== 1) stride++;
  return (round * stride) % length;
}
