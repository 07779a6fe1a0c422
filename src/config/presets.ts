/**
 * Presets: what the paper (arXiv 2410.07745) says and what the released code (repository `yuyq18/StepTool`, commit
 * `121a6ac`) does. They set every choice on which the two differ and that this version can express, and share the rest.
 * A field that the experiment file sets itself wins over its preset.
 *
 * Trajectories are sampled from the policy (paper) unless `rollout.recorded.file` names a fixed set of them (released); what
 * is read of such a file follows the preset.
 *
 * Differences that have no field here, the same under every preset: the paper takes the divergence from the previous
 * policy, here as released from the frozen reference; prompts of episodes list the parameters of tools (paper), those of
 * the released tables only names; a loss is one mean over the written tokens of all 8 trajectories, where TRL takes one
 * over those of 2 (mini_batch_size) and then the mean of the 4, and looks at the ratio 2 by 2 as well.
 */
import type { PartialExperiment } from './defaults.ts';
import type { Experiment } from './schema.ts';

/** `config/<model>/StepTool_ppo.json` and, where these are silent, the defaults of TRL 0.10.1 that they run with. */
const released = {
  rollout: {
    tasksPerIteration: 8, // batch_size
    samplesPerTask: 1, // the rows are of different tasks
  },
  credit: {
    gamma: 0.99, // the paper does not state it
    lambda: 0.95, // TRL
    whiten: true, // TRL: advantages, over the batch
  },
  algorithm: {
    epochs: 4, // TRL: ppo_epochs
    minibatches: 1, // mini_batch_size 2 times gradient_accumulation_steps 4 is the whole batch, of which TRL makes one update
    valueLearningRate: 1e-5, // one optimizer for all weights
    learningRate: 1e-5, // of adapters in 7B models; the small bundled policy hardly moves at it
    clipRange: 0.2, // TRL: cliprange
    valueClipRange: 0.2, // TRL: cliprange_value
    valueCoefficient: 0.1, // TRL: vf_coef
    entropyCoefficient: 0, // TRL has no such term
    maxGradientNorm: 0, // max_grad_norm is unset
    ratioGuard: 10, // TRL: ratio_threshold
    adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, // torch.optim.Adam
  },
} as const;

/** `init_kl_coef`, `target`, `horizon`, `kl_penalty: "kl"`, and TRL's adap_kl_ctrl. */
const releasedKl = { place: 'reward', estimator: 'k1', controller: 'adaptive', coefficient: 0.3, target: 6, horizon: 10000 } as const;

/** What each preset sets over the defaults. */
export const presets: Readonly<Record<Experiment['preset'], PartialExperiment>> = {
  default: {},

  paper: {
    ...released,
    reward: {
      succCalling: { weight: 1, rule: 'outcome' }, // section on rewards: SC(a_t, s_t+1), form and content of the call
      contribution: { weight: 1, rule: 'usedLater' }, // Con(a_t, a_T) was judged by a language model; this rule is nearest
      isSolved: { weight: 1, rule: 'checker' }, // IS(q, a_T), at t = T
      normaliser: 'none', // r_t = alpha SC + Con
      alpha: 1, // its value is not stated
    },
    credit: {
      ...released.credit,
      mode: 'step', // t runs over steps, and V(s_t) is the value of a state before a step
      stepWeight: 'one', // the formula has no weight
      bootstrapTruncated: true, // G_t ends in gamma^(T-t) V(s_T)
    },
    algorithm: { ...released.algorithm, kl: releasedKl },
  },

  'as-released': {
    ...released,
    rollout: {
      ...released.rollout,
      recorded: {
        encoding: 'released', // formatting_func: tokenizer.encode of each text, with its special tokens
        truncation: 'released', // formatting_func: max_context_len from the left, max_response_len from the right
        lastBatch: 'drop', // the data loader's drop_last
      },
    },
    reward: {
      succCalling: { weight: 1, rule: 'released' }, // annotation_by_rules.ipynb
      contribution: { weight: 1, rule: 'lcs', lcsThreshold: 0.3 }, // annotation_by_rules.ipynb
      isSolved: { weight: 1, rule: 'checker' }, // the notebook has no rule for it
      normaliser: 'half', // "equal weights" (issue 2), and every shipped reward is on the grid of (SC + Con / 5) / 2
    },
    credit: {
      ...released.credit,
      mode: 'tokenPadded', // the trainer inherits compute_advantages, which runs over all positions
      stepWeight: 'remaining', // compute_rewards multiplies by len(scores) - idx - 1: the last reward by 0
      bootstrapTruncated: false, // the value after the last token is 0, whatever ended the episode
    },
    algorithm: { ...released.algorithm, kl: releasedKl },
  },
};
