// Thousands of damaged weight files of both kinds. Each is read right or refused in words that name it, in little memory: sizes that
// a header claims are checked against the file before anything is set aside for them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readGgufHeader } from '../../src/policy/gguf/header.ts';
import { encodeSafetensors } from '../../src/run/folder/safetensors.ts';
import { openSafetensors } from '../../src/run/folder/safetensors-read.ts';
import { bytesSource } from '../../src/run/folder/source.ts';
import { integer, pick, random } from '../../src/world/random.ts';
import { tinyGguf } from '../policy/tiny-gguf.ts';

const rounds = 3000;
const mostMegabytes = 200;
/** Counts and offsets that are one too many, negative, or beyond what numbers hold. */
const absurd = [0n, 1n, 255n, 0x7fffffffn, 0x80000000n, 0xffffffffn, 1n << 32n, (1n << 53n) - 1n, 1n << 53n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n];
const digits = ['-1', '1e308', '9007199254740993', '4294967296', '[', ']', '{', '}', '"', ',', 'null', '\u0000', '__proto__', '"F32"', '\\u0000'];

function damaged(good: Uint8Array, draw: () => number, headerBytes: number): Uint8Array {
  let bytes = Buffer.from(good);
  for (let changes = integer(draw, 1, 4); changes > 0; changes--) {
    const at = integer(draw, 0, Math.max(0, Math.min(headerBytes, bytes.length) - 9));
    switch (integer(draw, 0, 5)) {
      case 0: if (bytes.length >= at + 8) bytes.writeBigUInt64LE(pick(draw, absurd), at); break;
      case 1: bytes[at] = integer(draw, 0, 255); break;
      case 2: bytes = Buffer.from(bytes.subarray(0, at + 1)); break;
      case 3: bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(integer(draw, 0, at))]); break;
      case 4: bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(draw, digits)), bytes.subarray(at)]); break;
      default: bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(draw, digits)), bytes.subarray(at + 1)]);
    }
  }
  return bytes;
}

/** @returns how many were refused; memory beyond what there was before is watched after every file */
async function fuzz(seed: string, good: Uint8Array, headerBytes: number, read: (bytes: Uint8Array) => Promise<void>): Promise<number> {
  const draw = random('parsers', seed);
  const held = (): number => { const { heapUsed, arrayBuffers } = process.memoryUsage(); return (heapUsed + arrayBuffers) / 2 ** 20; };
  const before = held();
  let refused = 0;
  for (let round = 0; round < rounds; round++) {
    const bytes = damaged(good, draw, headerBytes);
    try {
      await read(bytes);
    } catch (error) {
      assert.ok(error instanceof Error && error.constructor !== TypeError && error.constructor !== RangeError && !(error instanceof assert.AssertionError), `round ${round}: ${(error as Error).stack}`);
      assert.match(error.message, /^weights\.bin/, `round ${round}: ${error.stack}`);
      refused++;
    }
    assert.ok(held() - before < mostMegabytes, `round ${round}: ${held() - before} MB`);
  }
  return refused;
}

test('safetensors: what is read has the sizes that it says, inside the file', async () => {
  const good = Buffer.concat(encodeSafetensors({ a: { dtype: 'F32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }, 'b.weight': { dtype: 'I64', shape: [2], data: BigInt64Array.of(1n, -1n) }, none: { dtype: 'U8', shape: [0], data: new Uint8Array() } }, { note: 'x' }));
  const refused = await fuzz('safetensors', good, good.length - 40, async (bytes) => {
    const file = await openSafetensors(bytesSource(bytes, 'weights.bin'));
    for (const [name, { begin, end }] of file.tensors) {
      const { shape, data } = await file.read(name);
      assert.ok(end <= bytes.length && data.byteLength === end - begin && data.length === shape.reduce((product, size) => product * size, 1));
    }
  });
  assert.ok(refused > rounds / 2 && refused < rounds, `${refused} were refused`);
});

test('GGUF: what is read lies inside the file', async () => {
  const { bytes: good } = tinyGguf();
  const refused = await fuzz('gguf', good, good.length - 600, async (bytes) => {
    const { tensors } = readGgufHeader(bytes, bytes.length, 'weights.bin');
    for (const { begin, bytes: size } of tensors.values()) assert.ok(begin >= 0 && size >= 0 && begin + size <= bytes.length);
    await Promise.resolve();
  });
  assert.ok(refused > rounds / 4 && refused < rounds, `${refused} were refused`);
});
