import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '#tfjs';
import type { InferenceSession } from 'onnxruntime-node';
import type { Tensor } from '#tfjs';
import { OnnxEngine } from '../../src/compute/onnx/engine.ts';
import { record } from '../../src/compute/onnx/record.ts';
import type { HostTensors, TensorProgram } from '../../src/compute/engine.ts';
import { onnxRuntime, type OnnxRuntime } from '../../src/compute/onnx/runtime.ts';
import { floats, ints, onnx, randomFloats, reference, runOn, scalar, sizeOf, specsOf } from './both-engines.ts';
import { random } from '../../src/world/random.ts';
import { gradientProgram, randomPpo } from '../learn/ppo-case.ts';

const spec = (...shape: number[]) => ({ shape, dtype: 'float32' as const });

test('recording leaves no tensors, scopes or other backend behind, gradients and errors included', () => {
  const { program, inputs } = gradientProgram(randomPpo(1));
  const once = (): object => {
    record(program, { inputs: specsOf(inputs) });
    assert.throws(() => record(({ x }) => ({ y: tf.erf(x) }), { inputs: { x: spec(2) } }), /Erf/);
    assert.throws(() => record(({ x }) => ({ y: tf.scalar(tf.grad((v: Tensor) => tf.sum(tf.square(v)))(x).dataSync()[0]) }), { inputs: { x: spec(2) } }), /may not branch on data/);
    const { numTensors, numDataBuffers } = tf.memory();
    return { numTensors, numDataBuffers, depth: tf.engine().state.scopeStack.length, tape: tf.engine().state.gradientDepth };
  };
  tf.setBackend('cpu');
  const first = once();
  for (let i = 0; i < 5; i++) assert.deepEqual(once(), first);
  assert.equal(tf.getBackend(), 'cpu');
});

test('a program that reads a value, or uses an operation without a lowering or a type that programs lack, says so', () => {
  const recorded = (f: (x: Tensor) => Tensor) => () => record(({ x }) => ({ y: f(x) }), { inputs: { x: spec(3) } });
  assert.throws(recorded((x) => (x.dataSync()[0] > 0 ? x : tf.neg(x))), /Programs may not branch on data/);
  assert.throws(recorded((x) => tf.erf(x)), /Erf/);
  assert.throws(recorded((x) => tf.gather(x, tf.tensor(['a'], [1], 'string') as never)), /string|int32/);
  const kept: Tensor[] = [];
  record(({ x }) => { kept.push(tf.keep(tf.add(x, 1))); return { y: x }; }, { inputs: { x: spec(3) } });
  kept.forEach((tensor) => tensor.dispose());
});

test('what no output needs is not in the graph, and inputs that it does not read need not be given', async () => {
  const { inputs, nodes } = record(({ a, b }) => {
    tf.matMul(b, b);
    return { y: tf.neg(a) };
  }, { inputs: { a: spec(2), b: spec(2, 2) } });
  assert.deepEqual([...inputs], ['a']);
  assert.deepEqual(nodes.map(({ op }) => op), ['Neg', 'Identity']);
});

test('frozen values, inputs passed straight through and one tensor under two names come out as on the reference', async () => {
  const inputs = { x: floats([3], [1, 2, 3]) };
  const frozen = { w: floats([3], [10, 20, 30]) };
  const program = ({ x, w }: { [name: string]: Tensor }) => { const y = tf.mul(x, w); return { x, w, y, again: y }; };
  for (const engine of [onnx, reference]) {
    const out = await runOn(engine, program, inputs, { frozen });
    assert.deepEqual([...out.y.data, ...out.again.data, ...out.x.data, ...out.w.data], [10, 40, 90, 10, 40, 90, 1, 2, 3, 10, 20, 30]);
  }
});

test('offered buffers receive the outputs, inputs are never written, and answers stay after the next run', async () => {
  for (const engine of [onnx, reference])
    for (const releaseMemory of [false, true]) {
      const draw = random('into', engine.name);
      const given = { x: randomFloats(draw, [5, 7]), s: scalar(2) };
      const before = given.x.data.slice();
      const compiled = await engine.compile(({ x, s }) => ({ y: tf.mul(x, s), z: tf.sum(x, 0) }), { inputs: specsOf(given), releaseMemory });
      const into = { y: floats([5, 7], new Float32Array(35)) };
      const first = await compiled.run(given, into);
      assert.equal(first.y, into.y);
      assert.deepEqual([...into.y.data], Array.from(before, (v) => Math.fround(v * 2)));
      const kept = first.z.data.slice();
      await compiled.run({ x: randomFloats(draw, [5, 7]), s: scalar(3) });
      assert.deepEqual(first.z.data, kept, 'an answer changed when the program ran again');
      assert.deepEqual(given.x.data, before);
      await compiled.dispose();
    }
});

test('a sum is written where it is read: products, gathered rows and what a program leaves alone are added to what was there', async () => {
  const accumulate: TensorProgram = ({ a, b, table, rows, product, gathered, alone }) => {
    const { grads: [gradient] } = tf.engine().gradients(() => tf.sum(tf.square(tf.gather(table, rows as tf.Tensor1D))) as tf.Scalar, [table]);
    return { product: tf.add(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D), product), gathered: tf.add(gradient, gathered), alone };
  };
  for (const engine of [onnx, reference])
    for (const releaseMemory of [false, true]) {
      const draw = random('sum', engine.name);
      const batch = { a: randomFloats(draw, [65, 33]), b: randomFloats(draw, [33, 47]), table: randomFloats(draw, [3, 5]), rows: ints([4], [2, 0, 2, 2]) };
      const starts = { product: randomFloats(draw, [65, 47]), gathered: randomFloats(draw, [3, 5]), alone: randomFloats(draw, [7]) };
      const compiled = await engine.compile(accumulate, { inputs: specsOf({ ...batch, ...starts }), releaseMemory });
      let apart: HostTensors = starts;
      const sums = Object.fromEntries(Object.entries(starts).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]));
      for (let i = 0; i < 3; i++) {
        apart = await compiled.run({ ...batch, ...apart });
        await compiled.run({ ...batch, ...sums }, sums);
        for (const name of Object.keys(sums)) assert.deepEqual(sums[name].data, apart[name].data, `${name} on ${engine.name}, call ${i}`);
      }
      await compiled.dispose();
    }
});

test('the gradient of a large table that is looked up is added to what it is added to, with no table of zeros; a small one is summed by itself', async () => {
  const program: TensorProgram = ({ table, rows, other }) => {
    const { grads: [gradient] } = tf.engine().gradients(() => tf.sum(tf.square(tf.gather(table, rows as tf.Tensor1D))) as tf.Scalar, [table]);
    return { first: tf.add(gradient, other), second: tf.add(other, gradient) };
  };
  const rows = ints([5], [1, 0, 3, 1, 1]);
  for (const [count, isLarge] of [[2 ** 21, true], [2 ** 10, false]] as const) {
    const inputs = { table: { shape: [count, 16], dtype: 'float32' }, rows: { shape: [5], dtype: 'int32' }, other: { shape: [count, 16], dtype: 'float32' } } as const;
    const { nodes } = record(program, { inputs });
    const ops = (op: string): number => nodes.filter((node) => node.op === op).length;
    assert.deepEqual([ops('ScatterElements'), ops('Add')], isLarge ? [2, 0] : [1, 2], `${count} rows`);
    const numbers = (value: number): HostTensors['x'] => floats([count, 16], new Float32Array(count * 16).fill(value));
    const { first, second } = await runOn(onnx, program, { table: numbers(3), rows, other: numbers(0.5) });
    for (const { data } of [first, second]) {
      assert.deepEqual([0, 1, 2, 3, 4].map((row) => data[row * 16 + 7]), [6.5, 18.5, 0.5, 6.5, 0.5]);
      assert.ok(data.subarray(64).every((value) => value === 0.5));
    }
  }
});

test('what onnxruntime copies of outputs that have buffers is let go at once; other answers stay', async () => {
  const real = onnxRuntime();
  const answers: Awaited<ReturnType<InferenceSession['run']>>[] = [];
  const create = async (...args: Parameters<typeof real.InferenceSession.create>): Promise<InferenceSession> => {
    const session = await real.InferenceSession.create(...args);
    const run = session.run.bind(session) as (...given: unknown[]) => ReturnType<InferenceSession['run']>;
    return Object.assign(session, { run: async (...given: unknown[]) => { const answer = await run(...given); answers.push(answer); return answer; } });
  };
  const engine = new OnnxEngine({ provider: 'cpu', threads: 1, runtime: { ...real, InferenceSession: { create } } as unknown as OnnxRuntime });
  const compiled = await engine.compile(({ x }) => ({ y: tf.mul(x, 2), z: tf.sum(x, 0) }), { inputs: { x: spec(2, 3) } });
  const into = { y: floats([2, 3], new Float32Array(6)) };
  for (let i = 1; i <= 2; i++) {
    const { y, z } = await compiled.run({ x: floats([2, 3], [1, 2, 3, 4, 5, i]) }, into);
    assert.deepEqual([...y.data, ...z.data], [2, 4, 6, 8, 10, 2 * i, 5, 7, 3 + i]);
    assert.deepEqual(Object.values(answers.at(-1)!).map(({ data }) => data.length), [0, 3]);
  }
  await compiled.dispose();
});

test('an input of another shape or type, or a missing one, is refused by name', async () => {
  const compiled = await onnx.compile(({ x }) => ({ y: tf.neg(x) }), { inputs: { x: spec(2, 3) } });
  await assert.rejects(compiled.run({}), /without its input 'x'/);
  await assert.rejects(compiled.run({ x: floats([3, 2], new Array(6).fill(0)) }), /'x' is float32\[3,2\].*float32\[2,3\]/);
  assert.equal((await compiled.run({ x: floats([2, 3], [1, 2, 3, 4, 5, 6]) })).y.data.length, sizeOf([2, 3]));
  await compiled.dispose();
});
