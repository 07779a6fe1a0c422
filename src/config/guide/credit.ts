import type { Guide } from '../guide.ts';

/** From rewards to advantages. */
export const creditGuide: Guide = {
  'credit.mode': { effect: 'Decides how far a reward reaches back: in "tokenPadded" an observation of 50 tokens eats most of it, over steps nothing is lost on the way.', paper: 'over steps', released: '"tokenPadded"' },
  'credit.gamma': { effect: 'Lower cares more about the step itself and less about what follows; at 1 an early step is credited in full for the final success.', usual: [0.95, 1], paper: 'not stated', released: '0.99' },
  'credit.lambda': { effect: 'Lower is less noisy and leans on the value head, which is wrong at first; higher leans on the rewards that came.', usual: [0.9, 1], paper: 'not stated', released: '0.95' },
  'credit.stepWeight': { effect: '"remaining" makes early steps count more and drops the reward of the last, IsSolved, altogether.', paper: 'no weights, "one"', released: '"remaining"' },
  'credit.groupBaseline': { effect: 'On, a step is judged against how the same step went in the other samples of its task, on top of the value head. Takes a third to a half off the variance of advantages, most while the value head is young. Needs several samples a task.', paper: 'no', released: 'no such baseline' },
  'credit.whiten': { effect: 'Makes the learning rate independent of the scale of rewards. Off, doubling all weights doubles the step.', released: 'true' },
  'credit.bootstrapTruncated': { effect: 'Off, running out of budget looks like failing for good, and the policy learns to hurry. On, calls that lead nowhere cost nothing where turns are limited.', paper: 'yes, the return ends in a value', released: 'false' },
};
