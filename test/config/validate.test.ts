import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultExperiment } from '../../src/config/defaults.ts';
import { valuePaths } from '../../src/config/describe.ts';
import { nameFromFile, validateExperiment } from '../../src/config/validate.ts';

const brief = (text: string): string[] =>
  validateExperiment(text).diagnostics.map(({ line, column, severity, code, path }) => `${line}:${column} ${severity} ${code} ${path}`);

test('an empty object is an experiment: every default is filled in', () => {
  const { experiment, diagnostics } = validateExperiment('{}');
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(experiment, defaultExperiment);
  assert.deepEqual(experiment, {
    preset: 'default', name: 'experiment', seed: 1,
    world: { kind: 'atlas', seed: 1, levels: ['I1', 'I2', 'I3'], distractors: 3, transientErrorRate: 0.05 },
    policy: {
      adapter: { rank: 0, alpha: 16, modules: ['q_proj', 'v_proj'], start: null }, checkpoint: 'bundled', tokenizer: 'bundled', dialogue: 'auto', template: null, width: 128, layers: 4, heads: 4, keyValueHeads: 2, feedForward: 384, context: 512, ropeTheta: 10000,
    },
    warmStart: {
      mode: 'auto', steps: 1200, batchTokens: 4096, learningRate: 0.006, weightDecay: 0.01, warmupFraction: 0.05,
      expert: { redundantCall: 0.15, wrongArgument: 0.05, surrender: 0.05 },
    },
    rollout: {
      tasksPerIteration: 16, samplesPerTask: 8, temperature: 1, topP: 1, maxTurns: 8, maxTokensPerTurn: 64, maxTokens: 512, maxSeconds: 3600,
      toolSeconds: 10, liveEpisodes: 64, recorded: { file: null, encoding: 'dialogue', truncation: 'steps', lastBatch: 'keep' },
    },
    reward: {
      succCalling: { weight: 0.2, rule: 'outcome' }, contribution: { weight: 1, rule: 'usedLater', lcsThreshold: 0.3 },
      isSolved: { weight: 1, rule: 'checker' }, cutOff: { weight: 0 }, normaliser: 'half', alpha: 1,
    },
    credit: { mode: 'step', gamma: 0.95, lambda: 0.95, stepWeight: 'one', groupBaseline: false, whiten: true, bootstrapTruncated: false },
    algorithm: {
      kind: 'stepPpo', iterations: 30, epochs: 2, minibatches: 2, learningRate: 0.0003, warmupUpdates: 0, valueLearningRate: null, clipRange: 0.2, valueClipRange: 0, valueCoefficient: 0.1,
      entropyCoefficient: 0, maxGradientNorm: 1, ratioGuard: 10, adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      kl: { place: 'reward', estimator: 'k1', controller: 'fixed', coefficient: 0.02, target: 6, horizon: 10000 },
    },
    evaluation: {
      splits: ['phrasings', 'entities', 'combinations'], tasksPerSplit: 100, samplesPerTask: 1, temperature: 1, every: 10, confidence: 0.95,
    },
    checkpoints: { every: 5, keep: 3 },
    output: {},
    engine: { name: 'auto', threads: 0, device: 0, precision: 'float32', frozen: 'auto', recompute: 'auto' },
  });
});

test('a file says only what it changes, with comments, trailing commas, a byte order mark and any line ends', () => {
  const text = '\uFEFF// mine\r\n{\r\n  "$schema": "x.json", /* here */\r\n  "credit": { "gamma": 0.9, },\r\n  "world": { "levels": ["I2"] },\r\n}\r\n';
  const { experiment, diagnostics } = validateExperiment(text);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(experiment, {
    ...defaultExperiment, credit: { ...defaultExperiment.credit, gamma: 0.9 }, world: { ...defaultExperiment.world, levels: ['I2'] },
  });
});

test('the name comes from the file name unless the file gives one', () => {
  assert.equal(validateExperiment('{}', { name: 'tiny' }).experiment?.name, 'tiny');
  assert.equal(validateExperiment('{ "name": "own" }', { name: 'tiny' }).experiment?.name, 'own');
  assert.equal(nameFromFile('C:\\work in\\quick start.steptool.json'), 'quick start');
  assert.equal(nameFromFile('/runs/a:b?.steptool.json'), 'a-b-');
  assert.equal(nameFromFile('.steptool.json'), 'experiment');
  for (const bad of ['', '..', 'a/b', 'a\\\\b', 'c:d', 'x.', ' x']) assert.deepEqual(brief(`{ "name": "${bad}" }`), ['1:11 error out-of-range name'], bad);
});

test('a file with every default written out is still the same experiment', () => {
  const { experiment, diagnostics } = validateExperiment(JSON.stringify(defaultExperiment));
  assert.deepEqual(experiment, defaultExperiment);
  assert.deepEqual(new Set(diagnostics.map((diagnostic) => diagnostic.severity)), new Set(['warning']));
});

test('an epsilon that is nothing in single precision is refused', () => {
  const given = (epsilon: string): string[] => brief(`{ "algorithm": { "adam": { "epsilon": ${epsilon} } } }`);
  for (const bad of ['1e-46', '1e-30']) assert.deepEqual(given(bad), ['1:39 error no-effect algorithm.adam.epsilon'], bad);
  assert.deepEqual(given('0'), ['1:39 error out-of-range algorithm.adam.epsilon']);
  assert.deepEqual(given('1e-15'), []);
});

test('every problem of the shape is told at once, each at its place', () => {
  const text = [
    '{',
    '  "sed": 2,',
    '  "credit": { "gama": 1, "lambda": "0.9", "whiten": 1 },',
    '  "gamma": 1,',
    '  "rollout": { "temperature": 3, "maxTurns": 2.5, "topP": 0 },',
    '  "world": { "levels": ["I1", "I4", "I1"], "kind": "Atlas" },',
    '  "reward": [],',
    '  "seed": 1, "seed": 2,',
    '}',
  ].join('\n');
  assert.deepEqual(brief(text), [
    '2:3 error unknown-key sed',
    '3:15 error unknown-key credit.gama',
    '3:36 error wrong-type credit.lambda',
    '3:53 error wrong-type credit.whiten',
    '4:3 error unknown-key gamma',
    '5:31 error out-of-range rollout.temperature',
    '5:46 error out-of-range rollout.maxTurns',
    '5:59 error out-of-range rollout.topP',
    '6:31 error unknown-value world.levels[1]',
    '6:37 error out-of-range world.levels[2]',
    '6:52 error unknown-value world.kind',
    '7:13 error wrong-type reward',
    '8:14 error duplicate-key seed',
  ]);
  assert.equal(validateExperiment(text).experiment, undefined);
});

test('a misspelt name is guessed, a misplaced one is sent where it belongs', () => {
  const only = (text: string) => {
    const { diagnostics } = validateExperiment(text);
    assert.equal(diagnostics.length, 1, text);
    return diagnostics[0];
  };
  for (const [text, suggestion] of [
    ['{ "warmstart": {} }', 'warmStart'],
    ['{ "rollout": { "samples_per_task": 2 } }', 'samplesPerTask'],
    ['{ "credit": { "lamdba": 1 } }', 'lambda'],
    ['{ "credit": { "mode": "Step" } }', 'step'],
    ['{ "engine": { "name": "onnx-cpu" } }', 'onnx:cpu'],
    ['{ "algorithm": { "estimator": "k1" } }', 'algorithm.kl.estimator'],
  ]) assert.equal(only(text).suggestion, suggestion, text);
  assert.equal(only('{ "colour": 1 }').suggestion, undefined);
  assert.match(only('{ "colour": 1 }').expected ?? '', /"credit", "algorithm"/);
});

test('the first syntax error is told with advice', () => {
  const message = (text: string): string => {
    const { diagnostics } = validateExperiment(text);
    assert.deepEqual(diagnostics.map((diagnostic) => diagnostic.code), ['syntax'], text);
    return diagnostics[0].message;
  };
  assert.match(message(''), /empty/);
  assert.match(message('// nothing'), /value is expected|empty/);
  assert.match(message('{"seed": NaN}'), /neither NaN nor Infinity/);
  assert.match(message('{"seed": -Infinity}'), /neither NaN nor Infinity/);
  assert.match(message('{"credit": {"whiten": True}}'), /Write true/);
  assert.match(message('{"policy": {"checkpoint": None}}'), /Write null/);
  assert.match(message("{'seed': 1}"), /double quotes/);
  assert.match(message('{seed: 1}'), /"seed"/);
  assert.match(message('{"seed": 1 "name": "x"}'), /comma/);
  assert.match(message('{"credit": {"gamma": 1}'), /closing \}/);
});

test('each field refuses what is beyond each of its ends', () => {
  assert.ok(valuePaths().length > 60);
  assert.deepEqual(brief('{"credit":{"gamma":1.0001}}'), ['1:20 error out-of-range credit.gamma']);
  assert.deepEqual(brief('{"credit":{"gamma":1e999}}'), ['1:20 error out-of-range credit.gamma']);
  assert.deepEqual(brief('{"algorithm":{"learningRate":0}}'), ['1:30 error out-of-range algorithm.learningRate']);
  assert.deepEqual(brief('{"credit":{"gamma":0}}'), []);
  assert.deepEqual(brief('{"credit":{"gamma":1}}'), []);
});

test('names that objects are born with are unknown like any other', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    assert.deepEqual(brief(`{"${name}": {"seed": 1}}`), [`1:2 error unknown-key ${name}`]);
    assert.deepEqual(brief(`{"credit": {"${name}": 1}}`), [`1:13 error unknown-key credit.${name}`]);
  }
});
