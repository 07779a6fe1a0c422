/** Rules on where a run starts, how it samples and measures, and what computes it. */
import { fieldAt, fieldsBelow } from '../field-tree.ts';
import { recordedKind } from '../named-files.ts';
import { unused, type Rule } from './rule.ts';

const tokenizerFitsWeights: Rule = {
  code: 'tokenizer-mismatch',
  severity: 'error',
  find: ({ experiment: { policy } }) =>
    policy.checkpoint !== 'bundled' || policy.tokenizer === 'bundled' ? undefined : {
      at: ['policy.tokenizer', 'policy.checkpoint'],
      message: 'The bundled checkpoint reads only the tokens of the bundled tokenizer. Set "policy.checkpoint" to null or to weights of this tokenizer.',
      fix: { path: 'policy.tokenizer', value: 'bundled' },
    },
};

const someTraining: Rule = {
  code: 'untrained-policy',
  severity: 'warning',
  find: ({ experiment: { policy, warmStart } }) =>
    policy.checkpoint !== null || warmStart.mode !== 'never' ? undefined : {
      at: ['warmStart.mode', 'policy.checkpoint'],
      message: 'Without checkpoint and warm start, reinforcement learning starts from random weights, which hardly ever write a call that can be read.',
      fix: { path: 'warmStart.mode', value: 'auto' },
    },
};

const baseOfAdapter: Rule = {
  code: 'adapter-base',
  severity: 'error',
  find: ({ experiment: { policy } }) =>
    policy.adapter.rank === 0 || policy.checkpoint !== null ? undefined : {
      at: ['policy.adapter.rank', 'policy.checkpoint'],
      message: 'An adapter stands beside trained weights, and "policy.checkpoint" null means random ones, which would stay random. Name a checkpoint, or train all weights.',
      fix: { path: 'policy.adapter.rank', value: 0 },
    },
};

const withoutAdapter = ['alpha', 'modules', 'start'].map((name) =>
  unused(`policy.adapter.${name}`, ({ policy: { adapter } }) => (adapter.rank === 0 ? '"policy.adapter.rank" is 0: all weights are trained' : undefined)),
);

const nothingFrozen = unused('engine.frozen', ({ policy: { adapter }, engine }) =>
  (adapter.rank > 0 || engine.frozen !== 'float16' ? undefined : '"policy.adapter.rank" is 0: all weights are trained, and none is frozen'));

const unrendered = unused('policy.template', ({ policy: { dialogue, template } }) =>
  (template === null || dialogue === 'auto' || dialogue === 'chat-template' ? undefined : `"policy.dialogue" is "${dialogue}", which renders no template`),
);

const warmStart = fieldAt('warmStart');
const warmStartFields = (warmStart ? fieldsBelow(warmStart) : []).filter((field) => field.kind !== 'section' && field.path !== 'warmStart.mode');

const withoutWarmStart = warmStartFields.map(({ path }) =>
  unused(path, (experiment) => (experiment.warmStart.mode === 'never' ? '"warmStart.mode" is "never"' : undefined)),
);

/** Under `auto` the warm start depends on what is found, which only the run knows. */
const perhapsWithoutWarmStart: Rule = {
  code: 'no-effect',
  severity: 'warning',
  find: ({ experiment, given }) => {
    const path = warmStartFields.map((field) => field.path).find(given);
    return path === undefined || experiment.warmStart.mode !== 'auto' || experiment.policy.checkpoint === null ? undefined : {
      at: [path],
      message: experiment.policy.checkpoint === 'bundled'
        ? `"${path}" has an effect only if the bundled checkpoint is not found, because "warmStart.mode" is "auto". To train from random weights set "policy.checkpoint" to null; to warm-start on top of it, the mode to "always".`
        : `"${path}" has no effect: a checkpoint that the file names is not warm-started while "warmStart.mode" is "auto". Set that to "always".`,
    };
  },
};

const sampledAsOptimised: Rule = {
  code: 'off-policy-sampling',
  severity: 'warning',
  find: ({ experiment: { rollout } }) =>
    rollout.topP === 1 || rollout.recorded.file !== null ? undefined : {
      at: ['rollout.topP'],
      message: `"rollout.topP" ${rollout.topP} never samples the unlikely tokens, while the update optimises the whole distribution.`,
      fix: { path: 'rollout.topP', value: 1 },
    },
};

const withoutRecorded = ['encoding', 'truncation', 'lastBatch'].map((name) =>
  unused(`rollout.recorded.${name}`, ({ rollout: { recorded } }) => (recorded.file === null ? '"rollout.recorded.file" is null: trajectories are collected' : undefined)),
);

const nothingSampled = unused('rollout.topP', ({ rollout: { recorded } }) => (recorded.file === null ? undefined : 'trajectories are recorded ("rollout.recorded.file"), and none is sampled'));

const framedAnew = unused('rollout.recorded.encoding', ({ rollout: { recorded } }) =>
  (recordedKind(recorded.file) === 'own' ? 'a .jsonl file is framed by "policy.dialogue"' : undefined),
);

const reward = fieldAt('reward');
const rewardedAlready = (reward ? fieldsBelow(reward) : []).filter(({ kind }) => kind !== 'section').map(({ path }) =>
  unused(path, ({ rollout: { recorded } }) => (recordedKind(recorded.file) === 'table' ? 'the table in "rollout.recorded.file" has rewards of its own' : undefined)),
);

/** At 0.0003 the bundled policy fell from 38 % to 12 % in 8 iterations on 512 trajectories of its own: docs/offline.md. */
const gentleOffline: Rule = {
  code: 'off-policy-sampling',
  severity: 'warning',
  find: ({ experiment: { rollout, algorithm } }) =>
    rollout.recorded.file === null || algorithm.learningRate <= 1e-4 ? undefined : {
      at: ['algorithm.learningRate', 'rollout.recorded.file'],
      message: `Nothing corrects for the policy that wrote the recorded trajectories, and a learning rate of ${algorithm.learningRate} soon leads away from them, to a policy that is worse: the released trainer takes 0.00001, with a KL coefficient of 0.3.`,
      fix: { path: 'algorithm.learningRate', value: 1e-5 },
    },
};

const unseenTasks: Rule = {
  code: 'train-split',
  severity: 'warning',
  find: ({ experiment: { evaluation } }) =>
    !evaluation.splits.includes('train') ? undefined : {
      at: ['evaluation.splits'],
      message: '"evaluation.splits" names "train": its pass rate also counts what was memorised.',
    },
};

const samplesDiffer: Rule = {
  code: 'same-samples',
  severity: 'warning',
  find: ({ experiment: { evaluation } }) =>
    evaluation.samplesPerTask === 1 || evaluation.temperature > 0 ? undefined : {
      at: ['evaluation.samplesPerTask', 'evaluation.temperature'],
      message: `At "evaluation.temperature" 0 the ${evaluation.samplesPerTask} samples of a task differ only by transient errors.`,
    },
};

/** Engines that have no cards to choose among; `auto` may take one that has. */
const withoutDevice: readonly string[] = ['onnx:cpu', 'reference', 'tensorflow:cpu', 'onnx:webgpu', 'onnx:coreml'];

const devices = unused('engine.device', ({ engine }) =>
  (withoutDevice.includes(engine.name) ? `"${engine.name}" has no choice of graphics cards` : undefined),
);

/** Engines that compute in single precision alone; `auto` may find one that has half. */
const withoutHalf: readonly string[] = ['onnx:cpu', 'reference', 'tensorflow:cpu', 'tensorflow:gpu', 'onnx:coreml'];

const halved: Rule = {
  code: 'no-half-precision',
  severity: 'error',
  find: ({ experiment: { engine } }) =>
    engine.precision === 'float32' || !withoutHalf.includes(engine.name) ? undefined : {
      at: ['engine.precision', 'engine.name'],
      message: `"engine.precision" ${JSON.stringify(engine.precision)}: "${engine.name}" computes in single precision alone; onnx:cuda, onnx:webgpu and onnx:dml have half.`,
      fix: { path: 'engine.precision', value: 'float32' },
    },
};

export const settingRules: readonly Rule[] = [
  tokenizerFitsWeights,
  someTraining,
  baseOfAdapter,
  ...withoutAdapter,
  nothingFrozen,
  unrendered,
  ...withoutWarmStart,
  perhapsWithoutWarmStart,
  sampledAsOptimised,
  ...withoutRecorded,
  nothingSampled,
  framedAnew,
  ...rewardedAlready,
  gentleOffline,
  unseenTasks,
  samplesDiffer,
  unused('engine.threads', ({ engine }) => (engine.name === 'reference' ? 'the reference engine has one thread' : undefined)),
  devices,
  halved,
];
