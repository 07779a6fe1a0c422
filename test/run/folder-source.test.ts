// Bytes of files, in ranges of any length.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileSource, fill } from '../../src/run/folder/source.ts';

/** A file of any size that says what it is asked for and writes nothing. */
function fakeFile(size: number, atMost = Infinity): { file: Pick<FileHandle, 'read'>; asked: number[][] } {
  const asked: number[][] = [];
  const read = (_: unknown, offset: number, length: number, position: number): Promise<{ bytesRead: number }> => {
    asked.push([offset, length, position]);
    return Promise.resolve({ bytesRead: Math.max(0, Math.min(length, atMost, size - position)) });
  };
  return { file: { read } as unknown as Pick<FileHandle, 'read'>, asked };
}
/** An array that is never looked into, of a length that would need much memory. */
const arrayOf = (length: number): Uint8Array => ({ length }) as Uint8Array;
const gib = 2 ** 30;

test('a read of 2 GiB or more asks Node for 1 GiB at a time, which would otherwise end the process', async () => {
  const { file, asked } = fakeFile(8 * gib);
  assert.equal(await fill(file, arrayOf(2 * gib + 5), 100), 2 * gib + 5);
  assert.deepEqual(asked, [[0, gib, 100], [gib, gib, gib + 100], [2 * gib, 5, 2 * gib + 100]]);
});

test('a file that gives less than asked is asked again, and ends where it ends', async () => {
  const { file, asked } = fakeFile(10, 4);
  assert.equal(await fill(file, arrayOf(20), 1), 9);
  assert.deepEqual(asked.map(([offset]) => offset), [0, 4, 8, 9]);
});

test('ranges of a file are its bytes, cut at its end', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-source-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'a');
  writeFileSync(path, Uint8Array.of(1, 2, 3, 4));
  const source = fileSource(path);
  assert.deepEqual([...await source.read(1, 2)], [2, 3]);
  assert.deepEqual([...await source.read(3, 5)], [4]);
  assert.deepEqual([...await source.read(9, 5)], []);
  await assert.rejects(fileSource(folder).read(0, 1), /should be a file and is not/);
});
