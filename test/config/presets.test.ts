import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { defaultExperiment, presetExperiment, valueAt } from '../../src/config/defaults.ts';
import { valuePaths } from '../../src/config/describe.ts';
import type { Json } from '../../src/config/field-tree.ts';
import type { Experiment } from '../../src/config/schema.ts';
import { validateExperiment } from '../../src/config/validate.ts';

const differences = (from: Experiment, to: Experiment): Record<string, [Json | undefined, Json | undefined]> =>
  Object.fromEntries(
    valuePaths()
      .filter((path) => JSON.stringify(valueAt(from, path)) !== JSON.stringify(valueAt(to, path)))
      .map((path) => [path, [valueAt(from, path), valueAt(to, path)]]),
  );

test('paper and released code differ in exactly these choices', () => {
  assert.deepEqual(differences(presetExperiment('paper'), presetExperiment('as-released')), {
    'preset': ['paper', 'as-released'],
    'rollout.recorded.encoding': ['dialogue', 'released'],
    'rollout.recorded.truncation': ['steps', 'released'],
    'rollout.recorded.lastBatch': ['keep', 'drop'],
    'reward.succCalling.rule': ['outcome', 'released'],
    'reward.contribution.rule': ['usedLater', 'lcs'],
    'reward.normaliser': ['none', 'half'],
    'credit.mode': ['step', 'tokenPadded'],
    'credit.stepWeight': ['one', 'remaining'],
    'credit.bootstrapTruncated': [true, false],
  });
});

test('the preset paper is the published configuration, with the credit of the paper', () => {
  assert.deepEqual(differences(defaultExperiment, presetExperiment('paper')), {
    'preset': ['default', 'paper'],
    'rollout.tasksPerIteration': [16, 8],
    'rollout.samplesPerTask': [8, 1],
    'reward.succCalling.weight': [0.2, 1],
    'reward.normaliser': ['half', 'none'],
    'credit.gamma': [0.95, 0.99],
    'credit.bootstrapTruncated': [false, true],
    'algorithm.epochs': [2, 4],
    'algorithm.minibatches': [2, 1],
    'algorithm.learningRate': [0.0003, 0.00001],
    'algorithm.valueLearningRate': [null, 0.00001],
    'algorithm.valueClipRange': [0, 0.2],
    'algorithm.maxGradientNorm': [1, 0],
    'algorithm.kl.controller': ['fixed', 'adaptive'],
    'algorithm.kl.coefficient': [0.02, 0.3],
  });
});

test('presets hold nothing that the schema refuses, and contradict themselves nowhere', () => {
  for (const preset of ['default', 'paper', 'as-released'] as const) {
    assert.deepEqual(validateExperiment(JSON.stringify({ preset })), { experiment: presetExperiment(preset), diagnostics: [], notes: [] });
    // every value written out, so that the schema sees each
    const { experiment, diagnostics } = validateExperiment(JSON.stringify(presetExperiment(preset)));
    assert.deepEqual(experiment, presetExperiment(preset));
    assert.deepEqual(diagnostics.filter((diagnostic) => diagnostic.severity === 'error'), []);
  }
});

test('the file wins over its preset, field by field', () => {
  const { experiment } = validateExperiment('{ "preset": "as-released", "credit": { "stepWeight": "one" }, "algorithm": { "kl": { "coefficient": 0.1 } } }');
  assert.deepEqual(differences(presetExperiment('as-released'), experiment ?? defaultExperiment), {
    'credit.stepWeight': ['remaining', 'one'],
    'algorithm.kl.coefficient': [0.3, 0.1],
  });
});

const examples = new URL('../../examples/', import.meta.url);
const exampleFiles = readdirSync(examples).filter((file) => file.endsWith('.steptool.json'));

test('there is an example of each preset', () => {
  const found = exampleFiles.map((file) => validateExperiment(readFileSync(new URL(file, examples), 'utf8')).experiment?.preset);
  assert.deepEqual(new Set(found), new Set(['default', 'paper', 'as-released']));
});

for (const file of exampleFiles) {
  test(`examples/${file} has no problem`, () => {
    assert.deepEqual(validateExperiment(readFileSync(new URL(file, examples), 'utf8')).diagnostics, []);
  });
}
