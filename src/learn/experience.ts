import type { HostTensors } from '../compute/engine.ts';
import type { Outcome, Step } from '../world/trajectory.ts';
import { brokenIn, isFinite, NotFiniteError, statisticsOf } from './not-finite.ts';
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

/**
 * Looks at all numbers that an update starts from.
 * @param refLogProbs of each experience
 * @param weights that collected; those of the `reference` are looked at too, when something is wrong
 * @throws NotFiniteError
 */
export function requireFinite(experiences: readonly Experience[], refLogProbs: readonly Float32Array[], weights: HostTensors, reference: HostTensors): void {
  const flat = (name: string, of: (experience: Experience, index: number) => ArrayLike<number>) => {
    const data = experiences.flatMap((experience, i) => Array.from(of(experience, i)));
    return statisticsOf(name, { shape: [data.length], data });
  };
  const broken = [
    flat('rewards', ({ scores }) => scores),
    flat('log-probs of the policy', ({ logProbs }) => logProbs),
    flat('values of the critic', ({ values, bootstrap }) => [...values, bootstrap]),
    flat('log-probs of the reference', (_, i) => refLogProbs[i]),
  ].filter((each) => !isFinite(each));
  if (broken.length === 0) return;
  throw new NotFiniteError(`the ${broken[0].name} ${broken[0].nan > 0 ? 'are partly NaN' : 'are partly infinite'}`, [...broken, ...brokenIn('weight', weights), ...brokenIn('weight of the reference', reference)]);
}
