import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunFolderError } from '../../src/run/folder/errors.ts';
import { encodeSafetensors } from '../../src/run/folder/safetensors.ts';
import type { StoredTensors } from '../../src/run/folder/safetensors.ts';
import { openSafetensors } from '../../src/run/folder/safetensors-read.ts';
import { bytesSource } from '../../src/run/folder/source.ts';
import { openTokens, packTokens } from '../../src/run/folder/tokens.ts';
import { numbers } from './folder-help.ts';

const file = (tensors: StoredTensors, metadata?: Record<string, string>): Uint8Array => Buffer.concat(encodeSafetensors(tensors, metadata));
const open = (bytes: Uint8Array) => openSafetensors(bytesSource(bytes));

/** A file with any header, however wrong, and so many bytes of data. */
function withHeader(header: string, dataBytes: number, claimed?: bigint): Uint8Array {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(claimed ?? BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(dataBytes)]);
}

const sample: StoredTensors = {
  b: { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 3) },
  '10': { dtype: 'F32', shape: [2, 1], data: Float32Array.of(0.5, -1) },
  a: { dtype: 'I64', shape: [1], data: BigInt64Array.of(-2n) },
  none: { dtype: 'I32', shape: [0, 4], data: new Int32Array() },
  scalar: { dtype: 'F64', shape: [], data: Float64Array.of(Math.PI) },
};

test('a file has exactly the bytes that the format asks for', () => {
  const header = '{"__metadata__":{"k":"v"},"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
  const data = Buffer.from([0, 0, 0x80, 0x3f]);
  const expected = Buffer.concat([withHeader(padded, 0), data]);
  assert.deepEqual(Buffer.from(file({ t: { dtype: 'F32', shape: [1], data: Float32Array.of(1) } }, { k: 'v' })), expected);
});

test('what is written is read, whole and by rows, and key order does not matter', async () => {
  const bytes = file(sample, { y: '2', x: '1' });
  assert.deepEqual(bytes, file(Object.fromEntries(Object.entries(sample).reverse()), { x: '1', y: '2' }));
  const read = await open(bytes);
  assert.deepEqual({ ...read.metadata }, { x: '1', y: '2' });
  assert.deepEqual(await read.readAll(), sample);
  const matrix = await open(file({ m: { dtype: 'I32', shape: [3, 2], data: Int32Array.of(1, 2, 3, 4, 5, 6) } }));
  assert.deepEqual(await matrix.readRows('m', 1, 3), { dtype: 'I32', shape: [2, 2], data: Int32Array.of(3, 4, 5, 6) });
  assert.deepEqual((await matrix.readRows('m', 2, 2)).shape, [0, 2]);
  await assert.rejects(matrix.readRows('m', 2, 4), RangeError);
  await assert.rejects(matrix.read('n'), /no tensor "n"; it has m\./);
});

test('the writer refuses what would make a false file', () => {
  assert.throws(() => encodeSafetensors({ t: { dtype: 'F32', shape: [3], data: new Float32Array(2) } }), /"t" says F32 \[3\] but holds 2/);
  assert.throws(() => encodeSafetensors({ __metadata__: { dtype: 'U8', shape: [0], data: new Uint8Array() } }), /cannot be named/);
});

const t = (offsets: string, shape = '[1]', dtype = '"F32"'): string => `{"t":{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}}`;
const hostile: readonly [string, Uint8Array, RegExp][] = [
  ['empty', new Uint8Array(), /shorter than 8/],
  ['a header longer than the file', withHeader('{}', 0, 100n), /claims 100 bytes/],
  ['a header of 2^63 bytes', withHeader('{}', 0, 1n << 63n), /claims 92233720368547\d+ bytes/],
  ['no object', withHeader('[]', 0), /does not start with/],
  ['leading space', withHeader(' {}', 0), /does not start with/],
  ['no JSON', withHeader('{"t":', 0), /no JSON/],
  ['no UTF-8', Buffer.concat([withHeader('{"', 0, 4n), Buffer.from([0xff, 0x7d])]), /no JSON/],
  ['numbers as metadata', withHeader('{"__metadata__":{"a":1}}', 0), /metadata/],
  ['an unknown type', withHeader(t('[0,4]', '[1]', '"F31"'), 4), /unknown type "F31"/],
  ['a type that every object has', withHeader(t('[0,4]', '[1]', '"toString"'), 4), /unknown type/],
  ['a negative size', withHeader(t('[0,4]', '[-1]'), 4), /no valid shape/],
  ['a fractional size', withHeader(t('[0,4]', '[1.5]'), 4), /no valid shape/],
  ['a shape whose product overflows', withHeader(t('[0,4]', '[4294967296,4294967296,4294967296]'), 4), /its shape needs/],
  ['an infinite product times zero', withHeader(t('[0,0]', `[${'9007199254740991,'.repeat(25)}0]`), 0), /its shape needs/],
  ['offsets beyond the end', withHeader(t('[0,8]', '[2]'), 4), /outside the file/],
  ['offsets backwards', withHeader(t('[4,0]'), 4), /outside the file/],
  ['three offsets', withHeader(t('[0,4,4]'), 4), /no valid offsets/],
  ['too few bytes for the shape', withHeader(t('[0,4]', '[2]'), 4), /4 bytes where its shape needs 8/],
  ['a hole before', withHeader(t('[4,8]'), 8), /hole/],
  ['bytes after the last', withHeader(t('[0,4]'), 5), /1 bytes follow/],
  ['overlap', withHeader('{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}', 3), /overlap/],
];
for (const [what, bytes, words] of hostile) {
  test(`refused: ${what}`, () => assert.rejects(open(bytes), (error: Error) => {
    assert.ok(error instanceof RunFolderError);
    assert.equal(error.code, 'corrupt');
    assert.match(error.message, words);
    return true;
  }));
}

test('600 mutated files: each is read as something consistent, or refused with a typed error', async () => {
  const random = numbers(11);
  const good = file(sample, { note: 'kept' });
  let refused = 0;
  for (let round = 0; round < 600; round++) {
    const bytes = Buffer.from(good);
    let mutant: Uint8Array = bytes;
    for (let change = 0; change <= random() % 3; change++) {
      const at = random() % Math.min(mutant.length, 360); // Mostly in the header, where the trouble is.
      if (random() % 4 === 0) mutant = random() % 2 ? mutant.subarray(0, at + 1) : Buffer.concat([mutant, mutant.subarray(0, at)]);
      else if (random() % 3 === 0) mutant[at] = 0x30 + (random() % 10);
      else mutant[at] = random();
    }
    try {
      const read = await open(mutant);
      for (const [name, place] of read.tensors) {
        const { shape, data } = await read.read(name);
        assert.equal(data.length, shape.reduce((product, size) => product * size, 1));
        assert.equal(data.byteLength, place.end - place.begin);
      }
    } catch (error) {
      assert.ok(error instanceof RunFolderError && error.code === 'corrupt', String(error));
      refused++;
    }
  }
  assert.ok(refused > 300 && refused < 600, `${refused} of 600 were refused`);
});

test('tokens: rows go in, rows come out, and only the row asked for is read', async () => {
  const rows = [
    { id: 'a', ids: [5, 6, 7], mask: [0, 1, 1], logProb: [0, -0.5, -0.25], entropy: [0, 1, 2] },
    { id: 'empty', ids: [], mask: [], logProb: [], entropy: [] },
    { id: 'b', ids: [8], mask: [1], logProb: [-2], entropy: [3] },
  ];
  const { tensors, metadata } = packTokens(rows);
  const bytes = file(tensors, metadata);
  let largest = 0;
  const source = bytesSource(bytes);
  const tokens = await openTokens({ ...source, read: (position, length) => ((largest = Math.max(largest, length)), source.read(position, length)) });
  assert.deepEqual(tokens.trajectoryIds, ['a', 'empty', 'b']);
  assert.deepEqual(tokens.channels, ['logProb', 'entropy']);
  largest = 0;
  for (const row of rows) {
    const read = await tokens.row(row.id);
    assert.ok(read);
    for (const name of ['ids', 'mask', 'logProb', 'entropy'] as const) assert.deepEqual([...Array.from(read[name] ?? [])], row[name]);
    assert.equal(read.value, undefined, 'what was not written is not there, and not 0');
  }
  assert.ok(largest <= 12, `a read of ${largest} bytes`);
  assert.equal(await tokens.row('c'), undefined);
  assert.throws(() => packTokens([rows[0], { id: 'c', ids: [1], mask: [1] }]), /Trajectory c has 1 token ids and no entries of logProb/);
  assert.throws(() => packTokens([{ id: 'c', ids: [1, 2], mask: [1] }]), /2 token ids and 1 entries of mask/);
});

test('a token file whose parts contradict each other is refused', async () => {
  const { tensors, metadata } = packTokens([{ id: 'a', ids: [1, 2], mask: [1, 1] }]);
  for (const [changes, labels, words] of [
    [{ mask: { dtype: 'U8', shape: [1], data: Uint8Array.of(1) } }, metadata, /"mask" is no U8 \[tokens\]/],
    [{ offsets: { dtype: 'I64', shape: [2], data: BigInt64Array.of(0n, 3n) } }, metadata, /do not divide/],
    [{ offsets: { dtype: 'I64', shape: [3], data: BigInt64Array.of(0n, 2n, 1n) } }, metadata, /do not divide/],
    [{}, { trajectories: '["a","b"]' }, /names 2 trajectories and holds 1/],
    [{}, {}, /does not name/],
  ] as const) {
    await assert.rejects(openTokens(bytesSource(file({ ...tensors, ...changes }, labels))), words);
  }
});
