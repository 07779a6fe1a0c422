// Mode `monteCarlo`: the paper's Â(s_t, a_t) = G_t − V(s_t), without a lambda (steptool.md 2.1).
import { broadcast, valuesOfSteps } from './gae.ts';
import type { Assigned, Placed } from './gae.ts';
import { rewardsOfSteps } from './rewards.ts';

/**
 * G_t = Σ_{i≥t} γ^{i−t}·r̂_i + γ^{T−t}·V(s_T), over steps, with V(s_T) = bootstrap (0 where the episode terminated).
 * All tokens of a step get its advantage and return. No bias from a critic that is wrong, all the noise of the rewards.
 */
export function monteCarlo(placed: Placed): Assigned {
  const { layout, gamma, bootstrap } = placed;
  const returns = rewardsOfSteps(layout, placed.tokenRewards);
  let later = bootstrap;
  for (let t = returns.length - 1; t >= 0; t--) later = returns[t] += gamma * later;
  const values = valuesOfSteps(placed);
  const advantages = returns.map((g, t) => g - values[t]);
  return { advantages: broadcast(layout, advantages), returns: broadcast(layout, returns) };
}
