// Every gradient that is written by hand, number by number, against central differences of the slow loops in 64 bits.
import { test } from 'node:test';
import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import type { HostTensor, HostTensors } from '../../src/compute/engine.ts';
import { attend, attendToPast, causalMask, hidden } from '../../src/policy/model/attention.ts';
import { rmsNorm, swiGlu } from '../../src/policy/model/layers.ts';
import { ropeTables, rotate } from '../../src/policy/model/rope.ts';
import { logProbsOf } from '../../src/policy/model/log-probs.ts';
import { integer, random } from '../../src/world/random.ts';
import { assertClose, floats, onnx, randomFloats, randomInts, reference, runOn } from '../compute/both-engines.ts';
import { slowAttend, slowRmsNorm, slowRotate, slowSoftmax, slowSwiGlu } from './slow-decoder.ts';

type Slow = { [name: string]: Float64Array };
const row = (x: Float64Array, i: number, width: number): Float64Array => x.slice(i * width, (i + 1) * width);
const rows = (x: Float64Array, width: number): Float64Array[] => Array.from({ length: x.length / width }, (_, i) => row(x, i, width));

/**
 * Asserts that values and gradients of `fast` are those of `slow`. Both answers are weighted with random numbers, which
 * makes a scalar of them, so that every entry of the result matters to the gradient.
 */
async function compare(what: string, seed: number, variables: HostTensors, constants: HostTensors, fast: (x: { [name: string]: Tensor }) => Tensor, slow: (x: Slow) => Float64Array): Promise<void> {
  const names = Object.keys(variables);
  const exact: Slow = Object.fromEntries(names.map((name) => [name, Float64Array.from(variables[name].data)]));
  const values = slow(exact);
  const draw = random('weighting', what, seed);
  const weighting = Float64Array.from(values, () => Math.fround(2 * draw() - 1));
  const total = (x: Slow): number => slow(x).reduce((sum, v, i) => sum + v * weighting[i], 0);
  const step = 1e-5;
  const expected = Object.fromEntries(names.map((name) => [name, Float64Array.from(exact[name], (v, i) => {
    const at = (moved: number): number => total({ ...exact, [name]: exact[name].map((old, j) => (j === i ? moved : old)) });
    return (at(v + step) - at(v - step)) / (2 * step);
  })]));

  for (const engine of [onnx, reference]) {
    const out = await runOn(engine, (x) => {
      const y = fast(x);
      const loss = (...parts: Tensor[]): Tensor => tf.sum(tf.mul(tf.reshape(fast({ ...x, ...Object.fromEntries(names.map((name, i) => [name, parts[i]])) }), [-1]), x.weighting));
      const gradients = tf.grads(loss)(names.map((name) => x[name]));
      return { y, ...Object.fromEntries(names.map((name, i) => [name, gradients[i]])) };
    }, { ...variables, ...constants, weighting: floats([values.length], weighting) });
    assertClose(out.y.data, values, 3e-6, `${what} on ${engine.name}`);
    for (const name of names) assertClose(out[name].data, expected[name], 1e-5, `${what} on ${engine.name}: gradient of ${name}`, 1e-3);
  }
}

const seeds = [1, 2, 3];

test('the root-mean-square norm', async () => {
  for (const seed of seeds) {
    const draw = random('norm', seed);
    const [n, width] = [integer(draw, 1, 4), integer(draw, 2, 9)];
    await compare('rmsNorm', seed, { x: randomFloats(draw, [n, width], 2), gain: randomFloats(draw, [width], 2) }, {},
      ({ x, gain }) => rmsNorm(x, gain, 1e-5), ({ x, gain }) => Float64Array.from(rows(x, width).flatMap((v) => [...slowRmsNorm(v, gain, 1e-5)])));
  }
});

test('the norm of almost nothing: epsilon counts', async () => {
  const draw = random('small norm');
  await compare('rmsNorm of small numbers', 0, { x: randomFloats(draw, [2, 4], 5e-3), gain: randomFloats(draw, [4]) }, {},
    ({ x, gain }) => rmsNorm(x, gain, 1e-2), ({ x, gain }) => Float64Array.from(rows(x, 4).flatMap((v) => [...slowRmsNorm(v, gain, 1e-2)])));
});

test('SwiGLU', async () => {
  for (const seed of seeds) {
    const draw = random('swiglu', seed);
    const shape = [integer(draw, 1, 4), integer(draw, 1, 7)];
    await compare('swiGlu', seed, { gate: randomFloats(draw, shape, 4), up: randomFloats(draw, shape, 4) }, {},
      ({ gate, up }) => swiGlu(gate, up), ({ gate, up }) => slowSwiGlu(gate, up));
  }
});

test('rotary positions', async () => {
  for (const seed of seeds) {
    const draw = random('rope', seed);
    const [n, heads, size] = [integer(draw, 1, 5), integer(draw, 1, 3), 2 * integer(draw, 1, 4)];
    const tables = ropeTables(n + 20, size, 100);
    const table = (data: Float32Array): HostTensor => floats([n + 20, size / 2], data);
    const positions: HostTensor = { shape: [n], dtype: 'int32', data: Int32Array.from({ length: n }, (_, i) => 20 + i) };
    await compare('rotate', seed, { x: randomFloats(draw, [n, heads, size]) }, { positions, cos: table(tables.cos), sin: table(tables.sin) },
      ({ x, positions, cos, sin }) => rotate(x, [positions, cos, sin]),
      ({ x }) => Float64Array.from(rows(x, size).flatMap((v, i) => [...slowRotate(v, 20 + Math.floor(i / heads), 100)])));
  }
});

/** Blocks of attention by loops: query row g·length + t of a block sees the stem's rows that count and its own rows up to t. */
function slowBlocks(q: Float64Array, k: Float64Array, v: Float64Array, shape: { blocks: number; groups: number; length: number; size: number }, stem?: (block: number) => { keys: Float64Array[]; values: Float64Array[] }): Float64Array {
  const { blocks, groups, length, size } = shape;
  const result: number[] = [];
  for (let b = 0; b < blocks; b++)
    for (let r = 0; r < groups * length; r++) {
      const own = (x: Float64Array): Float64Array[] => rows(x, size).slice(b * length, b * length + (r % length) + 1);
      const { keys, values } = stem?.(b) ?? { keys: [], values: [] };
      result.push(...slowAttend(row(q, b * groups * length + r, size), [...keys, ...own(k)], [...values, ...own(v)]));
    }
  return Float64Array.from(result);
}

test('attention within blocks', async () => {
  for (const seed of seeds) {
    const draw = random('attend', seed);
    const shape = { blocks: integer(draw, 1, 3), groups: integer(draw, 1, 3), length: integer(draw, 1, 5), size: 4 };
    const { blocks, groups, length, size } = shape;
    await compare('attend', seed, { q: randomFloats(draw, [blocks, groups * length, size], 3), k: randomFloats(draw, [blocks, length, size], 2), v: randomFloats(draw, [blocks, length, size]) }, {},
      ({ q, k, v }) => attend(q, k, v, causalMask(length), seed), ({ q, k, v }) => slowBlocks(q, k, v, shape));
  }
});

test('attention under a mask of its own for each sequence: all its heads see what the mask lets them', async () => {
  for (const seed of seeds) {
    const draw = random('masked', seed);
    const [batch, keyHeads, groups, length, size] = [integer(draw, 1, 3), integer(draw, 1, 2), integer(draw, 1, 3), integer(draw, 2, 5), 4];
    const seen = Array.from({ length: batch * length * length }, (_, i) => { const [t, s] = [Math.floor(i / length) % length, i % length]; return s === t || (s < t && draw() < 0.5); });
    const mask = floats([batch, 1, length, length], seen.map((yes) => (yes ? 0 : hidden)));
    const blocks = batch * keyHeads;
    await compare('masked', seed, { q: randomFloats(draw, [blocks, groups * length, size], 3), k: randomFloats(draw, [blocks, length, size], 2), v: randomFloats(draw, [blocks, length, size]) }, { mask },
      ({ q, k, v, mask }) => attend(q, k, v, mask, seed),
      ({ q, k, v }) => Float64Array.from(Array.from({ length: blocks * groups * length }, (_, r) => {
        const [block, t] = [Math.floor(r / (groups * length)), r % length];
        const visible = (x: Float64Array): Float64Array[] => rows(x, size).slice(block * length, (block + 1) * length).filter((_, s) => seen[(Math.floor(block / keyHeads) * length + t) * length + s]);
        return slowAttend(row(q, r, size), visible(k), visible(v));
      }).flatMap((out) => [...out])));
  }
});

test('attention to a cache: values only', async () => {
  const draw = random('past');
  const [blocks, past, length, size] = [2, 5, 3, 4];
  const kept = [3, 0];
  const mask = floats([blocks, 1, past], kept.flatMap((n) => Array.from({ length: past }, (_, i) => (i < n ? 0 : hidden))));
  const inputs = { q: randomFloats(draw, [blocks, length, size], 3), pk: randomFloats(draw, [blocks, past, size]), pv: randomFloats(draw, [blocks, past, size]), k: randomFloats(draw, [blocks, length, size]), v: randomFloats(draw, [blocks, length, size]), mask };
  const slow = (x: HostTensor): Float64Array => Float64Array.from(x.data);
  const expected = slowBlocks(slow(inputs.q), slow(inputs.k), slow(inputs.v), { blocks, groups: 1, length, size }, (block) => {
    const some = (x: HostTensor): Float64Array[] => rows(slow(x), size).slice(block * past, block * past + kept[block]);
    return { keys: some(inputs.pk), values: some(inputs.pv) };
  });
  for (const engine of [onnx, reference]) {
    const { y } = await runOn(engine, ({ q, pk, pv, k, v, mask }) => ({ y: attendToPast(q, pk, pv, k, v, mask, causalMask(length)) }), inputs);
    assertClose(y.data, expected, 3e-6, `attendToPast on ${engine.name}`);
  }
});

test('log-probability and entropy', async () => {
  for (const seed of seeds) {
    const draw = random('log-probs', seed);
    const [n, vocabulary] = [integer(draw, 1, 4), integer(draw, 2, 9)];
    const chosen = randomInts(draw, [n], vocabulary);
    await compare('logProbsOf', seed, { logits: randomFloats(draw, [n, vocabulary], 4) }, { chosen },
      ({ logits, chosen }) => tf.slice(logProbsOf(logits, chosen, true), 0, 2), ({ logits }) => {
        const all = rows(logits, vocabulary).map(slowSoftmax);
        return Float64Array.from([...all.map((p, i) => Math.log(p[chosen.data[i]])), ...all.map((p) => -p.reduce((sum, x) => sum + x * Math.log(x), 0))]);
      });
  }
});
