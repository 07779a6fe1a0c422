// The recursion that all modes with a lambda share, and what goes in and out of a mode.
import type { Layout } from './layout.ts';

/** A trajectory with its rewards placed: what every mode starts from. */
export interface Placed {
  readonly layout: Layout;
  /** [trainable positions] */
  readonly tokenRewards: Float64Array;
  /** [trainable positions] */
  readonly values: Float64Array;
  readonly gamma: number;
  readonly lam: number;
  /** Value of the state after the last step; 0 where the episode terminated. */
  readonly bootstrap: number;
}

/**
 * Generalised advantage estimation (arXiv 1506.02438, equation 16) over any sequence of transitions, [length]:
 * δ_t = r_t + γ·V_{t+1} − V_t with V_length = bootstrap, and A_t = δ_t + γλ·A_{t+1}.
 * What counts as a transition, a token or a step, is the caller's choice and all that the modes differ in.
 */
export function gae(rewards: Float64Array, values: Float64Array, gamma: number, lam: number, bootstrap: number): Float64Array {
  const advantages = new Float64Array(rewards.length);
  let nextValue = bootstrap;
  let nextAdvantage = 0;
  for (let t = rewards.length - 1; t >= 0; t--) {
    const delta = rewards[t] + gamma * nextValue - values[t];
    advantages[t] = nextAdvantage = delta + gamma * lam * nextAdvantage;
    nextValue = values[t];
  }
  return advantages;
}

/** Values of the states before the steps, [steps]: at the first trainable token of each, before the policy has written any of it. */
export const valuesOfSteps = ({ layout, values }: Placed): Float64Array => Float64Array.from(layout.steps, ({ start }) => values[start]);

/** Gives every trainable token the number of its step: [steps] to [trainable positions]. */
export function broadcast(layout: Layout, perStep: Float64Array): Float64Array {
  const perToken = new Float64Array(layout.positions.length);
  layout.steps.forEach(({ start, end }, step) => perToken.fill(perStep[step], start, end));
  return perToken;
}

/** Advantages and returns, [trainable positions] each. */
export interface Assigned {
  readonly advantages: Float64Array;
  readonly returns: Float64Array;
}
