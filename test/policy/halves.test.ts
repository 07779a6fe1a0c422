// Frozen matrices held as halves: what is computed with them is what single numbers of the same values give, to the bit.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { narrowToHalves, widenHalves } from '../../src/compute/half.ts';
import { singleInputs, Singles } from '../../src/compute/onnx/singles.ts';
import { record } from '../../src/compute/onnx/record.ts';
import { Optimizer } from '../../src/learn/optimizer.ts';
import { imitationBatches } from '../../src/learn/imitate.ts';
import { score } from '../../src/learn/score.ts';
import { updateProgram } from '../../src/learn/update-program.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { Generator } from '../../src/policy/generator.ts';
import { mergedTensors, numbersOf } from '../../src/policy/merge.ts';
import { weightSpecs } from '../../src/policy/model/next-token.ts';
import { embeddingName, isHalf, isTrained, valueHead, weightShapes, type Weights } from '../../src/policy/weights.ts';
import { bytesOf } from '../../src/compute/engine.ts';
import { assertClose, onnx, reference } from '../compute/both-engines.ts';
import { randomPpo } from '../learn/ppo-case.ts';
import { livelyWeights, tiny } from './tiny.ts';

const adapted: PolicyConfig = { ...tiny, adapter: { rank: 3, alpha: 6, modules: ['q_proj', 'o_proj', 'down_proj'] } };
const held: PolicyConfig = { ...adapted, frozen: 'float16' };
const adam = { beta1: 0.9, beta2: 0.99, epsilon: 1e-6, maxGradientNorm: 1, weightDecay: 0 };
const caches = [onnx, reference].map((engine) => ({ name: engine.name, programs: new ProgramCache(engine) }));
after(() => Promise.all(caches.map(({ programs }) => programs.dispose())));

/** The same values twice: as halves where the config holds such, and as single numbers. */
function twice(config: PolicyConfig, seed: number): { readonly halves: Weights; readonly singles: Weights } {
  const weights = livelyWeights({ ...config, frozen: undefined }, seed);
  const bits = (name: string): Uint16Array => narrowToHalves(numbersOf(weights[name]));
  const entries = weightShapes(config).map(({ name, shape }) => ({ name, shape, half: isHalf(config, name) }));
  return {
    halves: Object.fromEntries(entries.map(({ name, shape, half }) => [name, half ? { shape, dtype: 'float16', data: bits(name) } : weights[name]])),
    singles: Object.fromEntries(entries.map(({ name, half }) => [name, half ? { ...weights[name], data: widenHalves(bits(name)) } : weights[name]])),
  };
}

test('the frozen matrices of layers are halves, and nothing else is: embedding, norms, factors and the value head stay single', () => {
  for (const [name, { shape, dtype }] of Object.entries(weightSpecs(held)))
    assert.equal(dtype, shape.length === 2 && name !== embeddingName && !isTrained(held, name) ? 'float16' : 'float32', name);
  assert.equal(weightSpecs(held)[valueHead.weight].dtype, 'float32');
  assert.ok(Object.values(weightSpecs(adapted)).every(({ dtype }) => dtype === 'float32'));
  assert.equal(bytesOf({ shape: [3, 5], dtype: 'float16' }), 30);
});

for (const more of [{}, { recompute: true as const }, { untied: true as const, headNorms: true as const, attentionBias: 'qkvo' as const }]) {
  test(`updates and scores with halves are those with the same numbers held single${Object.keys(more).length > 0 ? `, with ${Object.keys(more).join(', ')}` : ''}`, async () => {
    const config = { ...held, ...more };
    const { halves, singles } = twice(config, 31);
    const { sequences } = randomPpo(31, {}, 0.5, { ...adapted, ...more });
    for (const { name, programs } of caches) {
      const learnt = await Promise.all([[config, halves], [{ ...config, frozen: undefined }, singles]].map(async ([config, weights]) => {
        const optimizer = new Optimizer(programs, config as PolicyConfig, weights as Weights, adam);
        for (let i = 0; i < 3; i++) await optimizer.update(imitationBatches(config as PolicyConfig, sequences, 200), 1e-2);
        const scores = await score(programs, config as PolicyConfig, optimizer.weights, sequences, ['logProbs', 'values'], 1);
        return { weights: optimizer.weights, scores };
      }));
      const [withHalves, withSingles] = learnt;
      for (const weight of Object.keys(halves).filter((each) => isTrained(config, each))) assert.deepEqual(withHalves.weights[weight].data, withSingles.weights[weight].data, `${name}: ${weight}`);
      for (const weight of Object.keys(halves).filter((each) => !isTrained(config, each))) assert.equal(withHalves.weights[weight], halves[weight], 'held once');
      assert.deepEqual(withHalves.scores, withSingles.scores, name);
    }
  });
}

test('prompts, reading and decoding with halves are those with single numbers', async () => {
  const { halves, singles } = twice(held, 32);
  for (const { name, programs } of caches) {
    const written = await Promise.all([[held, halves], [adapted, singles]].map(async ([config, weights]) => {
      const generator = new Generator(programs, config as PolicyConfig, weights as Weights, 4, 1);
      const [prompted] = await generator.prompt([[3, 1, 4, 1, 5]]);
      for (let slot = 0; slot < 4; slot++) generator.cache.place(slot, prompted.cache);
      const [read] = await generator.extend([{ slot: 1, ids: [2, 7, 1] }]);
      const after = [Float32Array.from(prompted.next.probabilities), read.probabilities.slice()];
      const next = (await generator.step(Int32Array.of(9, 8, 7, 6)))(0);
      return [...after, next.probabilities.slice()];
    }));
    assert.deepEqual(written[0], written[1], name);
  }
});

test('an export multiplies an adapter into the numbers that the halves are', () => {
  const { halves, singles } = twice(held, 33);
  const [ofHalves, ofSingles] = [mergedTensors({ config: held, weights: halves }), mergedTensors({ config: adapted, weights: singles })];
  assert.deepEqual(ofHalves.map(({ name, data }) => [name, data()]), ofSingles.map(({ name, data }) => [name, data()]));
});

test('an engine that takes no halves is given single numbers, made once for each array', async () => {
  const halves = { shape: [2, 3], dtype: 'float16', data: narrowToHalves(Float32Array.of(1, -2, 0.5, 65504, 6e-8, 0)) } as const;
  const singles = new Singles();
  const single = singles.of(halves)!;
  assert.deepEqual([single.dtype, ...single.data], ['float32', 1, -2, 0.5, 65504, 2 ** -24, 0]);
  assert.equal(singles.of({ ...halves }), single);
  assert.equal(singles.of(single), single);
  assert.deepEqual(singleInputs({ inputs: { x: halves }, steady: ['x'] }), { inputs: { x: { shape: [2, 3], dtype: 'float32' } }, steady: ['x'] });
});

test('each product makes its own single numbers, after what they are multiplied with is there, forward and on the way back', async () => {
  const { sequences } = randomPpo(34, {}, 0.5, adapted);
  const [batch] = imitationBatches(held, sequences, 4096);
  const { nodes } = record(updateProgram(held, batch.objective, adam, false), { inputs: { ...weightSpecs(held), ...Object.fromEntries(Object.entries(batch.inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }])) } });
  const made = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node])));
  const matrices = Object.entries(weightSpecs(held)).filter(([, { dtype }]) => dtype === 'float16').map(([name]) => `in:${name}`);
  for (const matrix of matrices) {
    const readers = nodes.filter(({ inputs }) => inputs.includes(matrix));
    assert.ok(readers.length >= 1 && (readers.length >= 2 || matrix.includes('layers.0.')), `${matrix}: both ways, but at the bottom, where nothing asks for a gradient of the embedding`);
    // it waits by a shape that is made of what it waits for
    for (const { op, inputs } of readers) assert.ok(op === 'Reshape' && made.get(inputs[1])?.op === 'Mul', `${matrix} is read by ${op}`);
  }
});

test('what halves round is as little as it says: 2^-11 of a number, and 2^-25 where numbers are small', () => {
  const numbers = Float32Array.from({ length: 20_000 }, (_, i) => (i % 2 ? 1 : -1) * 2 ** (-30 + (i % 40)) * (1 + (i * 0.618034) % 1));
  const back = widenHalves(narrowToHalves(numbers));
  numbers.forEach((value, i) => assert.ok(Math.abs(back[i] - value) <= Math.max(2 ** -11 * Math.abs(value), 2 ** -25), `${value} became ${back[i]}`));
  assertClose(back, numbers, 2 ** -11, 'all of them');
});
