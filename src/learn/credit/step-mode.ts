// Mode `step`: one transition a step, closest to the paper, whose t runs over steps (arXiv 2410.07745, section 3.3; steptool.md 2.1).
import { broadcast, gae, valuesOfSteps } from './gae.ts';
import type { Assigned, Placed } from './gae.ts';
import { rewardsOfSteps } from './rewards.ts';

/**
 * V(s_t): the value at the first token of step t. δ_t = r̂_t + γ·V(s_{t+1}) − V(s_t), A_t = δ_t + γλ·A_{t+1}, and all
 * tokens of the step get A_t. The KL penalties of the step's tokens are part of r̂_t, so that their effect on later
 * steps is discounted by steps as well. Neither the length of a step nor that of an observation changes anything.
 *
 * The return on every token is the step's: the states inside a step have the same reward ahead of them, undiscounted,
 * as the state before it.
 */
export function stepMode(placed: Placed): Assigned {
  const { layout, gamma, lam, bootstrap } = placed;
  const values = valuesOfSteps(placed);
  const advantages = gae(rewardsOfSteps(layout, placed.tokenRewards), values, gamma, lam, bootstrap);
  const returns = advantages.map((advantage, t) => advantage + values[t]);
  return { advantages: broadcast(layout, advantages), returns: broadcast(layout, returns) };
}
