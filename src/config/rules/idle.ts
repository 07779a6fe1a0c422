/** Settings of learning that other settings leave without effect. They do no harm, so that they are only mentioned. */
import type { Experiment } from '../schema.ts';
import { fieldAt, fieldsBelow } from '../field-tree.ts';
import type { Rule } from './rule.ts';

const idle = (path: string, because: (experiment: Experiment) => string | undefined): Rule => ({
  code: 'no-effect',
  severity: 'warning',
  find: ({ experiment, given }) => {
    const reason = given(path) && experiment.algorithm.iterations > 0 ? because(experiment) : undefined;
    return reason === undefined ? undefined : { at: [path], message: `"${path}" has no effect: ${reason}. Remove it, or change that.`, fix: { path, value: undefined } };
  },
});

const withoutValues = ['valueLearningRate', 'valueClipRange'].map((name) =>
  idle(`algorithm.${name}`, ({ algorithm }) => (algorithm.valueCoefficient === 0 ? '"algorithm.valueCoefficient" is 0, so that values are not learned' : undefined)),
);

const weightless = idle('algorithm.kl.estimator', ({ algorithm: { kl } }) =>
  (kl.place !== 'none' && kl.controller === 'fixed' && kl.coefficient === 0 ? '"algorithm.kl.coefficient" is 0' : undefined),
);

/** The policy that is updated is the one that collected until its first update, which is then the only one. */
const withOneUpdate = ['clipRange', 'valueClipRange', 'ratioGuard'].map((name) =>
  idle(`algorithm.${name}`, ({ algorithm, rollout }) =>
    (algorithm.epochs === 1 && algorithm.minibatches === 1 && rollout.recorded.file === null && (name !== 'valueClipRange' || algorithm.valueCoefficient > 0)
      ? 'with "algorithm.epochs" 1 and "algorithm.minibatches" 1 every update starts where its trajectories were collected, and nothing has moved that could be clipped' : undefined)),
);

const learning = ['reward', 'credit', 'algorithm'].flatMap((name) => {
  const section = fieldAt(name);
  return section ? fieldsBelow(section).filter(({ kind, path }) => kind !== 'section' && path !== 'algorithm.iterations').map(({ path }) => path) : [];
});

const neverLearns: Rule = {
  code: 'no-effect',
  severity: 'warning',
  find: ({ experiment, given }) => {
    const path = experiment.algorithm.iterations > 0 ? undefined : learning.find(given);
    return path === undefined ? undefined : { at: [path, 'algorithm.iterations'], message: `"${path}" has no effect: "algorithm.iterations" is 0, and nothing is learned by reinforcement.` };
  },
};

export const idleRules: readonly Rule[] = [...withoutValues, weightless, ...withOneUpdate, neverLearns];
