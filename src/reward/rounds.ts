// Rewards from annotation: several rounds of judging one trajectory become one reward a step (steptool.md 1.2 and 1.3).

export type FinalStatus = 'Solved' | 'Unsure' | 'Unsolved';
const statusValue: Record<FinalStatus, number> = { Solved: 1, Unsure: 0.5, Unsolved: 0 };

/** What a judge said of a trajectory, once. Arrays have an entry an intermediate step. */
export interface AnnotationRound {
  /** 0 or 1. */
  readonly succCalling: readonly number[];
  /** 0 to 5. */
  readonly contribution: readonly number[];
  readonly status: FinalStatus;
}

export interface AnnotatedRewards {
  /** Of the intermediate steps, each from 0 to 1. */
  readonly steps: number[];
  /** Of the last step, from 0 to 1. */
  readonly final: number;
}

/**
 * Means over the rounds: r_t = mean(½·SC + ½·Con/5), r_T = mean of 1, ½ or 0 for Solved, Unsure or Unsolved. Recovered
 * from what the authors say and what their data hold; the released code has no such function.
 * Throws RangeError for no rounds, rounds of different lengths, and judgements out of range, none of which the released
 * annotation checks.
 */
export function meanOfRounds(rounds: readonly AnnotationRound[]): AnnotatedRewards {
  if (rounds.length === 0) throw new RangeError('no annotation rounds: annotate the trajectory, or leave it out');
  const count = rounds[0].succCalling.length;
  rounds.forEach(({ succCalling, contribution }, k) => {
    for (const [name, array, most] of [['succCalling', succCalling, 1], ['contribution', contribution, 5]] as const) {
      if (array.length !== count) throw new RangeError(`round ${k}: ${name} has ${array.length} entries but the trajectory has ${count} intermediate steps: ask the judge again`);
      const bad = array.findIndex((x) => !(x >= 0 && x <= most));
      if (bad >= 0) throw new RangeError(`round ${k}: ${name}[${bad}] is ${array[bad]}: must be from 0 to ${most}`);
    }
  });
  const mean = (of: (round: AnnotationRound) => number): number => rounds.reduce((sum, round) => sum + of(round), 0) / rounds.length;
  return {
    steps: Array.from({ length: count }, (_, t) => mean(({ succCalling, contribution }) => succCalling[t] / 2 + contribution[t] / 10)),
    final: mean(({ status }) => statusValue[status]),
  };
}
