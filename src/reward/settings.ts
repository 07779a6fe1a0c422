// What reward parts there are and how an experiment sets them. Mirrors the section `reward` of the experiment file.

/** Parts on intermediate steps: `succCalling`, `contribution`. On the last step: `isSolved`. Each from 0 to 1. On the last step too, where being cut off costs something: `cutOff`, -1 if a budget ended the episode, else 0. */
export const rewardParts = ['succCalling', 'contribution', 'isSolved', 'cutOff'] as const;
export type RewardPart = (typeof rewardParts)[number];

/** The parts that a step has; a part that is absent does not apply to the step, which is not the same as 0. */
export type Parts = Partial<Record<RewardPart, number>>;

export type SuccCallingRule = 'outcome' | 'released' | 'strict';
export type ContributionRule = 'usedLater' | 'lcs';

export interface RewardSettings {
  readonly succCalling: { readonly weight: number; readonly rule: SuccCallingRule };
  /** `lcsThreshold` belongs to the rule `lcs`. */
  readonly contribution: { readonly weight: number; readonly rule: ContributionRule; readonly lcsThreshold: number };
  /** `checker`: the world says whether the task is solved. */
  readonly isSolved: { readonly weight: number; readonly rule: 'checker' };
  /** What being cut off by a budget costs; not of the paper. */
  readonly cutOff: { readonly weight: number };
  /** `half`: (SuccCalling + Contribution) / 2, as in the released data; `none`: α · SuccCalling + Contribution, as in the paper. */
  readonly normaliser: 'half' | 'none';
  /** Of `none` only. */
  readonly alpha: number;
}
