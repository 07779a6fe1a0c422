import type { Outcome, Step } from '../world/trajectory.ts';
import type { Sequence } from './packing.ts';

/** One episode as the learner sees it. Per-token arrays run over the whole sequence, prompt included. */
export interface Experience {
  readonly taskId: string;
  readonly promptLength: number;
  readonly ids: readonly number[];
  /** 1 where the policy chose the token: the same mask for loss, KL, entropy, values, whitening and metrics. */
  readonly mask: readonly number[];
  /** At sampling, of the chosen token, and the critic's value of the state before it. */
  readonly logProbs: readonly number[];
  readonly values: readonly number[];
  /** Filled in by credit: return, advantage and value of the step. */
  readonly steps: Step[];
  /** One combined reward a step. */
  readonly scores: readonly number[];
  readonly outcome: Outcome;
  /** The critic's value of the state after a truncated episode. */
  readonly bootstrap: number;
}

export const toSequence = ({ taskId, ids, mask, promptLength }: Experience): Sequence => ({
  group: taskId, prompt: ids.slice(0, promptLength), response: ids.slice(promptLength), mask: mask.slice(promptLength),
});
