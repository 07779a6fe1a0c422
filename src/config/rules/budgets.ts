/** Rules on sizes: of the policy, of episodes, of batches. */
import type { Rule } from './rule.ts';

const widthIntoHeads: Rule = {
  code: 'heads-split',
  severity: 'error',
  find: ({ experiment: { policy } }) =>
    policy.width % policy.heads === 0 ? undefined : {
      at: ['policy.heads', 'policy.width'],
      message: `"policy.width" ${policy.width} is not a multiple of "policy.heads" ${policy.heads}.`,
    },
};

const evenHeads: Rule = {
  code: 'heads-split',
  severity: 'error',
  find: ({ experiment: { policy } }) => {
    const head = policy.width / policy.heads;
    return !Number.isInteger(head) || head % 2 === 0 ? undefined : {
      at: ['policy.heads', 'policy.width'],
      message: `Heads of width ${head} ("policy.width" ${policy.width} / "policy.heads" ${policy.heads}) cannot carry rotary positions, which turn pairs: make it even.`,
    };
  },
};

const sharedHeads: Rule = {
  code: 'heads-split',
  severity: 'error',
  find: ({ experiment: { policy } }) =>
    policy.heads % policy.keyValueHeads === 0 ? undefined : {
      at: ['policy.keyValueHeads', 'policy.heads'],
      message: `"policy.heads" ${policy.heads} is not a multiple of "policy.keyValueHeads" ${policy.keyValueHeads}.`,
      fix: { path: 'policy.keyValueHeads', value: policy.heads },
    },
};

const contextHoldsEpisode: Rule = {
  code: 'context-exceeded',
  severity: 'error',
  find: ({ experiment: { policy, rollout } }) =>
    rollout.maxTokens <= policy.context ? undefined : {
      at: ['rollout.maxTokens', 'policy.context'],
      message: `"rollout.maxTokens" ${rollout.maxTokens} is more than "policy.context" ${policy.context}.`,
      fix: { path: 'rollout.maxTokens', value: policy.context },
    },
};

const turnWithinEpisode: Rule = {
  code: 'budget-exceeded',
  severity: 'error',
  find: ({ experiment: { rollout } }) =>
    rollout.maxTokensPerTurn < rollout.maxTokens ? undefined : {
      at: ['rollout.maxTokensPerTurn', 'rollout.maxTokens'],
      message: `"rollout.maxTokensPerTurn" ${rollout.maxTokensPerTurn} leaves nothing of "rollout.maxTokens" ${rollout.maxTokens} for the prompt and other turns.`,
    },
};

const callWithinEpisode: Rule = {
  code: 'budget-exceeded',
  severity: 'error',
  find: ({ experiment: { rollout } }) =>
    rollout.toolSeconds <= rollout.maxSeconds ? undefined : {
      at: ['rollout.toolSeconds', 'rollout.maxSeconds'],
      message: `"rollout.toolSeconds" ${rollout.toolSeconds} is more than "rollout.maxSeconds" ${rollout.maxSeconds}: no call could take so long.`,
    },
};

const minibatchesFilled: Rule = {
  code: 'batch-too-small',
  severity: 'error',
  find: ({ experiment: { rollout, algorithm } }) => {
    const trajectories = rollout.tasksPerIteration * rollout.samplesPerTask;
    return algorithm.minibatches <= trajectories ? undefined : {
      at: ['algorithm.minibatches', 'rollout.tasksPerIteration', 'rollout.samplesPerTask'],
      message: `${algorithm.minibatches} minibatches need as many trajectories; an iteration collects ${trajectories} ("rollout.tasksPerIteration" × "rollout.samplesPerTask").`,
      fix: { path: 'algorithm.minibatches', value: trajectories },
    };
  },
};

const whitenNeedsMany: Rule = {
  code: 'batch-too-small',
  severity: 'error',
  find: ({ experiment: { rollout, credit } }) =>
    !credit.whiten || rollout.tasksPerIteration * rollout.samplesPerTask > 1 ? undefined : {
      at: ['credit.whiten', 'rollout.samplesPerTask', 'rollout.tasksPerIteration'],
      message: 'With one trajectory an iteration, "credit.whiten" erases whether it went well: its mean advantage becomes 0. Collect more, or set it to false.',
      fix: { path: 'credit.whiten', value: false },
    },
};

export const budgetRules: readonly Rule[] = [
  widthIntoHeads, evenHeads, sharedHeads, contextHoldsEpisode, turnWithinEpisode, callWithinEpisode, minibatchesFilled, whitenNeedsMany,
];
