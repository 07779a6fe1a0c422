// Every part of the loss, its metrics and its gradient, against the slow loss in 64 bits.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { HostTensors } from '../../src/compute/engine.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { ppoMetrics, type PpoLossSettings } from '../../src/learn/ppo-loss.ts';
import { random } from '../../src/world/random.ts';
import { assertClose, assertSameTensors, onnx, reference, runOn, specsOf } from '../compute/both-engines.ts';
import { toSlow } from '../policy/slow-decoder.ts';
import { tiny } from '../policy/tiny.ts';
import { gradientPrograms, plainSettings, randomPpo, type PpoCase } from './ppo-case.ts';
import { slowPpo, type SlowPpo } from './slow-ppo.ts';

/** Differences take hundreds of slow losses. */
const small = { ...tiny, vocabulary: 24, feedForward: 12 };
const nothing: Partial<PpoLossSettings> = { valueCoefficient: 0, entropyCoefficient: 0, klInLoss: 'none' };
/** Each part by itself, loud enough to be heard, then all together. */
const parts: Readonly<Record<string, Partial<PpoLossSettings>>> = {
  'policy, clipped': nothing,
  'policy, hardly clipped': { ...nothing, clipRange: 0.49 },
  'value, clipped': { ...nothing, valueCoefficient: 3 },
  'value, not clipped': { ...nothing, valueCoefficient: 3, valueClipRange: 0 },
  'entropy': { ...nothing, entropyCoefficient: 5 },
  'KL, k2': { ...nothing, klInLoss: 'k2' },
  'KL, k3': { ...nothing, klInLoss: 'k3' },
  'temperature 0.6': { ...nothing, temperature: 0.6, entropyCoefficient: 0.5, klInLoss: 'k3' },
  'everything': { valueCoefficient: 0.7, entropyCoefficient: 0.2, klInLoss: 'k2', temperature: 1.4 },
};

const programs = { 'onnx:cpu': new ProgramCache(onnx), reference: new ProgramCache(reference) };
after(() => Promise.all(Object.values(programs).map((cache) => cache.dispose())));

const slowOf = (given: PpoCase, weights = toSlow(given.weights)): SlowPpo => slowPpo(weights, given.config, given.sequences, given.facts, given.settings, given.klCoefficient);

/** Metrics and gradients of the whole minibatch: sums (or maxima) over its packed batches. */
async function answers(given: PpoCase, engine: keyof typeof programs = 'onnx:cpu', rows?: number): Promise<HostTensors> {
  let total: HostTensors | undefined;
  for (const { key, program, inputs } of gradientPrograms(given, rows)) {
    const compiled = await programs[engine].get(key, () => ({ program, inputs: specsOf(inputs) }));
    const out = await compiled.run(inputs);
    if (total) for (const [name, { data }] of Object.entries(out)) data.forEach((v, i) => {
      const isMost = name === 'metrics' && ppoMetrics[i].startsWith('ratio') && ppoMetrics[i] !== 'ratio';
      total![name].data[i] = isMost ? Math.max(v, total![name].data[i]) : v + total![name].data[i];
    });
    else total = out;
  }
  return total!;
}

for (const [name, settings] of Object.entries(parts))
  test(`values and gradient: ${name}`, async () => {
    const given = randomPpo(11, settings, 0.5, small);
    const out = await answers(given);
    const slow = slowOf(given);
    assertClose(out.metrics.data, ppoMetrics.map((metric) => slow[metric]), 2e-5, 'metrics', 1);
    for (const metric of ppoMetrics) assertClose([out.metrics.data[ppoMetrics.indexOf(metric)]], [slow[metric]], 5e-5, metric, 0.3);

    const weights = toSlow(given.weights);
    const along = (weight: string, direction: Float64Array, step: number): number => {
      const at = (h: number): number => slowOf(given, { ...weights, [weight]: weights[weight].map((v, i) => v + h * direction[i]) }).loss;
      return (at(step) - at(-step)) / (2 * step);
    };
    let norm = 0;
    for (const weight of Object.keys(weights)) {
      const gradient = Float64Array.from(out[`d:${weight}`].data);
      const length = Math.hypot(...gradient);
      norm = Math.max(norm, length);
      const draw = random('direction', name, weight);
      // all entries at once, and the largest alone; once also one of whatever size
      const most = Math.max(...gradient.map(Math.abs));
      const directions = [gradient.map(() => (draw() < 0.5 ? 1 : -1)), gradient.map((v) => Number(Math.abs(v) === most))];
      if (name === 'everything') directions.push(gradient.map((_, i) => Number(i === Math.floor(0.37 * gradient.length))));
      for (const direction of directions)
        assertClose([gradient.reduce((sum, v, i) => sum + v * direction[i], 0)], [along(weight, direction, 1e-6)], 2e-4, `${name}: gradient of ${weight}`, Math.max(length, 1e-3));
    }
    assert.ok(norm > 1e-2, 'this part has no gradient to speak of');
  });

test('k3 of a policy that is far from its reference, on either side, still pulls it towards that', async () => {
  const given = randomPpo(12, { ...nothing, klInLoss: 'k3' }, 0, small);
  for (const nats of [30, -30]) {
    const facts = given.facts.map((some) => some.map((fact) => fact && { ...fact, advantage: 0, refLogProb: fact.refLogProb + nats }));
    const far = { ...given, facts };
    const out = await answers(far);
    const weights = toSlow(given.weights);
    const down = Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, values.map((v, i) => v - 0.01 * out[`d:${name}`].data[i])]));
    const [before, after] = [slowOf(far).kl, slowOf(far, down).kl];
    assert.ok(Math.abs(after) < Math.abs(before) - 1e-4, `${nats} nats: mean log-ratio ${before} before, ${after} after`);
    assert.ok(out.metrics.data.every(Number.isFinite));
  }
});

test('the cases meet the clips from both sides, and miss them', () => {
  const given = randomPpo(11, plainSettings, 0.5, small);
  const { clipFraction } = slowOf(given);
  assert.ok(clipFraction > 0.2 && clipFraction < 0.8);
  const clippedValues = slowOf(given).valueLoss;
  assert.notEqual(clippedValues, slowOf({ ...given, settings: { ...given.settings, valueClipRange: 0 } }).valueLoss);
});

test('both engines agree on loss, metrics and every gradient', async () => {
  for (const seed of [1, 2]) {
    const given = randomPpo(seed);
    assertSameTensors(await answers(given), await answers(given, 'reference'), 2e-5, `case ${seed}`, 1e-3);
  }
});

test('shared prompts, one line a batch, or rows of padding: the same metrics and gradients', async () => {
  for (const seed of [4]) {
    const given = randomPpo(seed);
    const shared = await answers(given);
    const alone = await answers({ ...given, sequences: given.sequences.map((sequence, i) => ({ ...sequence, group: `own ${i}` })) });
    assertSameTensors(alone, shared, 2e-5, 'prompts not shared', 1e-3);
    assertSameTensors(await answers(given, 'onnx:cpu', 1), shared, 2e-5, 'a line a batch', 1e-3);
    assertSameTensors(await answers(given, 'onnx:cpu', 64), shared, 2e-5, 'several batches', 1e-3);
    // a long unwritten tail makes every other row of the batch padding
    const tail = { ...given, sequences: given.sequences.map((s, i) => (i === 0 ? { ...s, response: [...s.response, ...new Array<number>(40).fill(3)], mask: [...Array.from(s.mask), ...new Array<number>(40).fill(0)] } : s)) };
    assertSameTensors(await answers(tail), shared, 2e-5, 'longer padding', 1e-3);
  }
});

/** How far loss and gradient norm are from the slow ones when the packed mask is another than the slow loss's. */
async function errorOf(given: PpoCase, packed: PpoCase): Promise<number> {
  const out = await answers(packed);
  const slow = slowOf(given);
  return Math.max(...ppoMetrics.map((metric, i) => Math.abs(out.metrics.data[i] - slow[metric])));
}

test('mutants: a mask that is inverted, or shifted by one either way, fails this check', async () => {
  const remask = (given: PpoCase, change: (mask: number[]) => number[]): PpoCase => {
    // every token has facts, so that a wrong mask finds numbers where it should find none
    const facts = given.facts.map((some) => some.map((fact) => fact ?? { oldLogProb: -3, refLogProb: -3, oldValue: 0, advantage: 1, target: 0 }));
    return { ...given, facts, sequences: given.sequences.map((s) => ({ ...s, mask: change(Array.from(s.mask)) })) };
  };
  for (const seed of [6, 7]) {
    const given = randomPpo(seed);
    assert.ok(await errorOf(given, remask(given, (mask) => mask)) < 1e-4);
    for (const [name, change] of Object.entries<(mask: number[]) => number[]>({
      inverted: (mask) => mask.map((bit) => 1 - bit), early: (mask) => [...mask.slice(1), 0], late: (mask) => [0, ...mask.slice(0, -1)],
    })) {
      const error = await errorOf(given, remask(given, change));
      assert.ok(error > 0.05, `${name}: the check lets it pass with an error of ${error}`);
    }
  }
});

test('mutant: predictions read one row late fail this check', async () => {
  const given = randomPpo(9);
  const slow = slowOf(given);
  const [{ program, inputs }] = gradientPrograms(given);
  const out = await runOn(onnx, program, { ...inputs, actionAt: { ...inputs.actionAt, data: Int32Array.from(inputs.actionAt.data, (row) => row + 1) } });
  assert.ok(Math.abs(out.metrics.data[ppoMetrics.indexOf('ratio')] - slow.ratio) > 0.05);
});
