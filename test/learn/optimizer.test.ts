// The whole update program on both engines and against Adam in plain loops; what an update may and may not touch.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { isStandIn } from '../../src/compute/engine.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { firstMoment, secondMoment, type AdamSettings } from '../../src/learn/adam.ts';
import { imitationBatches, learningRateAt } from '../../src/learn/imitate.ts';
import type { Batch } from '../../src/learn/batch-programs.ts';
import { Optimizer } from '../../src/learn/optimizer.ts';
import type { Objective } from '../../src/learn/update-program.ts';
import { ppoLoss, ppoMetrics, type PpoBatch } from '../../src/learn/ppo-loss.ts';
import { valueHead } from '../../src/policy/weights.ts';
import { assertClose, assertSameTensors, onnx, reference, specsOf } from '../compute/both-engines.ts';
import { keeping } from '../compute/keeping.ts';
import { slowPredictions, toSlow } from '../policy/slow-decoder.ts';
import { tiny } from '../policy/tiny.ts';
import { gradientPrograms, packWhole, ppoInputs, randomPpo, type PpoCase } from './ppo-case.ts';

const caches = [onnx, reference].map((engine) => new ProgramCache(engine));
const [fast] = caches;
after(() => Promise.all(caches.map((cache) => cache.dispose())));
const adam: AdamSettings = { beta1: 0.9, beta2: 0.99, epsilon: 1e-6, maxGradientNorm: 0.5, weightDecay: 0.1 };

/** A PPO minibatch as the optimizer takes it, in batches of at most `rows`. */
function batchesOf(given: PpoCase, rows = 4096, guard?: Objective['guard']): Batch[] {
  const packed = packWhole(given.config, given.sequences, rows);
  const actions = packed.reduce((sum, batch) => sum + batch.actions.length, 0);
  return packed.map((batch) => ({
    key: batch.key, inputs: ppoInputs(given, batch, actions),
    objective: { name: `ppo ${JSON.stringify(given.settings)} ${JSON.stringify(guard)}`, guard, program: (weights, x) => ppoLoss(weights, given.config, batch.size, x as PpoBatch, given.settings) },
  }));
}

const stateOf = (optimizer: Optimizer) => ({ ...optimizer.weights, ...optimizer.state });
const copyOf = <T extends { data: Float32Array | Int32Array | Uint16Array }>(tensors: { readonly [name: string]: T }) => Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]));

test('three PPO updates of one and of several batches: the same weights, moments, metrics and norms on both engines', async () => {
  const one = { ...randomPpo(21), sequences: randomPpo(21).sequences.slice(0, 1) };
  const cases = [one, randomPpo(22), one];
  const optimizers = caches.map((cache) => new Optimizer(cache, tiny, cases[0].weights, adam));
  for (const [i, given] of cases.entries()) {
    const batches = batchesOf(given, 32);
    assert.equal(batches.length > 1, i === 1);
    const [a, b] = [await optimizers[0].update(batches, 3e-3), await optimizers[1].update(batches, 3e-3)];
    assert.deepEqual([a.applied, b.applied, optimizers[0].updates], [true, true, i + 1]);
    a.metrics.forEach((metrics, k) => assertClose(metrics, b.metrics[k], 1e-4, `metrics of update ${i}`, 1));
    assertClose([a.gradientNorm], [b.gradientNorm], 1e-4, 'gradient norm');
    assertSameTensors(stateOf(optimizers[0]), stateOf(optimizers[1]), 1e-4, `after update ${i}`, 1e-7);
  }
});

test('imitation: the same on both engines; its loss is the cross-entropy of the masked tokens, and the value head stays', async () => {
  const given = randomPpo(23);
  const optimizers = caches.map((cache) => new Optimizer(cache, tiny, given.weights, { ...adam, weightDecay: 0 }));
  const batches = imitationBatches(tiny, given.sequences, 200);
  const [a, b] = [await optimizers[0].update(batches, 1e-3), await optimizers[1].update(batches, 1e-3)];
  assertSameTensors(stateOf(optimizers[0]), stateOf(optimizers[1]), 1e-4, 'after imitation', 1e-7);
  let [loss, right, tokens] = [0, 0, 0];
  for (const { prompt, response, mask } of given.sequences) {
    const said = slowPredictions(toSlow(given.weights), tiny, [...prompt, ...response]);
    response.forEach((id, i) => {
      if (!mask[i]) return;
      const { probabilities } = said[prompt.length + i - 1];
      loss -= Math.log(probabilities[id]);
      right += Number(probabilities[id] === Math.max(...probabilities));
      tokens++;
    });
  }
  for (const { metrics } of [a, b]) assertClose([0, 1].map((k) => metrics.reduce((sum, values) => sum + values[k], 0)), [loss / tokens, right / tokens], 1e-4, 'loss and accuracy', 1);
  for (const name of Object.values(valueHead)) assert.deepEqual(optimizers[0].weights[name].data, given.weights[name].data);
});

test('Adam in plain loops, with clipping, decay of matrices and bias correction, moves the weights to the same place', async () => {
  const given = randomPpo(24);
  const optimizer = new Optimizer(fast, tiny, given.weights, adam);
  const names = Object.keys(given.weights);
  const weights = toSlow(given.weights);
  const [m, v] = [0, 1].map(() => Object.fromEntries(names.map((name) => [name, new Float64Array(weights[name].length)])));
  for (let t = 1; t <= 3; t++) {
    const gradients = Object.fromEntries(names.map((name) => [name, new Float64Array(weights[name].length)]));
    for (const { key, program, inputs } of gradientPrograms(given)) {
      const compiled = await fast.get(`gradient ${key}`, () => ({ program, inputs: specsOf(inputs) }));
      const out = await compiled.run({ ...inputs, ...optimizer.weights });
      for (const name of names) out[`d:${name}`].data.forEach((d, i) => { gradients[name][i] += d; });
    }
    const norm = Math.hypot(...names.map((name) => Math.hypot(...gradients[name])));
    const { gradientNorm } = await optimizer.update(batchesOf(given), 1e-2);
    assertClose([gradientNorm], [norm], 1e-4, 'norm before clipping');
    assert.ok(norm > adam.maxGradientNorm, 'this case never clips');
    for (const name of names) {
      const matrix = given.weights[name].shape.length > 1;
      weights[name].forEach((weight, i) => {
        const g = gradients[name][i] * (adam.maxGradientNorm / (norm + 1e-6));
        m[name][i] = adam.beta1 * m[name][i] + (1 - adam.beta1) * g;
        v[name][i] = adam.beta2 * v[name][i] + (1 - adam.beta2) * g * g;
        const step = m[name][i] / (1 - adam.beta1 ** t) / (Math.sqrt(v[name][i] / (1 - adam.beta2 ** t)) + adam.epsilon);
        weights[name][i] = weight - 1e-2 * (step + (matrix ? adam.weightDecay * weight : 0));
      });
      assertClose(optimizer.weights[name].data, weights[name], 1e-4, `${name} after ${t}`);
      assertClose(optimizer.state[firstMoment(name)].data, m[name], 1e-4, `first moment of ${name}`, 1e-9);
      assertClose(optimizer.state[secondMoment(name)].data, v[name], 1e-3, `second moment of ${name}`, 1e-12);
    }
  }
});

test('the weights that it starts from are a frozen reference to others: many updates later they are as they were', async () => {
  const given = randomPpo(25);
  const before = copyOf(given.weights);
  const optimizer = new Optimizer(fast, tiny, given.weights, adam);
  for (let i = 0; i < 5; i++) await optimizer.update(batchesOf(given), 1e-2);
  assert.deepEqual(copyOf(given.weights), before);
  const weights = copyOf(optimizer.weights);
  const resumed = new Optimizer(fast, tiny, optimizer.weights, adam, { updates: 5, moments: structuredClone(optimizer.state) }); // whose arrays it takes over
  for (let i = 0; i < 3; i++) await resumed.update(batchesOf(given), 1e-2);
  assert.deepEqual(copyOf(optimizer.weights), weights);
});

test('an optimizer made of another one\'s state goes on to the same bits', async () => {
  const cases = [randomPpo(26), randomPpo(27)];
  const whole = new Optimizer(fast, tiny, cases[0].weights, adam);
  for (const i of [0, 1, 0]) await whole.update(batchesOf(cases[i], 32), 1e-2);
  const resumed = new Optimizer(fast, tiny, copyOf(whole.weights) as typeof whole.weights, adam, { updates: whole.updates, moments: copyOf(whole.state) });
  for (const i of [1, 1, 0]) {
    assert.deepEqual(await resumed.update(batchesOf(cases[i], 32), 1e-2), await whole.update(batchesOf(cases[i], 32), 1e-2));
    assert.deepEqual(stateOf(resumed), stateOf(whole));
  }
});

test('a ratio beyond the guard leaves weights, moments and count alone, and says so', async () => {
  const given = randomPpo(28);
  const optimizer = new Optimizer(fast, tiny, given.weights, adam);
  await optimizer.update(batchesOf(given), 1e-2);
  const before = copyOf(stateOf(optimizer));
  // the guard looks at the mean over all batches, which no batch exceeds by itself
  const metric = ppoMetrics.indexOf('ratio');
  const shares = (await new Optimizer(fast, tiny, optimizer.weights, adam).update(batchesOf(given, 32), 1e-2)).metrics.map((metrics) => metrics[metric]);
  const total = shares.reduce((a, b) => a + b, 0);
  assert.ok(shares.length > 1 && Math.max(...shares) < 0.95 * total);
  assert.equal((await optimizer.update(batchesOf(given, 32, { metric, bound: 0.95 * total }), 1e-2)).applied, false);
  assert.deepEqual([copyOf(stateOf(optimizer)), optimizer.updates], [before, 1]);
  assert.equal((await optimizer.update(batchesOf(given, 32, { metric, bound: 1.05 * total }), 1e-2)).applied, true);
  assert.equal(optimizer.updates, 2);
});

test('a ratio that no float holds is skipped by the guard, and does not end the run', async () => {
  const given = randomPpo(28);
  const token = given.facts[0].findIndex((fact) => fact !== undefined);
  for (const advantage of [1.5, -1.5]) {
    const facts = given.facts.map((some, i) => (i > 0 ? some : some.map((fact, t) => (t === token ? { ...fact!, oldLogProb: fact!.oldLogProb - 200, advantage } : fact))));
    const optimizer = new Optimizer(fast, tiny, given.weights, adam);
    const before = copyOf(stateOf(optimizer));
    const { applied, metrics: [metrics] } = await optimizer.update(batchesOf({ ...given, facts }, 4096, { metric: ppoMetrics.indexOf('ratio'), bound: 10 }), 1e-2);
    assert.deepEqual([applied, optimizer.updates, copyOf(stateOf(optimizer))], [false, 0, before]);
    assert.ok(metrics.every(Number.isFinite) && metrics[ppoMetrics.indexOf('ratioMax')] > 4e8, `${metrics}`);
  }
});

for (const recompute of [undefined, true] as const) test(`an engine that keeps weights and moments: the same numbers, none of which comes home between updates${recompute ? '; activations recomputed' : ''}`, async () => {
  const config = { ...tiny, recompute };
  const engine = keeping(onnx);
  const [keeps, plain] = [new ProgramCache(engine), new ProgramCache(onnx)];
  const cases = [randomPpo(29), randomPpo(30)].map((given) => ({ ...given, config }));
  const [there, here] = [keeps, plain].map((programs) => new Optimizer(programs, config, cases[0].weights, adam));
  const state = Object.keys(stateOf(there)).length;
  const gradients = Object.keys(there.weights).length;
  for (const i of [0, 1, 0]) {
    const before = keeps.traffic.down;
    const [a, b] = [await there.update(batchesOf(cases[i], 32), 1e-2), await here.update(batchesOf(cases[i], 32), 1e-2)];
    assertClose([a.gradientNorm], [b.gradientNorm], 1e-5, 'gradient norm');
    assert.ok(Object.values(stateOf(there)).every(isStandIn));
    assert.equal(keeps.traffic.down - before, 4 * (1 + a.metrics.reduce((sum, { length }) => sum + length, 0)), 'norm and metrics alone come home');
    assert.deepEqual([engine.kept(), engine.held.size], [state, state + gradients], 'what was before is let go; the zeros that gradients are added to stay');
  }
  await there.settle();
  assertSameTensors(stateOf(there), stateOf(here), recompute ? 1e-5 : 0, 'after three updates', 1e-8);
  assert.deepEqual([engine.kept(), engine.held.size], [0, state + gradients], 'what has come home is known there');

  const [updates, before] = [there.updates, stateOf(there)];
  const guard = { metric: ppoMetrics.indexOf('ratio'), bound: 0 };
  assert.equal((await there.update(batchesOf(cases[1], 32, guard), 1e-2)).applied, false);
  const broken = batchesOf(cases[1], 32);
  broken[0].inputs.advantage.data[0] = NaN;
  await assert.rejects(there.update(broken, 1e-2), /the loss of update 4 is NaN\. input advantage .*gradient/);
  await there.rehearse(batchesOf(cases[0], 32)[0]);
  assert.deepEqual([stateOf(there), there.updates, engine.held.size], [before, updates, state + gradients], 'a refused update leaves nothing');

  const resumed = new Optimizer(plain, config, there.weights, adam, { updates, moments: there.state });
  for (const optimizer of [there, resumed]) await optimizer.update(batchesOf(cases[1], 32), 1e-2);
  await there.settle();
  assertSameTensors(stateOf(there), stateOf(resumed), recompute ? 1e-5 : 0, 'one goes on from what came home', 1e-8);
  await Promise.all([keeps.dispose(), plain.dispose()]);
});

test('the learning rate rises to its highest, then falls along a cosine to a tenth', () => {
  const rates = Array.from({ length: 100 }, (_, update) => learningRateAt(update, 100, 2, 0.1));
  assert.ok(rates.slice(1, 10).every((rate, i) => rate > rates[i]) && rates[0] > 0);
  assert.equal(Math.max(...rates), 2);
  assert.ok(rates.slice(11).every((rate, i) => rate < rates[i + 10]));
  assertClose([rates[99]], [0.2], 0.01, 'the last');
});
