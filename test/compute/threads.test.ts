// What several threads add up is all there: sums of ones are whole numbers, which floats hold exactly in any order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '#tfjs';
import { OnnxCpuEngine } from '../../src/compute/onnx/engine.ts';
import { integer, random } from '../../src/world/random.ts';
import { floats, ints, runOn } from './both-engines.ts';

test('rows that many threads add to the same few places are all counted: the gradient of an embedding of the usual size', async () => {
  const [rows, vocabulary, width] = [4096, 1024, 128];
  const draw = random('threads');
  const ids = Array.from({ length: rows }, () => (draw() < 0.3 ? 7 : integer(draw, 0, 200))); // text repeats itself
  const expected = new Float32Array(vocabulary * width);
  for (const id of ids) for (let column = 0; column < width; column++) expected[id * width + column]! += 1;
  const inputs = { dy: floats([rows, width], new Float32Array(rows * width).fill(1)), ids: ints([rows], ids) };
  const engine = new OnnxCpuEngine(4);
  for (let round = 0; round < 5; round++) {
    const { dx } = await runOn(engine, ({ dy, ids }) => ({ dx: tf.unsortedSegmentSum(dy, ids as tf.Tensor1D, vocabulary) }), inputs);
    assert.deepEqual(dx!.data, expected, `round ${round}`);
  }
});
