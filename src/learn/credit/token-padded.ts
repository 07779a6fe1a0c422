// Mode `tokenPadded`: one transition a token, masked ones included. For comparison with the released trainer, not for use.
import { gae } from './gae.ts';
import type { Assigned, Placed } from './gae.ts';
import { gather, scatter } from './layout.ts';

/**
 * TRL 0.10.1's `compute_advantages`, which the released trainer inherits (steptool.md 2.6): values and rewards of masked
 * tokens are set to 0 and the recursion runs over them. Each masked token decays credit by γλ (100 tokens of an
 * observation leave 0.2 % at 0.99 · 0.95), and every step but the last is bootstrapped as if the episode ended there.
 * The bootstrap of a truncated episode stands after the last token of the arrays, so it decays over a trailing observation.
 */
export function tokenPadded({ layout, tokenRewards, values, gamma, lam, bootstrap }: Placed): Assigned {
  const { positions, length } = layout;
  const all = gae(scatter(tokenRewards, positions, length), scatter(values, positions, length), gamma, lam, bootstrap);
  const advantages = gather(all, positions);
  return { advantages, returns: advantages.map((advantage, i) => advantage + values[i]) };
}
