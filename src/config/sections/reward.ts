import { choice, number, section } from '../fields.ts';

const weight = (description: string, usual = 1) => number(description, usual, 0, 100);

/** Step-grained rewards: SuccCalling and Contribution on intermediate steps, IsSolved on the last. */
export const rewardSection = section(
  'Step-grained rewards: SuccCalling and Contribution on intermediate steps, IsSolved on the last. These three are recorded also at weight 0.',
  {
    succCalling: section('Did the call of the step succeed, in form and content? 0 or 1.', {
      weight: weight('Weight of the part.', 0.2),
      rule: choice('Who says so.', 'outcome', {
        outcome: 'The typed outcome of the call: it worked and found something.',
        released: 'The released text rule on the observation, under which nearly every response without an error field succeeds.',
        strict: 'The released text rule with its checks of the response text also applied when there is no error field.',
      }),
    }),
    contribution: section('Did the step help the final answer? From 0 to 1.', {
      weight: weight('Weight of the part.'),
      rule: choice('Who says so.', 'usedLater', {
        usedLater: 'Whether data of the observation is used later, by a call or by the answer.',
        lcs: 'The released rule: the longest common subsequence of response and final answer, as a part of the response, reaches `lcsThreshold`.',
      }),
      lcsThreshold: number('Threshold of the rule `lcs`.', 0.3, 0, 1),
    }),
    isSolved: section('Is the task solved? On the last step. From 0 to 1.', {
      weight: weight('Weight of the part.'),
      rule: choice('Who says so.', 'checker', {
        checker: "The world's checker: the answer is right, and it was observed, not guessed.",
      }),
    }),
    cutOff: section('Was the episode cut off by a budget of turns, tokens or time? On the last step.', {
      weight: weight('What being cut off costs: taken off the reward of the last step. Not of the paper.', 0),
    }),
    normaliser: choice('How the two parts of an intermediate step are combined.', 'half', {
      half: '(SuccCalling + Contribution) / 2, each times its weight: the released data, between 0 and 1 at weights 1.',
      none: 'alpha · SuccCalling + Contribution, each times its weight: the formula of the paper.',
    }),
    alpha: number("The paper's scaling factor of SuccCalling, with normaliser `none`. The paper does not state its value.", 1, 0, 100),
  },
);
