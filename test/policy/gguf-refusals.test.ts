// GGUF files that would be read as something else than they are, or would take all memory first: each is refused by name.
import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { blockOf, typeOfNumber, type GgufType } from '../../src/policy/gguf/types.ts';
import { fromHuggingFace } from '../../src/policy/hugging-face-config.ts';
import { bytesSource } from '../../src/run/folder/source.ts';
import { openGguf } from '../../src/run/gguf-file.ts';
import { checkTensors, readWeights } from '../../src/run/model-shards.ts';
import { tinyGguf } from './tiny-gguf.ts';

const scratch = mkdtempSync(join(tmpdir(), 'steptool-gguf-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const open = (differences: Parameters<typeof tinyGguf>[0]) => openGguf('x.gguf', bytesSource(tinyGguf(differences).bytes, 'x.gguf'));
const configOf = async (differences: Parameters<typeof tinyGguf>[0]): Promise<PolicyConfig> => (await open(differences)).config;

test('more layers than any model has are refused, in both kinds of file, before names are made for them', async () => {
  await assert.rejects(open({ metadata: { 'llama.block_count': 2e9 } }), /^Error: x\.gguf: 'llama\.block_count' should be a whole number up to 4096, found 2000000000/);
  const json = JSON.parse(readFileSync(new URL('../parity/fixtures/smollm2/config.json', import.meta.url), 'utf8')) as object;
  assert.throws(() => fromHuggingFace({ ...json, num_hidden_layers: 1e9 }, 'config.json'), /^Error: config\.json: 'num_hidden_layers' should be a whole number up to 4096, found 1000000000/);
  await assert.rejects(open({ metadata: { 'llama.attention.head_count_kv': 0.5 } }), /'llama\.attention\.head_count_kv' should be a whole number/);
});

/** A file that says it has 4 GB, and takes none: bytes at the beginning, and pieces at their places. */
function sparse(name: string, pieces: readonly (readonly [at: number, bytes: Uint8Array])[]): string {
  const path = join(scratch, name);
  const file = openSync(path, 'w');
  for (const [at, bytes] of pieces) writeSync(file, bytes, 0, bytes.length, at);
  ftruncateSync(file, 4e9);
  closeSync(file);
  return path;
}
const u32 = (value: number): Buffer => { const bytes = Buffer.alloc(4); bytes.writeUInt32LE(value); return bytes; };
const u64 = (value: number): Buffer => { const bytes = Buffer.alloc(8); bytes.writeBigUInt64LE(BigInt(value)); return bytes; };
/** The beginning of a header with one value under "k", up to its type. */
const before = (tensors = 0, values = 1): Buffer => Buffer.concat([Buffer.from('GGUF'), u32(3), u64(tensors), u64(values), u64(1), Buffer.from('k')]);

test('a large file has no header that takes all memory: texts, lists and the header as a whole have bounds', async () => {
  const refuses = (name: string, pieces: Parameters<typeof sparse>[1], why: RegExp): Promise<void> => assert.rejects(openGguf(sparse(name, pieces)), why);
  await refuses('text', [[0, Buffer.concat([before(), u32(8), u64(3e9)])]], /text is no valid GGUF file: the length of "k" is 3000000000, more than any such file has/);
  await refuses('list', [[0, Buffer.concat([before(), u32(9), u32(0), u64(3e9)])]], /the length of "k" is 3000000000, more than/);
  await refuses('name', [[0, Buffer.concat([before().subarray(0, 24), u64(2 ** 24)])]], /the length of the name of metadata value 0 is 16777216, more than/);
  await refuses('tensors', [[0, before(1e8)]], /the number of tensors is 100000000, more than/);
  await refuses('values', [[0, before(0, 1e8)]], /the number of metadata values is 100000000, more than/);
  // two lists of five million, each allowed by itself
  await refuses('lists', [[0, Buffer.concat([before(), u32(9), u32(9), u64(2), u32(0), u64(5e6)])], [5e6 + 61, Buffer.concat([u32(0), u64(5e6)])]], /the length of "k" is 5000000, more than/);
  // sixteen texts of 16 MiB, each allowed by itself
  const start = Buffer.concat([before(), u32(9), u32(8), u64(16)]);
  await refuses('texts', [[0, start], ...Array.from({ length: 16 }, (_, i): [number, Buffer] => [start.length + i * (2 ** 24 + 8), u64(2 ** 24)])], /with "k" its header has more than 256 MiB/);
});

test('a tensor that nothing reads is named: without it the model would be another', async () => {
  await assert.rejects(open({ extra: [['blk.0.ffn_gate.bias', new Array<number>(12).fill(1)]] }), /^Error: x\.gguf: tensor 'blk\.0\.ffn_gate\.bias' is no part of the decoders that this version runs/);
  await assert.rejects(open({ extra: [['blk.1.attn_norm.weight', [1]], ['blk.0.attn_rot_embd.weight', [1]]] }), /tensor 'blk\.1\.attn_norm\.weight' and 1 more are no part/);
  await assert.rejects(open({ extra: [['blk.0.attn_output.bias', new Array<number>(8).fill(1)]] }), /tensor 'blk\.0\.attn_output\.bias'/, 'a bias that the others do not go with');
  assert.equal((await configOf({ extra: [['output.weight', []]] })).untied, true);
});

test('angles: a factor is linear under its old name too; divisors are one for each pair, positive, and come on top', async () => {
  const scaling = async (metadata: Record<string, string | number>, extra: Parameters<typeof open>[0] = {}) => (await configOf({ ...extra, metadata })).ropeScaling;
  assert.deepEqual(await scaling({ 'llama.rope.scale_linear': 4 }), { kind: 'linear', factor: 4 });
  assert.deepEqual(await scaling({ 'llama.rope.scaling.factor': 2.5, 'llama.rope.scale_linear': 4 }), { kind: 'linear', factor: 2.5 });
  assert.deepEqual(await scaling({ 'llama.rope.scaling.factor': 2, 'llama.rope.scaling.type': 'none' }), undefined);
  assert.deepEqual(await scaling({ 'llama.rope.scaling.factor': 1 }), undefined);
  await assert.rejects(scaling({ 'llama.rope.scaling.type': 'yarn', 'llama.rope.scaling.factor': 2 }), /'llama\.rope\.scaling\.type' is "yarn"; this version runs "linear" only/);
  await assert.rejects(scaling({ 'llama.rope.scaling.type': 'linear' }), /'llama\.rope\.scaling\.factor' is missing/);
  const divisors = (...numbers: number[]) => ({ extra: [['rope_freqs.weight', numbers]] as const });
  assert.deepEqual(await scaling({}, divisors(1, 8)), { kind: 'factors', factors: [1, 8] });
  assert.deepEqual(await scaling({ 'llama.rope.scaling.factor': 2 }, divisors(1, 8)), { kind: 'factors', factors: [2, 16] });
  await assert.rejects(scaling({}, divisors(1, 8, 8)), /^Error: x\.gguf: tensor 'rope_freqs\.weight' is \[3\]; heads of 4 ask for \[2\]/);
  for (const wrong of [0, -1, NaN, Infinity]) await assert.rejects(scaling({}, divisors(1, wrong)), new RegExp(`^Error: x\\.gguf: tensor 'rope_freqs\\.weight' holds ${wrong} at place 1`));
});

test('a type that is not read is told as that, and no file is called damaged for it', async () => {
  for (const [name, number] of [['IQ4_XS', 23], ['TQ2_0', 35], ['MXFP4', 39], ['Q3_K', 11]] as const) {
    const { config, tensors } = await open({ inner: 256, types: { 'blk.0.ffn_down.weight': number } });
    const why = new RegExp(`^Error: x\\.gguf: tensor 'blk\\.0\\.ffn_down\\.weight' is of type ${name} \\(${number}\\), which is not read; this version reads F32, .*Q5_0.*Take a file of another quantisation`);
    await assert.rejects(checkTensors(tensors, config), why);
    await assert.rejects(readWeights(tensors, config), why);
  }
  await assert.rejects(open({ types: { 'blk.0.ffn_down.weight': 99 } }), /^Error: x\.gguf: tensor 'blk\.0\.ffn_down\.weight' is of type 99, which is not known; this version reads F32/);
});

test('numbers and sizes of types are those of the gguf package', () => {
  const types = JSON.parse(readFileSync(new URL('../parity/fixtures/gguf-types.json', import.meta.url), 'utf8')) as Record<string, [number: number, elements: number, bytes: number]>;
  for (const [name, [number, elements, bytes]] of Object.entries(types)) {
    if (name === 'Q8_1') continue; // never stored in files: the package has 40 bytes for it, as it once was, ggml-common.h 36
    const type = typeOfNumber(number);
    if (type !== undefined) assert.deepEqual([type, blockOf(type)], [name as GgufType, { number, elements, bytes }]);
    else assert.fail(`${name} (${number}) is not known`);
  }
});

test('a part of a model that is split over files is refused, with how to merge them', async () => {
  const merge = /^Error: x\.gguf is part 2 of 3 of a model \('split\.count'\), and one whole file is read\. Merge the parts with llama\.cpp: llama-gguf-split --merge/;
  await assert.rejects(open({ metadata: { 'split.no': 1, 'split.count': 3 } }), merge);
  // parts behind the first say little else
  await assert.rejects(open({ metadata: { 'general.architecture': undefined, 'llama.block_count': undefined, 'split.no': 1, 'split.count': 3 } }), merge);
  for (const count of [0, 1]) assert.equal((await configOf({ metadata: { 'split.no': 0, 'split.count': count } })).layers, 1, 'merged again, or never split');
});
