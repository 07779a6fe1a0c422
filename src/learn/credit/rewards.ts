// Where rewards go: a step's on its last trainable token, the KL penalty on every trainable token (steptool.md 2.4, 2.5).
import type { StepWeight } from './input.ts';
import type { Layout } from './layout.ts';

/**
 * Factor of the score of step `index` (from 0) of `steps`. `remaining` is `len(score) - i - 1` of the released
 * `compute_rewards`, which multiplies the last score, IsSolved, by 0; the paper's formula has no factor.
 */
export function weightOf(weight: StepWeight, index: number, steps: number): number {
  switch (weight) {
    case 'one': return 1;
    case 'remaining': return steps - 1 - index;
    case 'remainingInclusive': return steps - index;
  }
}

/**
 * Rewards of the trainable tokens, [trainable positions].
 * On the last trainable token and not on the last token of the step, because a reward on a masked token is lost or decayed.
 * @param kl [trainable positions] or undefined for none
 */
export function placeRewards(layout: Layout, scores: readonly number[], weight: StepWeight, kl: ArrayLike<number> | undefined, beta: number): Float64Array {
  const rewards = new Float64Array(layout.positions.length);
  if (kl) rewards.forEach((_, i) => (rewards[i] -= beta * kl[i])); // from 0, which gives 0 and never -0 for no penalty
  // T counts the scores, not the steps that are left of them: cutting the start off changes no step's weight.
  for (const { score, end } of layout.steps) rewards[end - 1] += scores[score] * weightOf(weight, score, scores.length);
  return rewards;
}

/** Rewards of the steps, [steps]: weighted score plus the KL penalties of the step's tokens. */
export const rewardsOfSteps = (layout: Layout, tokenRewards: Float64Array): Float64Array =>
  Float64Array.from(layout.steps, ({ start, end }) => tokenRewards.subarray(start, end).reduce((sum, reward) => sum + reward, 0));
