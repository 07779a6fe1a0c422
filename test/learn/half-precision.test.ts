// Products of half precision: what they cost in accuracy, and the loss scale that keeps small gradients and gives way to large ones. The
// processor rounds operands and results as a card does, and is no faster for it: experiments may not ask it to.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as tf from '#tfjs';
import { OnnxEngine } from '../../src/compute/onnx/engine.ts';
import { openNamed } from '../../src/compute/open.ts';
import { openEngine } from '../../src/compute/choose.ts';
import { engineNames, hasHalf } from '../../src/compute/names.ts';
import { validateExperiment } from '../../src/config/validate.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { imitationBatches } from '../../src/learn/imitate.ts';
import { lossScales } from '../../src/learn/loss-scale.ts';
import { NotFiniteError } from '../../src/learn/not-finite.ts';
import type { Batch } from '../../src/learn/batch-programs.ts';
import { Optimizer } from '../../src/learn/optimizer.ts';
import { embeddingName } from '../../src/policy/weights.ts';
import { floats, onnx, runOn, worstError } from '../compute/both-engines.ts';
import { livelyWeights, tiny } from '../policy/tiny.ts';
import { gradientProgram, randomPpo, randomSequences } from './ppo-case.ts';
import { random } from '../../src/world/random.ts';

const half = new OnnxEngine({ provider: 'cpu', threads: 1, precision: 'float16' });
const [single, halved] = [onnx, half].map((engine) => new ProgramCache(engine)) as [ProgramCache, ProgramCache];
after(() => Promise.all([single.dispose(), halved.dispose()]));
const adam = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, maxGradientNorm: 1, weightDecay: 0 };

test('a product has operands of half precision: 11 bits, and sums beyond them', async () => {
  const inputs = { a: floats([1, 3], [1, 2 ** -11, 1]), b: floats([3, 1], [1, 1, 1 + 2 ** -10]) };
  const multiply = ({ a, b }: { [name: string]: tf.Tensor }) => ({ y: tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D), sum: tf.add(a, 2 ** -20) });
  const [whole, rounded] = [await runOn(onnx, multiply, inputs), await runOn(half, multiply, inputs)];
  assert.equal(whole.y.data[0], 2 + 2 ** -10 + 2 ** -11);
  assert.ok(Math.abs(rounded.y.data[0] - whole.y.data[0]) <= 2 ** -10, 'rounded to a half');
  assert.equal(Math.fround(rounded.y.data[0] * 2 ** 9) % 1, 0, 'and to no more bits than that');
  assert.deepEqual(rounded.sum.data, whole.sum.data, 'all else is of single precision');
});

test('what it costs: the loss within 0.2 %, each gradient within 1 % of its largest number', async () => {
  for (const seed of [1, 2, 3]) {
    const { program, inputs } = gradientProgram(randomPpo(seed, {}, 0.1));
    const [whole, rounded] = [await runOn(onnx, program, inputs), await runOn(half, program, inputs)];
    let worst = 0;
    for (const [name, { data }] of Object.entries(whole)) worst = Math.max(worst, worstError(rounded[name].data, data, 1e-3));
    assert.ok(worst > 1e-6, 'half precision was used');
    assert.ok(worst < 0.01, `off by ${worst}`);
    const [before, after] = [whole, rounded].map(({ metrics }) => metrics.data[0]); // the loss
    assert.ok(Math.abs(after! - before!) < 0.002 * Math.max(0.1, Math.abs(before!)), `${after} and ${before}`);
  }
});

test('thirty updates of imitation come to the same loss within 2 %', async () => {
  const sequences = randomSequences(random('half'), tiny.vocabulary, 6);
  const batches = imitationBatches(tiny, sequences, 200);
  const learn = async (programs: ProgramCache): Promise<number[]> => {
    const optimizer = new Optimizer(programs, tiny, livelyWeights(tiny, 4), adam);
    const losses: number[] = [];
    for (let i = 0; i < 30; i++) losses.push((await optimizer.update(batches, 3e-3)).metrics.reduce((sum, [loss]) => sum + loss, 0));
    return losses;
  };
  const [whole, rounded] = [await learn(single), await learn(halved)];
  assert.ok(whole[29]! < 0.7 * whole[0]!, 'there was something to learn');
  assert.ok(Math.abs(rounded[29]! / whole[29]! - 1) < 0.02, `${rounded[29]} and ${whole[29]}`);
});

/** A loss whose gradient to the embedding passes a product, `size` times as large as 1. */
const sized = (size: number, name: string): Batch => ({
  key: name, inputs: {},
  objective: { name: `sized ${name}`, program: (weights) => {
    const loss = tf.mul(tf.sum(tf.matMul(tf.ones([1, tiny.vocabulary]), weights[embeddingName] as tf.Tensor2D)), size);
    return { loss, metrics: tf.stack([loss]) };
  } },
});

for (const recompute of [undefined, true] as const) {
  const config = { ...tiny, ...(recompute && { recompute }) };
  const normOf = async (programs: ProgramCache, size: number, name: string): Promise<number> => {
    const optimizer = new Optimizer(programs, config, livelyWeights(tiny, 5), adam);
    const { gradientNorm, applied } = await optimizer.update([sized(size, name), sized(size, name)], 1e-3); // a sum must not keep what a scale before has left
    assert.deepEqual([applied, optimizer.updates], [true, 1]);
    return gradientNorm;
  };
  const how = recompute ? ', made in place' : '';

  test(`gradients below what half precision has are kept by the loss scale${how}`, async () => {
    const [whole, rounded] = [await normOf(single, 1e-9, 'small'), await normOf(halved, 1e-9, 'small')];
    assert.ok(whole > 0 && Math.abs(rounded / whole - 1) < 0.01, `${rounded} and ${whole}`);
  });

  test(`where a scaled gradient is beyond half precision the update is made at a lower scale, once${how}`, async () => {
    const [whole, rounded] = [await normOf(single, 100, 'large'), await normOf(halved, 100, 'large')];
    assert.ok(Math.abs(rounded / whole - 1) < 0.01, `${rounded} and ${whole}`);
  });

  test(`a gradient that is beyond it at every scale stops the update, and says so; weights stay${how}`, async () => {
    const initial = livelyWeights(tiny, 5);
    const optimizer = new Optimizer(halved, config, initial, adam);
    await assert.rejects(optimizer.update([sized(1e6, 'too large')], 1e-3), (error) => error instanceof NotFiniteError);
    assert.deepEqual([optimizer.updates, optimizer.weights[embeddingName].data], [0, initial[embeddingName].data]);
  });
}

test('scales are powers of two, the last one 1; single precision has that alone', () => {
  assert.deepEqual(lossScales('float32'), [1]);
  const scales = lossScales('float16');
  assert.ok(scales.every((scale) => Number.isInteger(Math.log2(scale))) && scales.at(-1) === 1);
});

test('the editor refuses the engines that the machine refuses', () => {
  for (const name of engineNames) {
    const { diagnostics } = validateExperiment(JSON.stringify({ engine: { name, precision: 'float16' } }));
    assert.equal(diagnostics.some(({ code }) => code === 'no-half-precision'), !hasHalf(name), name);
  }
});

test('a loss that is no number is computed once: no scale would change it', async () => {
  let computed = 0;
  const runs = new ProgramCache({ name: half.name, threads: 1, precision: 'float16', compile: async (...given) => {
    const compiled = await half.compile(...given);
    return { ...compiled, run: (...args) => { computed++; return compiled.run(...args); } };
  } });
  const optimizer = new Optimizer(runs, tiny, livelyWeights(tiny, 5), adam);
  await assert.rejects(optimizer.update([sized(NaN, 'none')], 1e-3), (error) => error instanceof NotFiniteError);
  await runs.dispose();
  assert.equal(computed, 2, 'once as an update, once to tell which gradients are broken');
});

test('engines without half precision say so; so does a machine that has none with it', async () => {
  const settings = { threads: 1, precision: 'float16' } as const;
  await assert.rejects(openNamed('onnx:cpu', settings), /^Error: The engine onnx:cpu cannot be used: it computes in single precision alone\. Set "engine": \{ "precision": "float32" \}, or name one of a graphics card: onnx:cuda, onnx:dml, onnx:webgpu\.$/);
  const asked: string[] = [];
  const none = openEngine({ ...settings, name: 'auto' }, { recall: () => undefined, probe: async ({ name }) => { asked.push(name); return { name, ok: false, trouble: 'missing', reason: 'it is not here', remedy: '' }; } });
  await assert.rejects(none, /^Error: No engine here computes in half precision: onnx:cuda: it is not here; onnx:dml: it is not here; onnx:webgpu: it is not here\. Set "engine": \{ "precision": "float32" \}\.$/);
  assert.deepEqual(asked, ['onnx:cuda', 'onnx:dml', 'onnx:webgpu']);
});
