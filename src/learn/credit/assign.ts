// Credit assignment: the rewards of steps become an advantage and a return on each token that the policy wrote.
import type { Assigned, Placed } from './gae.ts';
import type { Credit, CreditInput, CreditMode } from './input.ts';
import { gather, layoutOf } from './layout.ts';
import { monteCarlo } from './monte-carlo.ts';
import { placeRewards, rewardsOfSteps } from './rewards.ts';
import { stepMode } from './step-mode.ts';
import { tokenCompressed } from './token-compressed.ts';
import { tokenPadded } from './token-padded.ts';

function assignBy(mode: CreditMode, placed: Placed): Assigned {
  switch (mode) {
    case 'step': return stepMode(placed);
    case 'tokenCompressed': return tokenCompressed(placed);
    case 'tokenPadded': return tokenPadded(placed);
    case 'monteCarlo': return monteCarlo(placed);
  }
}

/** A NaN in one value spreads over a batch by whitening and over the weights by the update: stop it where it can be named. */
function finite(name: string, array: ArrayLike<number>, positions?: Int32Array): void {
  for (let i = 0; i < array.length; i++) {
    if (!Number.isFinite(array[i])) throw new RangeError(`${name}[${positions ? positions[i] : i}] is ${array[i]}: must be a finite number`);
  }
}

/**
 * Assigns credit within one trajectory, before whitening (see {@link whiten} for the batch).
 * Formulas and golden vectors: docs/credit.md, steptool.md sections 2 and 10.
 * Throws RangeError, saying what and where, for arrays of unequal length, steps that do not fit mask or scores, and
 * numbers that are not finite at trainable positions.
 */
export function assignCredit(input: CreditInput): Credit {
  const { mask, scores, values, kl, gamma, lam, beta, stepWeight, bootstrap = 0 } = input;
  if (values.length !== mask.length) throw new RangeError(`values has ${values.length} entries but mask has ${mask.length}: give one a token`);
  if (kl && kl.length !== mask.length) throw new RangeError(`kl has ${kl.length} entries but mask has ${mask.length}: give one a token`);
  const layout = layoutOf(mask, input.steps, scores.length);
  const { positions } = layout;
  const valuesThere = gather(values, positions);
  const klThere = kl && gather(kl, positions);
  finite('scores', scores);
  finite('values', valuesThere, positions);
  if (klThere) finite('kl', klThere, positions);
  finite('[gamma, lam, beta, bootstrap]', [gamma, lam, beta, bootstrap]);

  const tokenRewards = placeRewards(layout, scores, stepWeight, klThere, beta);
  const { advantages, returns } = assignBy(input.mode, { layout, tokenRewards, values: valuesThere, gamma, lam, bootstrap });
  const rewards = rewardsOfSteps(layout, tokenRewards);
  const steps = layout.steps.map((step, t) => ({
    ...step,
    reward: rewards[t],
    value: valuesThere[step.start],
    advantage: advantages[step.start],
    return: returns[step.start],
  }));
  return { positions, tokenRewards, advantages, returns, steps };
}
