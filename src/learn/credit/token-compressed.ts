// Mode `tokenCompressed`: one transition a trainable token; masked tokens are cut out before the recursion.
import { gae } from './gae.ts';
import type { Assigned, Placed } from './gae.ts';

/**
 * The token after a step's last one is the next step's first: its value is the bootstrap, and crossing an observation
 * costs one γλ however long the observation is. As radixark/miles pull request 1827 specifies, and equal to carrying
 * value and advantage across masked tokens (verl, NeMo RL).
 */
export function tokenCompressed({ tokenRewards, values, gamma, lam, bootstrap }: Placed): Assigned {
  const advantages = gae(tokenRewards, values, gamma, lam, bootstrap);
  return { advantages, returns: advantages.map((advantage, i) => advantage + values[i]) };
}
