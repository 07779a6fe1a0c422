// GGUF files: blocks as the reference package unpacks them, and headers that lie.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { react } from '../../src/policy/dialogue/formats.ts';
import { ggufConfig } from '../../src/policy/gguf/config.ts';
import { dequantize, isReadable } from '../../src/policy/gguf/dequantize.ts';
import { NeedMoreBytes, readGgufHeader } from '../../src/policy/gguf/header.ts';
import { ggufTokenizer } from '../../src/policy/gguf/tokenizer.ts';
import { blockOf, type GgufType } from '../../src/policy/gguf/types.ts';
import { Tokenizer } from '../../src/policy/tokenizer.ts';
import { openGguf } from '../../src/run/gguf-file.ts';
import { readWeights } from '../../src/run/model-shards.ts';
import { bytesSource } from '../../src/run/folder/source.ts';
import { random } from '../../src/world/random.ts';
import { tinyGguf } from './tiny-gguf.ts';

test('every quantisation unpacks to the numbers of the reference package, bit for bit', () => {
  const cases = JSON.parse(readFileSync(new URL('../parity/fixtures/gguf-blocks.json', import.meta.url), 'utf8')) as Record<GgufType, { bytes: string; numbers: number[] }>;
  assert.deepEqual(Object.keys(cases).sort(), ['BF16', 'F16', 'F32', 'Q4_0', 'Q4_1', 'Q4_K', 'Q5_0', 'Q5_1', 'Q5_K', 'Q6_K', 'Q8_0']);
  for (const [type, { bytes, numbers }] of Object.entries(cases) as [GgufType, { bytes: string; numbers: number[] }][]) {
    assert.ok(isReadable(type));
    const out = new Float32Array(numbers.length);
    dequantize(type, Buffer.from(bytes, 'base64'), out);
    assert.deepEqual(Array.from(out), Array.from(Float32Array.from(numbers)), type);
    assert.equal(Buffer.from(bytes, 'base64').length % blockOf(type).bytes, 0);
  }
});

test('a file is read whole: sizes, weights with the rows of queries put back in order, tokens', async () => {
  const { bytes, weights } = tinyGguf();
  const { header, config, tensors } = await openGguf('tiny.gguf', bytesSource(bytes, 'tiny.gguf'));
  assert.equal(config.width, 8);
  const read = await readWeights(tensors, config);
  for (const [name, data] of Object.entries(weights)) assert.deepEqual(Array.from(read[name].data), data, name);
  const { endTokens, json } = ggufTokenizer(header, 'tiny.gguf');
  assert.deepEqual(endTokens, ['<|end|>']);
  assert.ok(!new Tokenizer(json, 'tiny.gguf', { dialogue: react('<|end|>') }).encode('ab<|end|>').includes(0), 'no text becomes a control token');
});

test('a header that claims too much is refused by name before anything is allocated', () => {
  const { bytes } = tinyGguf();
  const changed = (at: number, value: bigint): Uint8Array => {
    const copy = bytes.slice();
    new DataView(copy.buffer).setBigUint64(at, value, true);
    return copy;
  };
  const read = (from: Uint8Array) => () => readGgufHeader(from, from.length, 'x.gguf');
  assert.throws(read(changed(8, 2n ** 62n)), /x\.gguf.*number of tensors is 4611686018427387904/);
  assert.throws(read(changed(16, 2n ** 40n)), /number of metadata values/);
  assert.throws(read(changed(24, 2n ** 50n)), /length of the name of metadata value 0/);
  assert.throws(read(bytes.slice(0, 3)), /does not fit/);
  assert.throws(read(Uint8Array.from(Buffer.from('{"not":"a gguf file"}'))), /does not begin with "GGUF"/);
  assert.throws(() => readGgufHeader(bytes.subarray(0, 100), bytes.length, 'x.gguf'), NeedMoreBytes, 'the file is longer than what was given');
});

test('an architecture that does not run, or a missing tensor, is named', async () => {
  await assert.rejects(openGguf('x.gguf', bytesSource(tinyGguf({ architecture: 'mamba' }).bytes)), /x\.gguf: 'general\.architecture' is "mamba"/);
  const { config, tensors } = await openGguf('x.gguf', bytesSource(tinyGguf({ without: 'blk.0.attn_k.weight' }).bytes));
  await assert.rejects(readWeights(tensors, config), /x\.gguf has no tensor 'model\.layers\.0\.self_attn\.k_proj\.weight'/);
});

test('damaged files: truncated anywhere, or with any bytes changed, they are read or refused, and nothing else', async () => {
  const { bytes } = tinyGguf();
  let refused = 0;
  const attempt = async (damaged: Uint8Array): Promise<void> => {
    try {
      const { header, config, tensors } = await openGguf('x.gguf', bytesSource(damaged, 'x.gguf'));
      ggufTokenizer(header, 'x.gguf');
      await readWeights(tensors, config);
    } catch (error) {
      assert.match((error as Error).message, /^x\.gguf/, String((error as Error).stack));
      refused++;
    }
  };
  for (let length = 0; length < bytes.length; length += 7) await attempt(bytes.slice(0, length));
  assert.ok(refused > bytes.length / 8, 'a file that ends early is refused');
  const draw = random('fuzz', 1);
  const headerBytes = bytes.length - 600;
  for (let round = 0; round < 1500; round++) {
    const damaged = bytes.slice();
    for (let n = 1 + Math.floor(draw() * 3); n > 0; n--) damaged[Math.floor(draw() * headerBytes)] = Math.floor(draw() * 256);
    await attempt(damaged);
  }
  // any number of layers: the files have one
  const layers = Buffer.from(bytes).indexOf('llama.block_count') + 'llama.block_count'.length + 4;
  for (const count of [0, 2, 5, 4096, 4097, 1e6, 2e9, 2 ** 32 - 1]) {
    const [damaged, before] = [bytes.slice(), refused];
    new DataView(damaged.buffer).setUint32(layers, count, true);
    await attempt(damaged);
    assert.equal(refused, before + 1, `${count} layers`);
  }
});

test('a config is refused where its sizes do not divide', () => {
  const { bytes } = tinyGguf({ heads: 3 });
  assert.throws(() => ggufConfig(readGgufHeader(bytes, bytes.length, 'x.gguf'), 'x.gguf'), /x\.gguf.*head/);
});
