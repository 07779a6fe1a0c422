// The sessions that copy what a card holds: a failed one is tried again, and there are never too many.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import v8 from 'node:v8';
import vm from 'node:vm';
import * as tf from '#tfjs';
import type { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { CopySessions } from '../../src/compute/onnx/copy-sessions.ts';
import { Held } from '../../src/compute/onnx/held.ts';
import { record } from '../../src/compute/onnx/record.ts';
import { floats } from './both-engines.ts';

/** onnxruntime's session, as far as it is used: gives back what it is given under every name, and counts. */
function sessions(refuses: (opened: number) => boolean = () => false) {
  const counts = { opened: 0, open: 0 };
  const open = async (_: Uint8Array, location: string): Promise<InferenceSession> => {
    if (refuses(++counts.opened)) throw new Error('VK_ERROR_OUT_OF_DEVICE_MEMORY');
    counts.open++;
    let released = false;
    const free = () => { assert.equal(released, false, 'a buffer is freed by the session that made it'); };
    const run = async ({ 'in:x': { data } }: { 'in:x': OnnxTensor }) => {
      assert.equal(released, false);
      return Object.defineProperty({ data }, copied, { enumerable: true, value: { location, data, dispose: free } });
    };
    return { run, release: async () => { released = true; counts.open--; } } as unknown as InferenceSession;
  };
  return { counts, open };
}
const given = (value: number): OnnxTensor => ({ data: Float32Array.of(value) }) as unknown as OnnxTensor;
const tensor = (size: number) => floats([size], new Float32Array(size));
/** How the program that copies names what it gives. */
const copied = record(({ x }) => ({ copy: tf.add(x, tf.zeros([])) }), { inputs: { x: { shape: [1], dtype: 'float32' } } }).outputs.copy.name;

test('one that does not open fails for who asked, and is tried again for the next', async () => {
  const { open, counts } = sessions((opened) => opened === 1);
  const held = new Held(open);
  const x = tensor(3);
  await assert.rejects(held.buffer(x, () => given(7)), /OUT_OF_DEVICE_MEMORY/);
  assert.equal(held.has(x.data), false);
  assert.deepEqual([...(await held.buffer(x, () => given(7))).data as Float32Array], [7]);
  assert.deepEqual(counts, { opened: 2, open: 1 });
});

test('the least recently used is released when there are too many', async () => {
  const { open, counts } = sessions();
  const copies = new CopySessions(open, 2);
  const copy = (size: number) => copies.bring(tensor(size), given(size));
  await copy(1);
  await copy(2);
  await copy(1);
  await copy(3); // 2 goes
  assert.deepEqual(counts, { opened: 3, open: 2 });
  await copy(1);
  assert.equal(counts.opened, 3);
  await copy(2);
  assert.deepEqual(counts, { opened: 4, open: 2 });
});

test('a session lasts as long as the buffers it filled, and then what is kept keeps to a bound', async () => {
  const { open, counts } = sessions();
  const held = new Held(open);
  const arrays = Array.from({ length: 100 }, (_, i) => tensor(i + 1));
  for (const x of arrays) await held.buffer(x, () => given(1));
  assert.deepEqual(counts, { opened: 100, open: 100 });
  await held.forget(arrays[0].data);
  assert.deepEqual(counts, { opened: 100, open: 99 });
  for (const { data } of arrays) await held.forget(data);
  assert.deepEqual(counts, { opened: 100, open: 48 });
});

test('a buffer whose array is gone is freed, and its session with it', async () => {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as () => void;
  const { open, counts } = sessions();
  const held = new Held(open);
  for (let size = 1; size <= 100; size++) await held.buffer(tensor(size), () => given(size));
  for (let time = 0; time < 100 && counts.open > 48; time++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(counts, { opened: 100, open: 48 });
});
