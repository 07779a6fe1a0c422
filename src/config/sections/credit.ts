import { choice, flag, number, section } from '../fields.ts';

/** From rewards to advantages and returns. */
export const creditSection = section('How the rewards of steps become advantages and returns.', {
  mode: choice('What the recursion of generalised advantage estimation runs over.', 'step', {
    step: 'Steps, one advantage for all tokens of a step: closest to the paper.',
    tokenCompressed: 'The tokens that the policy wrote, observations left out.',
    tokenPadded: 'All tokens, observations included: the released trainer. Credit hardly crosses an observation.',
    monteCarlo: 'Steps, discounted sum of rewards minus value: no lambda.',
  }),
  gamma: number('Discount per step, or per token in the token modes.', 0.95, 0, 1),
  lambda: number('Bias against variance of the advantage: 0 trusts the value, 1 the rewards.', 0.95, 0, 1),
  stepWeight: choice('What the reward of step i of T, counted from 0, is multiplied by.', 'one', {
    one: '1: the paper.',
    remaining: 'T − 1 − i: the released trainer, which thereby drops the IsSolved reward of the last step.',
    remainingInclusive: 'T − i: early steps weigh more, and the last one counts.',
  }),
  groupBaseline: flag(
    'The mean advantage of the same step in the other samples of the task is subtracted: less noise, the same expectation.',
    false,
  ),
  whiten: flag('Advantages are shifted and scaled to mean 0 and variance 1 over the batch.', true),
  bootstrapTruncated: flag(
    'A truncated episode is credited with the value of the state it was cut at. An episode that ended never is.',
    false,
  ),
});
