/** Rules on reward, credit and the penalty. */
import { recordedKind } from '../named-files.ts';
import type { Experiment } from '../schema.ts';
import { unused, type Rule } from './rule.ts';

/** Whether trajectories come with rewards: the section `reward` means nothing then, which one rule of its own tells (setting.ts). */
const areRewarded = ({ rollout }: Experiment): boolean => recordedKind(rollout.recorded.file) === 'table';

const someReward: Rule = {
  code: 'no-reward',
  severity: 'error',
  find: ({ experiment }) => {
    if (areRewarded(experiment)) return undefined;
    const { reward, credit } = experiment;
    const called = reward.succCalling.weight * (reward.normaliser === 'none' ? reward.alpha : 1);
    // IsSolved is a part of the last step alone, whose score "remaining" multiplies by 0.
    if (credit.stepWeight === 'remaining' && called + reward.contribution.weight === 0 && reward.isSolved.weight > 0) {
      return {
        at: ['credit.stepWeight', 'reward.contribution.weight', 'reward.succCalling.weight', 'reward.alpha'],
        message: 'Every reward is 0: only IsSolved has a weight, it is given on the last step, and "credit.stepWeight" "remaining" multiplies the last step by 0. "remainingInclusive" keeps it.',
        fix: { path: 'credit.stepWeight', value: 'remainingInclusive' },
      };
    }
    return called + reward.contribution.weight + reward.isSolved.weight + reward.cutOff.weight > 0 ? undefined : {
      at: ['reward.isSolved.weight', 'reward.contribution.weight', 'reward.succCalling.weight', 'reward.alpha'],
      message: 'All parts of the reward have weight 0: there is nothing to learn from. Give one a weight.',
    };
  },
};

/** Recorded trajectories are dealt in an order of their own each pass, and not task by task. */
const groupMeets: Rule = {
  code: 'group-by-chance',
  severity: 'warning',
  find: ({ experiment: { credit, rollout } }) =>
    !credit.groupBaseline || recordedKind(rollout.recorded.file) !== 'own' ? undefined : {
      at: ['credit.groupBaseline', 'rollout.recorded.file'],
      message: 'Recorded trajectories are shuffled: the samples of a task come into one iteration by chance, and those that come alone have no "credit.groupBaseline". Set it to false, or let an iteration take the whole file.',
      fix: { path: 'credit.groupBaseline', value: false },
    },
};

const lastRewardCounts: Rule = {
  code: 'final-reward-dropped',
  severity: 'warning',
  // A preset that says so is meant so; a file that says so may not know.
  find: ({ experiment: { credit }, given }) =>
    credit.stepWeight !== 'remaining' || !given('credit.stepWeight') ? undefined : {
      at: ['credit.stepWeight'],
      message: '"remaining" multiplies the reward of the last step by 0, so that IsSolved is never learned from, as in the released trainer. "remainingInclusive" keeps it.',
      fix: { path: 'credit.stepWeight', value: 'remainingInclusive' },
    },
};

const creditCrosses: Rule = {
  code: 'credit-decay',
  severity: 'warning',
  find: ({ experiment: { credit }, given }) => {
    const decay = credit.gamma * credit.lambda;
    return credit.mode !== 'tokenPadded' || !given('credit.mode') || decay === 1 ? undefined : {
      at: ['credit.mode'],
      message: `"tokenPadded" lets credit decay across the tokens of observations: over 50 of them ${(decay ** 50).toPrecision(2)} of it is left. "tokenCompressed" leaves them out.`,
      fix: { path: 'credit.mode', value: 'tokenCompressed' },
    };
  },
};

/**
 * Only three of the six pairs pull towards the reference. Under samples of the policy, the gradient of k1 as a loss is 0
 * on average; as a reward, k2 and k3 have a gradient of third order near the reference, where the leash is needed.
 */
const estimatorFitsPlace: Rule = {
  code: 'estimator-place',
  severity: 'error',
  find: ({ experiment: { algorithm: { kl } } }) => {
    if (kl.place === 'reward' && kl.estimator !== 'k1') {
      return {
        at: ['algorithm.kl.estimator', 'algorithm.kl.place'],
        message: `As a reward, "${kl.estimator}" does not pull towards the reference: its gradient vanishes near it. Use "k1" in the reward, or place the penalty in the loss.`,
        fix: { path: 'algorithm.kl.estimator', value: 'k1' },
      };
    }
    if (kl.place === 'loss' && kl.estimator === 'k1') {
      return {
        at: ['algorithm.kl.estimator', 'algorithm.kl.place'],
        message: 'As a loss, "k1" does nothing: its gradient is 0 on average. Use "k2" or "k3" in the loss, or place the penalty in the reward.',
        fix: { path: 'algorithm.kl.estimator', value: 'k2' },
      };
    }
    return undefined;
  },
};

const adaptiveStartsAboveZero: Rule = {
  code: 'adaptive-zero',
  severity: 'error',
  find: ({ experiment: { algorithm: { kl } } }) =>
    kl.place === 'none' || kl.controller === 'fixed' || kl.coefficient > 0 ? undefined : {
      at: ['algorithm.kl.coefficient', 'algorithm.kl.controller'],
      message: 'The adaptive controller multiplies its coefficient, so that one of 0 stays 0. Start above 0, or use "fixed".',
      fix: { path: 'algorithm.kl.controller', value: 'fixed' },
    },
};

const withoutPenalty = ['estimator', 'controller', 'coefficient'].map((name) =>
  unused(`algorithm.kl.${name}`, ({ algorithm: { kl } }) => (kl.place === 'none' ? '"algorithm.kl.place" is "none"' : undefined)),
);

const withoutController = ['target', 'horizon'].map((name) =>
  unused(`algorithm.kl.${name}`, ({ algorithm: { kl } }) =>
    kl.place === 'none' ? '"algorithm.kl.place" is "none"'
    : kl.controller === 'fixed' ? '"algorithm.kl.controller" is "fixed"'
    : undefined),
);

/** Gradients whose squares are 0 in single precision are divided by nothing else: less than this would make of them steps of any size, and of 0 a NaN. */
const leastEpsilon = 1e-15;

const epsilonCounts: Rule = {
  code: 'no-effect',
  severity: 'error',
  find: ({ experiment: { algorithm: { adam } } }) =>
    adam.epsilon >= leastEpsilon ? undefined : {
      at: ['algorithm.adam.epsilon'],
      message: `"algorithm.adam.epsilon" is nothing in single precision: where gradients are tiny, steps would be of any size or no numbers. Take ${leastEpsilon} or more; 1e-8 is usual.`,
      fix: { path: 'algorithm.adam.epsilon', value: 1e-8 },
    },
};

export const learningRules: readonly Rule[] = [
  someReward,
  unused('reward.contribution.lcsThreshold', (experiment) => (experiment.reward.contribution.rule === 'lcs' || areRewarded(experiment) ? undefined : '"reward.contribution.rule" is not "lcs"')),
  unused('reward.alpha', (experiment) => (experiment.reward.normaliser === 'none' || areRewarded(experiment) ? undefined : '"reward.normaliser" is "half"; use "reward.succCalling.weight"')),
  unused('reward.cutOff.weight', (experiment) => (experiment.reward.cutOff.weight > 0 && experiment.credit.stepWeight === 'remaining' && !areRewarded(experiment)
    ? '"credit.stepWeight" "remaining" multiplies the last step by 0; use "remainingInclusive"' : undefined)),
  unused('credit.groupBaseline', ({ credit, rollout }) =>
    !credit.groupBaseline ? undefined
    : recordedKind(rollout.recorded.file) === 'table' ? '"rollout.recorded.file" is a table, and each of its rows a task of its own'
    : rollout.recorded.file === null && rollout.samplesPerTask === 1 ? '"rollout.samplesPerTask" is 1'
    : undefined),
  groupMeets,
  unused('credit.lambda', ({ credit }) => (credit.mode === 'monteCarlo' ? '"credit.mode" is "monteCarlo"' : undefined)),
  lastRewardCounts,
  creditCrosses,
  estimatorFitsPlace,
  adaptiveStartsAboveZero,
  epsilonCounts,
  ...withoutPenalty,
  ...withoutController,
];
