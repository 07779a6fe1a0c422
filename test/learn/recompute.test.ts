// Recomputation and logits in parts change what is held, not what is learnt: the same loss, gradients and weights as without.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import type { AdamSettings } from '../../src/learn/adam.ts';
import { imitationBatches } from '../../src/learn/imitate.ts';
import type { Batch } from '../../src/learn/batch-programs.ts';
import { Optimizer } from '../../src/learn/optimizer.ts';
import { ppoLoss, ppoMetrics, type PpoBatch } from '../../src/learn/ppo-loss.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { liveTensors } from '../../src/compute/reference.ts';
import { assertClose, assertSameTensors, onnx, reference, runOn } from '../compute/both-engines.ts';
import { tiny } from '../policy/tiny.ts';
import { gradientPrograms, packWhole, ppoInputs, randomPpo, type PpoCase } from './ppo-case.ts';

const caches = [onnx, reference].map((engine) => new ProgramCache(engine));
after(() => Promise.all(caches.map((cache) => cache.dispose())));
const adam: AdamSettings = { beta1: 0.9, beta2: 0.99, epsilon: 1e-6, maxGradientNorm: 0.5, weightDecay: 0.1 };
const lean = (config: PolicyConfig): PolicyConfig => ({ ...config, recompute: true });

const models: Record<string, PolicyConfig> = {
  plain: tiny,
  'with biases, norms of heads and a head of its own': { ...tiny, attentionBias: 'qkv', headNorms: true, untied: true },
  'with an adapter': { ...tiny, adapter: { rank: 3, alpha: 6, modules: ['q_proj', 'down_proj'] } },
};

for (const [name, config] of Object.entries(models)) {
  test(`the gradient of every weight, ${name}: to the bit on the reference, within rounding on onnxruntime`, async () => {
    const given = randomPpo(31, {}, 0.5, config);
    const [[plain], [again]] = [config, lean(config)].map((each) => gradientPrograms({ ...given, config: each }));
    const wanted = await runOn(reference, plain.program, plain.inputs);
    assert.deepEqual(await runOn(reference, again.program, again.inputs), wanted);
    assertSameTensors(await runOn(onnx, again.program, again.inputs), wanted, 1e-4, 'onnxruntime', 1e-6);
  });
}

/** A PPO minibatch as the optimizer takes it, in batches of at most `rows`. */
function batchesOf(given: PpoCase, rows: number, bound?: number): Batch[] {
  const packed = packWhole(given.config, given.sequences, rows);
  const actions = packed.reduce((sum, batch) => sum + batch.actions.length, 0);
  return packed.map((batch) => ({
    key: batch.key, inputs: ppoInputs(given, batch, actions),
    objective: {
      name: `ppo ${JSON.stringify(given.settings)}`, ...(bound !== undefined && { guard: { metric: ppoMetrics.indexOf('ratio'), bound } }),
      program: (weights, x) => ppoLoss(weights, given.config, batch.size, x as PpoBatch, given.settings),
    },
  }));
}

test('updates in place, of one batch and of several: weights, moments, norms and metrics as those of whole programs', async () => {
  const cases = [randomPpo(32), randomPpo(33)];
  for (const [e, cache] of caches.entries()) {
    const [plain, inPlace] = [tiny, lean(tiny)].map((config) => new Optimizer(cache, config, cases[0].weights, { ...adam, rates: { 'value_head.weight': 0.003 } }));
    for (const [i, given] of cases.entries()) {
      const [a, b] = [await plain.update(batchesOf(given, 32), 3e-3), await inPlace.update(batchesOf({ ...given, config: lean(tiny) }, 32), 3e-3)];
      assert.ok(a.metrics.length > 1);
      a.metrics.forEach((metrics, k) => assertClose(b.metrics[k], metrics, 1e-4, `metrics of update ${i}, engine ${e}`, 1));
      assertClose([b.gradientNorm], [a.gradientNorm], 1e-4, 'gradient norm');
      assert.deepEqual([b.applied, inPlace.updates], [a.applied, plain.updates]);
      assertSameTensors({ ...inPlace.weights, ...inPlace.state }, { ...plain.weights, ...plain.state }, 1e-4, `after update ${i}, engine ${e}`, 1e-7);
    }
  }
});

test('imitation in place leaves the value head alone, whose gradient no program gives', async () => {
  const given = randomPpo(34);
  const [plain, inPlace] = [tiny, lean(tiny)].map((config) => new Optimizer(caches[0], config, given.weights, { ...adam, weightDecay: 0 }));
  await plain.update(imitationBatches(tiny, given.sequences, 32), 1e-3);
  await inPlace.update(imitationBatches(lean(tiny), given.sequences, 32), 1e-3);
  assertSameTensors(inPlace.weights, plain.weights, 1e-4, 'weights', 1e-7);
  assert.deepEqual(inPlace.weights['value_head.weight'].data, given.weights['value_head.weight'].data);
});

test('in place, a guard that trips and a gradient that is not finite leave weights, moments and count alone', async () => {
  const given = { ...randomPpo(35), config: lean(tiny) };
  const optimizer = new Optimizer(caches[0], given.config, given.weights, adam);
  await optimizer.update(batchesOf(given, 32), 1e-2);
  const state = () => Object.entries({ ...optimizer.weights, ...optimizer.state }).map(([name, { data }]) => [name, data.slice()]);
  const before = state();
  assert.equal((await optimizer.update(batchesOf(given, 32, 1e-6), 1e-2)).applied, false);
  const broken = batchesOf(given, 32).map((batch) => ({ ...batch, inputs: { ...batch.inputs, advantage: { ...batch.inputs.advantage, data: batch.inputs.advantage.data.map(() => NaN) } } }));
  await assert.rejects(optimizer.update(broken, 1e-2), /is NaN/);
  assert.deepEqual([state(), optimizer.updates], [before, 1]);
  assert.equal((await optimizer.update(batchesOf(given, 32), 1e-2)).applied, true);
});

test('no tensor outlives an update in place on an engine that computes operation by operation', async () => {
  const given = { ...randomPpo(36), config: lean(tiny) };
  const optimizer = new Optimizer(caches[1], given.config, given.weights, adam);
  await optimizer.update(batchesOf(given, 32), 1e-3);
  const before = liveTensors();
  await optimizer.update(batchesOf(given, 32), 1e-3);
  assert.equal(liveTensors(), before);
});

test('an optimizer made of the state of one in place goes on to the same bits, and neither writes to what it was given', async () => {
  const given = { ...randomPpo(37), config: lean(tiny) };
  const bits = (tensors: { readonly [name: string]: { readonly data: Float32Array | Int32Array | Uint16Array } }) => Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data.slice()]));
  const start = bits(given.weights);
  const whole = new Optimizer(caches[0], given.config, given.weights, adam);
  await whole.update(batchesOf(given, 32), 1e-2);
  const [weights, moments] = [bits(whole.weights), bits(whole.state)];
  const resumed = new Optimizer(caches[0], given.config, whole.weights, adam, { updates: whole.updates, moments: structuredClone(whole.state) });
  await resumed.update(batchesOf(given, 32), 1e-2);
  assert.deepEqual([bits(given.weights), bits(whole.weights), bits(whole.state)], [start, weights, moments]);
  await whole.update(batchesOf(given, 32), 1e-2);
  assert.deepEqual([bits(resumed.weights), bits(resumed.state), resumed.updates], [bits(whole.weights), bits(whole.state), whole.updates]);
});
