// The engine `tensorflow:cpu` on a real TensorFlow, where there is one: `npm run test:tensorflow` brings it along.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '#tfjs';
import type { Engine } from '../../src/compute/engine.ts';
import { openNamed } from '../../src/compute/open.ts';
import { tensorflowPackage } from '../../src/compute/packages.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { liveTensors } from '../../src/compute/reference.ts';
import { defineIsNullOrUndefined } from '../../src/compute/tensorflow/load.ts';
import { imitationBatches } from '../../src/learn/imitate.ts';
import { Optimizer } from '../../src/learn/optimizer.ts';
import type { Sequence } from '../../src/learn/packing.ts';
import { initialWeights } from '../../src/policy/weights.ts';
import { random } from '../../src/world/random.ts';
import { gradientProgram, randomPpo } from '../learn/ppo-case.ts';
import { assertSameTensors, floats, onnx, reference, runOn, specsOf } from './both-engines.ts';
import { elementwiseCases } from './cases-elementwise.ts';
import { fusedCases } from './cases-fused.ts';
import { layoutCases } from './cases-layout.ts';
import { matrixCases } from './cases-matrix.ts';

const skip = tensorflowPackage('cpu') ? false : 'SKIPPED: @tensorflow/tfjs-node is not installed here; npm run test:tensorflow builds it';
let opened: Promise<Engine> | undefined;
const tensorflow = (): Promise<Engine> => opened ??= openNamed('tensorflow:cpu', { threads: 1 }).then(({ engine }) => engine);

for (const { name, make } of [...elementwiseCases, ...layoutCases, ...matrixCases, ...fusedCases])
  test(`tensorflow:cpu and the reference agree: ${name}`, { skip }, async () => {
    const engine = await tensorflow();
    for (let round = 0; round < 4; round++) {
      const { inputs, program } = make(random('kernel', name, round));
      assertSameTensors(await runOn(engine, program, inputs), await runOn(reference, program, inputs), 1e-5, `${name}, round ${round}`, 1);
    }
  });

test('loss and gradients of a small policy: tensorflow:cpu, onnx:cpu and the reference agree', { skip }, async () => {
  const { program, inputs } = gradientProgram(randomPpo(1));
  const expected = await runOn(reference, program, inputs);
  assertSameTensors(await runOn(await tensorflow(), program, inputs), expected, 1e-4, 'tensorflow:cpu', 1e-3);
  assertSameTensors(await runOn(onnx, program, inputs), expected, 1e-4, 'onnx:cpu', 1e-3);
});

test('a step leaves no tensor behind, frozen ones stay until the program is released, and a failing step leaves none either', { skip }, async () => {
  const engine = await tensorflow();
  const { program, inputs } = gradientProgram(randomPpo(2));
  const frozen = { table: floats([2, 2], [1, 2, 3, 4]) };
  const before = liveTensors();
  const compiled = await engine.compile((x) => ({ ...program(x), scaled: tf.mul(x.table, 2) }), { frozen, inputs: specsOf(inputs) });
  await compiled.run(inputs);
  const resident = liveTensors();
  assert.equal(resident, before + 1);
  for (let i = 0; i < 3; i++) await compiled.run(inputs);
  assert.equal(liveTensors(), resident);
  await compiled.dispose();
  assert.equal(liveTensors(), before);
  const broken = await engine.compile(({ x }) => ({ y: tf.reshape(tf.add(x, 1), [5]) }), { inputs: { x: { shape: [3], dtype: 'float32' } } });
  await assert.rejects(broken.run({ x: floats([3], [1, 2, 3]) }), /tensorflow:cpu failed while it ran a program/);
  assert.equal(liveTensors(), before);
});

test('updates leave their weights and moments with it, one set however many there are; at home they are what onnx:cpu makes of them', { skip }, async () => {
  const config = { width: 16, layers: 2, heads: 2, keyValueHeads: 1, feedForward: 24, vocabulary: 32, context: 32, ropeTheta: 10000, normEpsilon: 1e-5 };
  const sequences = [1, 2, 3].map((i): Sequence => ({ group: String(i), prompt: [i, 2, 3], response: [4, 5, 6, i], mask: [1, 1, 0, 1] }));
  const learn = async (engine: Engine) => {
    const programs = new ProgramCache(engine);
    const optimizer = new Optimizer(programs, config, initialWeights(config, 3), { beta1: 0.9, beta2: 0.999, epsilon: 1e-6, maxGradientNorm: 1, weightDecay: 0 });
    const tensors: number[] = [];
    for (let update = 0; update < 4; update++) {
      await optimizer.update(imitationBatches(config, sequences, 8), 0.01);
      tensors.push(liveTensors());
    }
    await optimizer.settle();
    return { tensors: [...tensors, liveTensors()], state: { ...optimizer.weights, ...optimizer.state } };
  };
  const found = await learn(await tensorflow());
  assert.deepEqual(new Set(found.tensors).size, 1, String(found.tensors));
  assertSameTensors(found.state, (await learn(onnx)).state, 1e-3, 'after four updates', 1e-5);
});

test('recorded programs and eager ones take turns', { skip }, async () => {
  const engine = await tensorflow();
  const inputs = { x: floats([2, 2], [1, -2, 3, -4]) };
  const program = ({ x }: { [name: string]: tf.Tensor }) => ({ y: tf.relu(tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D)) });
  for (let i = 0; i < 3; i++) for (const each of [engine, onnx, reference]) assert.deepEqual([...(await runOn(each, program, inputs)).y.data], [0, 6, 0, 10]);
});

test('what Node 23 took away is put back, and what is there is left alone', () => {
  const node24: { isNullOrUndefined?: (value: unknown) => boolean } = {};
  defineIsNullOrUndefined(node24);
  assert.deepEqual([null, undefined, 0, ''].map((value) => node24.isNullOrUndefined!(value)), [true, true, false, false]);
  const own = (): boolean => true;
  const node20 = { isNullOrUndefined: own };
  defineIsNullOrUndefined(node20);
  assert.equal(node20.isNullOrUndefined, own);
});
