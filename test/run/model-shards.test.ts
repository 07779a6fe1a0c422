// Tensors of a model become float32 piece by piece, so that opening it takes little more memory than it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { narrowToBrainHalves, narrowToHalves, widenBrainHalves, widenHalves } from '../../src/compute/half.ts';
import { encodeSafetensors, type StoredTensors } from '../../src/run/folder/safetensors.ts';
import { openSafetensors } from '../../src/run/folder/safetensors-read.ts';
import { bytesSource, fileSource, type ByteSource } from '../../src/run/folder/source.ts';
import { openTensors } from '../../src/run/model-shards.ts';

const mib = 2 ** 20;
/** 9 MiB as bfloat16 and more than two pieces, the last of them short. */
const numbers = Float32Array.from({ length: 4.5 * mib + 3 }, (_, i) => Math.fround(((i * 7919) % 2003) / 64 - 15));
const tensors: StoredTensors = {
  head: { dtype: 'BF16', shape: [numbers.length], data: narrowToBrainHalves(numbers) },
  half: { dtype: 'F16', shape: [3, 1.5 * mib + 1], data: narrowToHalves(numbers) },
  single: { dtype: 'F32', shape: [numbers.length], data: numbers },
  none: { dtype: 'F16', shape: [0, 4], data: new Uint16Array() },
};

/** The bytes of a file that notes how much is asked for at once. @param shift bytes before it in memory, which may leave nothing aligned */
function noted(shift = 0): { source: ByteSource; asked: number[] } {
  const file = Buffer.concat(encodeSafetensors(tensors));
  const memory = Buffer.alloc(file.length + shift);
  memory.set(file, shift);
  const inner = bytesSource(memory.subarray(shift), 'model.safetensors');
  const asked: number[] = [];
  return { asked, source: { ...inner, read: (position, length) => (asked.push(length), inner.read(position, length)) } };
}

test('whatever the size of a tensor and the type it is stored as, 4 MiB of the file are held at once', async () => {
  for (const shift of [0, 1]) {
    const { source, asked } = noted(shift);
    const file = await openTensors('model.safetensors', source);
    const opened = asked.length;
    const { data: single } = await file.read('single');
    assert.deepEqual(single, numbers);
    const { data: head } = await file.read('head');
    assert.deepEqual(head, widenBrainHalves(narrowToBrainHalves(numbers)));
    const { data: half, shape } = await file.read('half');
    assert.deepEqual([half, shape], [widenHalves(narrowToHalves(numbers)), [3, 1.5 * mib + 1]]);
    assert.deepEqual((await file.read('none')).data, new Float32Array());
    const pieces = asked.slice(opened);
    assert.equal(Math.max(...pieces), 4 * mib);
    assert.equal(pieces.reduce((sum, length) => sum + length, 0), 8 * numbers.length, 'and each byte is read once');
  }
});

test('a file is read into the same memory again and again, and leaves nothing to the garbage collector', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-shards-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'model.safetensors');
  writeFileSync(path, Buffer.concat(encodeSafetensors(tensors)));
  const inner = fileSource(path);
  const [made, filled]: [number[], Uint8Array[]] = [[], []];
  const file = await openTensors(path, { ...inner, read: (position, length) => (made.push(length), inner.read(position, length)), readInto: (position, target) => (filled.push(target), inner.readInto!(position, target)) });
  made.length = 0;
  assert.deepEqual((await file.read('head')).data, widenBrainHalves(narrowToBrainHalves(numbers)));
  assert.deepEqual([made, filled.map(({ length }) => length)], [[], [4 * mib, 4 * mib, mib + 6]]);
  assert.deepEqual([...new Set(filled.map(({ buffer }) => buffer))].map(({ byteLength }) => byteLength), [4 * mib]);
});

test('a tensor that stays as it is stored is read in pieces too; a file that became shorter is told', async () => {
  const { source, asked } = noted();
  const file = await openSafetensors(source);
  const { data } = await file.read('head');
  assert.deepEqual(data, narrowToBrainHalves(numbers));
  assert.equal(Math.max(...asked.slice(-3)), 4 * mib);
  const torn = await openSafetensors({ ...source, read: (position, length) => source.read(position, position > mib ? length - 1 : length) });
  await assert.rejects(torn.read('head'), { code: 'corrupt', message: /model\.safetensors became shorter while it was read/ });
});

test('a type that no model is stored in is refused by name, from the header alone', async () => {
  const file = await openTensors('x.safetensors', bytesSource(Buffer.concat(encodeSafetensors({ ids: { dtype: 'I64', shape: [1], data: BigInt64Array.of(1n) } }))));
  for (const read of [() => file.look('ids'), () => file.read('ids')]) await assert.rejects(read(), /x\.safetensors: tensor 'ids' is stored as I64; this version reads F32, F16 and BF16/);
});
