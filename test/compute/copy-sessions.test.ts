// The sessions that copy what a card holds: a failed one is tried again, and there are never too many.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { CopySessions } from '../../src/compute/onnx/copy-sessions.ts';
import { Held } from '../../src/compute/onnx/held.ts';
import { floats } from './both-engines.ts';

/** onnxruntime's session, as far as it is used: gives back what it is given under every name, and counts. */
function sessions(refuses: (opened: number) => boolean = () => false) {
  const counts = { opened: 0, open: 0 };
  const open = async (): Promise<InferenceSession> => {
    if (refuses(++counts.opened)) throw new Error('VK_ERROR_OUT_OF_DEVICE_MEMORY');
    counts.open++;
    const run = async ({ 'in:x': x }: { 'in:x': unknown }) => new Proxy({}, { get: () => x });
    return { run, release: async () => { counts.open--; } } as unknown as InferenceSession;
  };
  return { counts, open };
}
const given = (value: number): OnnxTensor => ({ data: Float32Array.of(value), dispose: () => {} }) as unknown as OnnxTensor;
const tensor = (size: number) => floats([size], new Float32Array(size));

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
  const copy = (size: number) => copies.copy(tensor(size), given(size), 'gpu-buffer');
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

test('what is held keeps to a bound, however many shapes come by', async () => {
  const { open, counts } = sessions();
  const held = new Held(open);
  for (let size = 1; size <= 100; size++) await held.buffer(tensor(size), () => given(size));
  assert.deepEqual(counts, { opened: 100, open: 48 });
});
