// Adapters in the model and under the optimizer: nothing at B = 0, right gradients, a base that stays.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as tf from '#tfjs';
import type { HostTensors, Tensors } from '../../src/compute/engine.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { imitationBatches } from '../../src/learn/imitate.ts';
import { Optimizer } from '../../src/learn/optimizer.ts';
import { isFactor } from '../../src/policy/adapter.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { sequences } from '../../src/policy/model/arrangements.ts';
import { decode, logitsOf } from '../../src/policy/model/decoder.ts';
import { initialWeights, isTrained, weightShapes } from '../../src/policy/weights.ts';
import { assertClose, ints, onnx, reference, runOn } from '../compute/both-engines.ts';
import { randomPpo } from '../learn/ppo-case.ts';
import { livelyWeights, tiny } from './tiny.ts';

const all = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];
const adapted: PolicyConfig = { ...tiny, adapter: { rank: 3, alpha: 6, modules: all } };
const caches = [onnx, reference].map((engine) => new ProgramCache(engine));
after(() => Promise.all(caches.map((cache) => cache.dispose())));

const ids = [3, 14, 15, 9, 2, 6];
const given: HostTensors = { ids: ints([6], ids), positions: ints([6], ids.map((_, i) => i)) };
const logits = (config: PolicyConfig) => (x: Tensors): Tensors => ({ logits: logitsOf(x, decode(x, config, x.ids, x.positions, sequences(config, 1, 6))) });

test('with B = 0 the logits are the base\'s; with B they are those of the merged matrices', async () => {
  const fresh = initialWeights(adapted, 5);
  const lively = livelyWeights(adapted, 5);
  const merged = { ...lively };
  const { rank, alpha } = adapted.adapter!;
  for (const { name, shape: [out, inputs] } of weightShapes(tiny)) {
    const [a, b] = ['A', 'B'].map((factor) => lively[name.replace(/weight$/, `lora_${factor}.weight`)]);
    if (!a) continue;
    const data = lively[name].data.slice();
    for (let o = 0; o < out; o++) for (let i = 0; i < inputs; i++) for (let r = 0; r < rank; r++) data[o * inputs + i] += (alpha / rank) * b.data[o * rank + r] * a.data[r * inputs + i];
    merged[name] = { ...lively[name], data };
  }
  const without = (weights: HostTensors): HostTensors => Object.fromEntries(Object.entries(weights).filter(([name]) => !isFactor(name)));
  for (const engine of [onnx, reference]) {
    const base = await runOn(engine, logits(tiny), { ...without(fresh), ...given });
    assert.deepEqual((await runOn(engine, logits(adapted), { ...fresh, ...given })).logits.data, base.logits.data);
    const whole = await runOn(engine, logits(tiny), { ...without(merged), ...given });
    assertClose((await runOn(engine, logits(adapted), { ...lively, ...given })).logits.data, whole.logits.data, 1e-4, engine.name);
  }
});

test('the gradient along the factors is the finite difference of the loss', async () => {
  const weights = livelyWeights(adapted, 7);
  const names = Object.keys(weights).filter(isFactor);
  const loss = (x: Tensors): tf.Scalar => tf.mean(tf.square(logits(adapted)(x).logits)) as tf.Scalar;
  const gradients = await runOn(reference, (x) => {
    const { grads } = tf.engine().gradients(() => loss(x), names.map((name) => x[name]), undefined, true);
    return Object.fromEntries(names.map((name, i) => [name, grads[i]]));
  }, { ...weights, ...given });
  for (const name of names) {
    const slope = gradients[name].data as Float32Array;
    const size = Math.hypot(...slope);
    const at = async (distance: number): Promise<number> => {
      const moved = { ...weights[name], data: weights[name].data.map((v, i) => v + (distance * slope[i]) / size) };
      return (await runOn(reference, (x) => ({ loss: loss(x) }), { ...weights, [name]: moved, ...given })).loss.data[0];
    };
    // at 1e-2 the third derivative shows (up to 18%, an error that falls with the square of the distance); float noise is 0.1% here
    assertClose([((await at(3e-4)) - (await at(-3e-4))) / 6e-4], [size], 1e-2, name);
  }
});

test('training moves the factors alone: the base is shared, stays bit for bit, and has no moments', async () => {
  const weights = initialWeights(adapted, 9);
  const before = structuredClone(weights);
  for (const cache of caches) {
    const optimizer = new Optimizer(cache, adapted, weights, { beta1: 0.9, beta2: 0.99, epsilon: 1e-6, maxGradientNorm: 1, weightDecay: 0 });
    const batches = imitationBatches(adapted, randomPpo(23).sequences, 200);
    const losses: number[] = [];
    for (let i = 0; i < 8; i++) losses.push((await optimizer.update(batches, 2e-2)).metrics.reduce((sum, [loss]) => sum + loss, 0));
    assert.ok(losses[7] < losses[0], losses.join());
    for (const name of Object.keys(weights).filter((name) => !isTrained(adapted, name))) assert.equal(optimizer.weights[name], weights[name]);
    assert.ok(Object.keys(weights).filter(isFactor).every((name) => optimizer.weights[name].data.some((v, i) => v !== before[name].data[i])));
    assert.equal(Object.keys(optimizer.state).length, 2 * Object.keys(weights).filter((name) => isTrained(adapted, name)).length);
  }
  assert.deepEqual(weights, before);
});
