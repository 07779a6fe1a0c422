import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateExperiment } from '../../src/config/validate.ts';

/** Each file, the place and code of its contradiction, and whether its fix leaves a file without that contradiction. */
const contradictions: readonly (readonly [text: string, problem: string, cure: 'fix' | 'by hand'])[] = [
  ['{"policy":{"checkpoint":null,"width":130,"heads":4}}', '1:50 error heads-split policy.heads', 'by hand'],
  ['{"policy":{"checkpoint":null,"width":12,"heads":4}}', '1:49 error heads-split policy.heads', 'by hand'],
  ['{"policy":{"keyValueHeads":3}}', '1:28 error heads-split policy.keyValueHeads', 'fix'],
  ['{"rollout":{"maxTokens":600}}', '1:25 error context-exceeded rollout.maxTokens', 'fix'],
  ['{"policy":{"context":256}}', '1:22 error context-exceeded policy.context', 'fix'],
  ['{"rollout":{"maxTokensPerTurn":512}}', '1:32 error budget-exceeded rollout.maxTokensPerTurn', 'by hand'],
  ['{"rollout":{"maxSeconds":5}}', '1:26 error budget-exceeded rollout.maxSeconds', 'by hand'],
  ['{"rollout":{"tasksPerIteration":2,"samplesPerTask":1},"algorithm":{"minibatches":3}}', '1:82 error batch-too-small algorithm.minibatches', 'fix'],
  ['{"rollout":{"tasksPerIteration":1,"samplesPerTask":1},"algorithm":{"minibatches":1}}', '1:52 error batch-too-small rollout.samplesPerTask', 'fix'],
  ['{"reward":{"succCalling":{"weight":0},"contribution":{"weight":0},"isSolved":{"weight":0}}}', '1:88 error no-reward reward.isSolved.weight', 'by hand'],
  ['{"credit":{"stepWeight":"remainingInclusive"},"reward":{"succCalling":{"weight":0},"contribution":{"weight":0},"isSolved":{"weight":0}}}', '1:133 error no-reward reward.isSolved.weight', 'by hand'],
  ['{"algorithm":{"valueCoefficient":0,"valueLearningRate":0.002}}', '1:56 warning no-effect algorithm.valueLearningRate', 'fix'],
  ['{"algorithm":{"valueCoefficient":0,"valueClipRange":0.2}}', '1:53 warning no-effect algorithm.valueClipRange', 'fix'],
  ['{"algorithm":{"kl":{"coefficient":0,"estimator":"k1"}}}', '1:49 warning no-effect algorithm.kl.estimator', 'fix'],
  ['{"algorithm":{"epochs":1,"minibatches":1,"clipRange":0.1}}', '1:54 warning no-effect algorithm.clipRange', 'fix'],
  ['{"algorithm":{"epochs":1,"minibatches":1,"ratioGuard":5}}', '1:55 warning no-effect algorithm.ratioGuard', 'fix'],
  ['{"algorithm":{"iterations":0,"epochs":2}}', '1:39 warning no-effect algorithm.epochs', 'by hand'],
  ['{"algorithm":{"iterations":0},"credit":{"gamma":0.98}}', '1:49 warning no-effect credit.gamma', 'by hand'],
  ['{"reward":{"contribution":{"lcsThreshold":0.4}}}', '1:43 error no-effect reward.contribution.lcsThreshold', 'fix'],
  ['{"reward":{"alpha":2}}', '1:20 error no-effect reward.alpha', 'fix'],
  ['{"preset":"as-released","reward":{"cutOff":{"weight":0.5}}}', '1:54 error no-effect reward.cutOff.weight', 'fix'],
  ['{"credit":{"mode":"monteCarlo","lambda":0.9}}', '1:41 error no-effect credit.lambda', 'fix'],
  ['{"credit":{"stepWeight":"remaining"}}', '1:25 warning final-reward-dropped credit.stepWeight', 'fix'],
  ['{"credit":{"mode":"tokenPadded"}}', '1:19 warning credit-decay credit.mode', 'fix'],
  ['{"algorithm":{"kl":{"place":"loss"}}}', '1:29 error estimator-place algorithm.kl.place', 'fix'],
  ['{"algorithm":{"kl":{"estimator":"k3"}}}', '1:33 error estimator-place algorithm.kl.estimator', 'fix'],
  ['{"algorithm":{"kl":{"controller":"adaptive","coefficient":0}}}', '1:59 error adaptive-zero algorithm.kl.coefficient', 'fix'],
  ['{"algorithm":{"kl":{"place":"none","estimator":"k2"}}}', '1:48 error no-effect algorithm.kl.estimator', 'fix'],
  ['{"algorithm":{"kl":{"place":"none","coefficient":0.1}}}', '1:50 error no-effect algorithm.kl.coefficient', 'fix'],
  ['{"algorithm":{"kl":{"place":"none","controller":"adaptive"}}}', '1:49 error no-effect algorithm.kl.controller', 'fix'],
  ['{"algorithm":{"kl":{"place":"none","target":3}}}', '1:45 error no-effect algorithm.kl.target', 'fix'],
  ['{"algorithm":{"kl":{"target":3}}}', '1:30 error no-effect algorithm.kl.target', 'fix'],
  ['{"algorithm":{"kl":{"horizon":100}}}', '1:31 error no-effect algorithm.kl.horizon', 'fix'],
  ['{"policy":{"tokenizer":"mine.json"}}', '1:24 error tokenizer-mismatch policy.tokenizer', 'fix'],
  ['{"policy":{"checkpoint":null},"warmStart":{"mode":"never"}}', '1:51 warning untrained-policy warmStart.mode', 'fix'],
  ['{"warmStart":{"mode":"never","steps":10}}', '1:38 error no-effect warmStart.steps', 'fix'],
  ['{"warmStart":{"mode":"never","expert":{"surrender":0}}}', '1:52 error no-effect warmStart.expert.surrender', 'fix'],
  ['{"warmStart":{"steps":10}}', '1:23 warning no-effect warmStart.steps', 'by hand'],
  ['{"rollout":{"topP":0.9}}', '1:20 warning off-policy-sampling rollout.topP', 'fix'],
  ['{"rollout":{"recorded":{"truncation":"released"}}}', '1:38 error no-effect rollout.recorded.truncation', 'fix'],
  ['{"algorithm":{"learningRate":0.001},"rollout":{"recorded":{"file":"a.csv"}}}', '1:30 warning off-policy-sampling algorithm.learningRate', 'fix'],
  ['{"preset":"paper","rollout":{"topP":0.9,"recorded":{"file":"a.csv"}}}', '1:37 error no-effect rollout.topP', 'fix'],
  ['{"preset":"paper","rollout":{"recorded":{"file":"a.jsonl","encoding":"released"}}}', '1:70 error no-effect rollout.recorded.encoding', 'fix'],
  ['{"preset":"paper","reward":{"isSolved":{"weight":2}},"rollout":{"recorded":{"file":"a.csv"}}}', '1:50 error no-effect reward.isSolved.weight', 'fix'],
  ['{"preset":"paper","reward":{"normaliser":"half"},"rollout":{"recorded":{"file":"a.csv"}}}', '1:42 error no-effect reward.normaliser', 'fix'],
  ['{"preset":"as-released","reward":{"alpha":2},"rollout":{"recorded":{"file":"a.csv"}}}', '1:43 error no-effect reward.alpha', 'fix'],
  ['{"preset":"paper","credit":{"groupBaseline":true},"rollout":{"samplesPerTask":4,"recorded":{"file":"a.csv"}}}', '1:45 error no-effect credit.groupBaseline', 'fix'],
  ['{"preset":"paper","credit":{"groupBaseline":true},"rollout":{"recorded":{"file":"a.jsonl"}}}', '1:45 warning group-by-chance credit.groupBaseline', 'fix'],
  ['{"rollout":{"samplesPerTask":1},"credit":{"groupBaseline":true}}', '1:59 error no-effect credit.groupBaseline', 'fix'],
  ['{"evaluation":{"splits":["train"]}}', '1:25 warning train-split evaluation.splits', 'by hand'],
  ['{"evaluation":{"temperature":0,"samplesPerTask":4}}', '1:49 warning same-samples evaluation.samplesPerTask', 'by hand'],
  ['{"engine":{"name":"reference","threads":2}}', '1:41 error no-effect engine.threads', 'fix'],
  ['{"engine":{"name":"onnx:cpu","precision":"float16"}}', '1:42 error no-half-precision engine.precision', 'fix'],
  ['{"engine":{"name":"onnx:cpu","device":1}}', '1:39 error no-effect engine.device', 'fix'],
];

for (const [text, problem, cure] of contradictions) {
  test(`${problem} in ${text}`, () => {
    const { diagnostics, experiment } = validateExperiment(text);
    assert.deepEqual(diagnostics.map(({ line, column, severity, code, path }) => `${line}:${column} ${severity} ${code} ${path}`), [problem]);
    const [{ fix, severity }] = diagnostics;
    assert.equal(experiment === undefined, severity === 'error', 'an error gives no experiment, a warning does');
    assert.equal(fix !== undefined, cure === 'fix');
    if (fix) {
      const cured = text.slice(0, fix.offset) + fix.text + text.slice(fix.offset + fix.length);
      assert.deepEqual(validateExperiment(cured).diagnostics, [], cured);
    }
  });
}

test('what fits together is not refused', () => {
  for (const text of [
    '{"algorithm":{"kl":{"place":"loss","estimator":"k2"}}}',
    '{"algorithm":{"kl":{"place":"loss","estimator":"k3"}}}',
    '{"algorithm":{"kl":{"place":"none"}}}',
    '{"algorithm":{"kl":{"coefficient":0}}}',
    '{"algorithm":{"kl":{"controller":"adaptive","target":3,"horizon":500}}}',
    '{"reward":{"contribution":{"rule":"lcs","lcsThreshold":0.5}}}',
    '{"reward":{"normaliser":"none","alpha":0.5}}',
    '{"credit":{"stepWeight":"remainingInclusive","mode":"tokenCompressed"}}',
    '{"credit":{"mode":"tokenPadded","gamma":1,"lambda":1}}',
    '{"credit":{"mode":"monteCarlo","gamma":1}}',
    '{"policy":{"checkpoint":null,"width":64,"tokenizer":"mine.json"},"warmStart":{"steps":10}}',
    '{"warmStart":{"mode":"always","steps":10}}',
    '{"evaluation":{"samplesPerTask":4,"temperature":0.7}}',
    '{"engine":{"name":"onnx:cpu","threads":2}}',
    '{"engine":{"name":"onnx:cuda","device":1}}',
    '{"rollout":{"tasksPerIteration":1,"samplesPerTask":2}}',
    '{"preset":"paper","reward":{"isSolved":{"weight":2}},"rollout":{"recorded":{"file":"a.jsonl"}}}',
  ]) assert.deepEqual(validateExperiment(text).diagnostics, [], text);
});

test('a useless field that holds the value it has anyway is only mentioned', () => {
  const { experiment, diagnostics } = validateExperiment('{"reward":{"alpha":1}}');
  assert.deepEqual(diagnostics.map(({ severity, code }) => `${severity} ${code}`), ['warning no-effect']);
  assert.ok(experiment);
});

test('whether a field means something is judged under the preset of the file', () => {
  assert.deepEqual(validateExperiment('{"preset":"paper","reward":{"alpha":2}}').diagnostics, []);
  assert.deepEqual(validateExperiment('{"preset":"as-released","reward":{"contribution":{"lcsThreshold":0.5}}}').diagnostics, []);
  assert.deepEqual(validateExperiment('{"preset":"paper","algorithm":{"kl":{"target":3}}}').diagnostics, []);
  // the preset asks for credit decay by its name: nothing to warn of
  assert.deepEqual(validateExperiment('{"preset":"as-released"}').diagnostics, []);
});

test('a fix keeps comments, indentation and line ends', () => {
  const text = '{\r\n\t// the leash\r\n\t"algorithm": {\r\n\t\t"kl": { "place": "loss" } // no estimator yet\r\n\t}\r\n}\r\n';
  const [{ fix }] = validateExperiment(text).diagnostics;
  assert.ok(fix);
  const cured = text.slice(0, fix.offset) + fix.text + text.slice(fix.offset + fix.length);
  assert.deepEqual(validateExperiment(cured).diagnostics, []);
  assert.match(cured, /\/\/ the leash\r\n\t"algorithm"/);
  assert.match(cured, /\/\/ no estimator yet\r\n/);
  assert.ok(!/[^\r]\n/.test(cured), 'no bare line feed');
});

test('a reward that the weight of steps always turns into 0 is refused, and only that', () => {
  const text = (reward: object): string => JSON.stringify({ credit: { stepWeight: 'remaining' }, reward });
  const codes = (reward: object): string[] => validateExperiment(text(reward)).diagnostics.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
  const solvedAlone = { succCalling: { weight: 0 }, contribution: { weight: 0 } };
  assert.deepEqual(codes(solvedAlone), ['error no-reward credit.stepWeight', 'warning final-reward-dropped credit.stepWeight']);
  const noCalls = { normaliser: 'none', alpha: 0, contribution: { weight: 0 } };
  assert.deepEqual(codes(noCalls), ['error no-reward credit.stepWeight', 'warning final-reward-dropped credit.stepWeight']);
  assert.deepEqual(codes({ succCalling: { weight: 0 } }), ['warning final-reward-dropped credit.stepWeight']);
  const recorded = { preset: 'as-released', reward: { normaliser: 'none', alpha: 0, contribution: { weight: 0 } }, rollout: { recorded: { file: 'a.jsonl' } } };
  const found = validateExperiment(JSON.stringify(recorded)).diagnostics.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
  assert.deepEqual(found, ['error no-reward reward.contribution.weight'], "a run's own trajectories are rewarded the same way");
});

test('a table has rewards of its own: parts of weight 0 are no matter, and are told to be without effect', () => {
  const none = { succCalling: { weight: 0 }, contribution: { weight: 0 }, isSolved: { weight: 0 } };
  const codes = (file: string): string[] => validateExperiment(JSON.stringify({ preset: 'paper', reward: none, rollout: { recorded: { file } } })).diagnostics.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
  assert.deepEqual(codes('a.csv'), ['succCalling', 'contribution', 'isSolved'].map((part) => `error no-effect reward.${part}.weight`));
  assert.deepEqual(codes('a.jsonl'), ['error no-reward reward.isSolved.weight']);
});
