import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '#tfjs';
import { backendName } from '../../src/compute/onnx/backend.ts';
import { record } from '../../src/compute/onnx/record.ts';
import { random } from '../../src/world/random.ts';
import { assertSameTensors, onnx, reference, runOn } from './both-engines.ts';
import { elementwiseCases } from './cases-elementwise.ts';
import { fusedCases } from './cases-fused.ts';
import { layoutCases } from './cases-layout.ts';
import { matrixCases } from './cases-matrix.ts';

const cases = [...elementwiseCases, ...layoutCases, ...matrixCases, ...fusedCases];
const rounds = 12;

record(({ x }) => ({ y: tf.neg(x) }), { inputs: { x: { shape: [1], dtype: 'float32' } } }); // registers the kernels
const used = new Set<string>();
for (const kernel of tf.getKernelsForBackend(backendName) ?? []) {
  const lowering = kernel.kernelFunc;
  kernel.kernelFunc = (call) => {
    used.add(kernel.kernelName);
    return lowering(call);
  };
}

for (const { name, make } of cases)
  test(`onnx:cpu and the reference agree: ${name}`, async () => {
    for (let round = 0; round < rounds; round++) {
      const { inputs, program } = make(random('kernel', name, round));
      const expected = await runOn(reference, program, inputs);
      const shapes = Object.values(inputs).map(({ shape }) => `[${shape}]`).join(' ');
      assertSameTensors(await runOn(onnx, program, inputs), expected, 1e-5, `${name} of ${shapes} (round ${round})`);
    }
  });

test('the cases use every kernel that has a lowering', () => {
  const all = (tf.getKernelsForBackend(backendName) ?? []).map(({ kernelName }) => kernelName);
  assert.deepEqual(all.filter((kernel) => !used.has(kernel)), []);
  assert.ok(all.length >= 50);
});
