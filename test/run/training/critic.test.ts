// The value head learns at a rate that fits the model: values must not swing past the returns that they are to foretell.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ProgramCache } from '../../../src/compute/program-cache.ts';
import { defaultExperiment } from '../../../src/config/defaults.ts';
import type { Experiment } from '../../../src/config/schema.ts';
import { toSequence, type Experience } from '../../../src/learn/experience.ts';
import { score } from '../../../src/learn/score.ts';
import { finalNormName, initialWeights, valueHead, type Weights } from '../../../src/policy/weights.ts';
import { openCheckpoint } from '../../../src/run/open-checkpoint.ts';
import { openLearner, steadyRate } from '../../../src/run/training/open-learner.ts';
import { bundledPolicy } from '../../../src/run/package-root.ts';
import { onnx } from '../../compute/both-engines.ts';
import { tiny } from '../../policy/tiny.ts';

const programs = new ProgramCache(onnx);
after(() => programs.dispose());

const wide = { ...tiny, width: 256, heads: 8 };
const withGains = (gain: number): Weights => {
  const weights = initialWeights(wide, 1);
  weights[finalNormName].data.fill(gain);
  return weights;
};

const episode = (index: number): Experience => {
  const mask = Array.from({ length: 24 }, (_, at) => Number(at >= 4));
  return {
    taskId: String(index), promptLength: 4, mask, ids: mask.map((_, at) => (index * 7 + at * 11) % wide.vocabulary),
    logProbs: mask.map((written) => -Math.log(wide.vocabulary) * written), values: mask.map(() => 0), scores: [index / 4], outcome: 'answered', bootstrap: 0,
    steps: [{ index: 0, thought: '', action: '', arguments: '', observation: '', toolOutcome: 'ok', tokens: { start: 4, end: 24 }, reward: {}, seconds: 0 }],
  };
};
const episodes = Array.from({ length: 5 }, (_, index) => episode(index)); // returns from 0 to 1

type Algorithm = Experiment['algorithm'];

/** Weights after an iteration of one update. */
async function learnt(weights: Weights, given: Partial<Algorithm>): Promise<{ weights: Weights; learningRate: number }> {
  const experiment = { ...defaultExperiment, algorithm: { ...defaultExperiment.algorithm, epochs: 1, minibatches: 1, ...given } };
  const learner = openLearner({ programs, config: wide, experiment }, weights, weights, 0);
  const { learningRate } = await learner.learn(episodes, [1, 1]);
  return { weights: learner.optimizer.weights, learningRate };
}

/** The largest value, of either sign, that the critic gives after one update. */
async function largestValue(weights: Weights, given: Partial<Algorithm>): Promise<number> {
  const scored = await score(programs, wide, (await learnt(weights, given)).weights, episodes.map(toSequence), ['values'], 1);
  return Math.max(...scored.flatMap(({ values }) => Array.from(values, Math.abs)));
}

test('one update leaves the values of a wide model, and of one with large hidden states, among the returns', async () => {
  for (const gain of [1, 8]) {
    const value = await largestValue(withGains(gain), {});
    assert.ok(value > 0.05 && value < 1, `gains of ${gain}: ${value}`);
  }
  // the rate of the small bundled policy, which an experiment may still ask for, throws them far past
  const swung = await largestValue(withGains(8), { valueLearningRate: 0.005 });
  assert.ok(swung > 2, String(swung));
});

test('for the bundled policy the rate is 0.005', async () => {
  assert.equal(steadyRate(await (await openCheckpoint(bundledPolicy())).weights()).toFixed(3), '0.005');
});

test('while the learning rate rises, the policy waits and the value head learns', async () => {
  const before = withGains(1);
  const [warming, whole] = [await learnt(before, { warmupUpdates: 10 }), await learnt(before, {})];
  const { learningRate } = defaultExperiment.algorithm;
  assert.deepEqual([warming.learningRate, whole.learningRate], [learningRate / 10, learningRate]);
  const move = (weights: Weights, name: string): number[] => Array.from(weights[name].data as Float32Array, (value, i) => value - before[name].data[i]);
  const query = 'model.layers.0.self_attn.q_proj.weight';
  const [slow, fast] = [warming, whole].map(({ weights }) => move(weights, query).reduce((sum, by) => sum + Math.abs(by), 0));
  assert.ok(Math.abs(slow / fast - 0.1) < 1e-3, `${slow} of ${fast}`);
  assert.deepEqual(move(warming.weights, valueHead.weight), move(whole.weights, valueHead.weight));
});

test('the rise counts the updates of a run before it was resumed', async () => {
  const weights = withGains(1);
  const experiment = { ...defaultExperiment, algorithm: { ...defaultExperiment.algorithm, epochs: 1, minibatches: 1, warmupUpdates: 10 } };
  const { learningRate } = await openLearner({ programs, config: wide, experiment }, weights, weights, 0, { updates: 4, moments: {} }).learn(episodes, [1, 1]);
  assert.equal(learningRate, defaultExperiment.algorithm.learningRate / 2);
});
