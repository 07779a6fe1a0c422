// "Not before": what comes out is what went in, to the bit, and in a recorded program it is made of the others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '#tfjs';
import { record } from '../../src/compute/onnx/record.ts';
import { after } from '../../src/compute/order.ts';
import { floats, onnx, reference, runOn, specsOf } from './both-engines.ts';

const inputs = {
  x: floats([2, 3], [1, -0, NaN, Infinity, 1e-42, -7]), number: floats([], [NaN]), row: floats([3], [-Infinity, 1, 2]), block: floats([2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7]),
};

test('the same bits on both engines, whatever the others are: nothing, NaN, infinite, zero', async () => {
  for (const engine of [reference, onnx])
    for (const names of [[], ['number'], ['row', 'block'], ['block', 'number', 'row']] as const) {
      const { y } = await runOn(engine, (x) => ({ y: after(x.x, names.map((name) => x[name])) }), inputs);
      assert.deepEqual(new Uint32Array(y.data.slice().buffer), new Uint32Array(inputs.x.data.slice().buffer), `${engine.name} after ${names}`);
    }
});

test('a recorded program reads the others for it, and nothing is recorded where there are none', () => {
  const reads = (names: readonly string[]) => [...record((x) => ({ y: tf.neg(after(x.x, names.map((name) => x[name]))) }), { inputs: specsOf(inputs) }).inputs].sort();
  assert.deepEqual(reads([]), ['x']);
  assert.deepEqual(reads(['row', 'number']), ['number', 'row', 'x']);
});
