// Llama 3's scaling of angles goes from config.json into divisors of a GGUF file, and from these back into config.json.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { toHuggingFace } from '../../src/policy/hugging-face-config.ts';
import { mergedTensors } from '../../src/policy/merge.ts';
import { writeGguf } from '../../src/run/export/gguf.ts';
import { openCheckpoint } from '../../src/run/open-checkpoint.ts';
import { livelyWeights, tiny } from './tiny.ts';

const llama: PolicyConfig = { ...tiny, width: 2048, heads: 32, ropeTheta: 500000 };

/** By wave lengths, as converters work them out, in single precision. */
function divisors(headSize: number, factor: number, [low, high, original] = [1, 4, 8192]): number[] {
  return [...Float32Array.from({ length: headSize / 2 }, (_, i) => {
    const wave = 2 * Math.PI * 500000 ** ((2 * i) / headSize);
    if (wave < original / high) return 1;
    if (wave > original / low) return factor;
    const smooth = (original / wave - low) / (high - low);
    return 1 / ((1 - smooth) / factor + smooth);
  })];
}
const written = (config: PolicyConfig, factors: readonly number[]): unknown => toHuggingFace({ ...config, ropeScaling: { kind: 'factors', factors } }).rope_scaling;

test('divisors of Llama 3.1, 3.2 and 3.3 are written as the scaling that they came from', () => {
  const published = (factor: number): object => ({ rope_type: 'llama3', factor, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 });
  assert.deepEqual(written({ ...llama, width: 4096 }, divisors(128, 8)), published(8));
  assert.deepEqual(written(llama, divisors(64, 32)), published(32));
});

test('divisors that are not those are refused, with the formats that can say them', () => {
  const others = [divisors(64, 16), divisors(64, 8, [1, 4, 4096]), divisors(64, 32).with(20, 3), divisors(64, 32).map((divisor) => divisor * 2)];
  for (const factors of others) assert.throws(() => written(llama, factors), /not divided as Llama 3's.*--as gguf.*--as peft/);
});

test('a model of Llama 3\'s angles that became a GGUF file can become a folder again', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-scaling-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const config: PolicyConfig = { ...tiny, ropeTheta: 500000, headWidth: 16, ropeScaling: { kind: 'llama3', factor: 32, lowFrequency: 1, highFrequency: 4, originalContext: 8192 } };
  const json = { added_tokens: [{ id: 0, content: '<|end|>', special: true }], pre_tokenizer: { type: 'ByteLevel', use_regex: true }, model: { type: 'BPE', vocab: { a: 1 }, merges: [] } };
  await writeGguf(join(folder, 'x.gguf'), { config, tensors: mergedTensors({ config, weights: livelyWeights(config, 1) }), name: 'x' }, { json, endTokens: ['<|end|>'] }, 'F16', 'tokenizer.json');
  const opened = await openCheckpoint(join(folder, 'x.gguf'));
  await opened.check();
  assert.equal(opened.config.ropeScaling?.kind, 'factors');
  assert.deepEqual(toHuggingFace(opened.config).rope_scaling, toHuggingFace(config).rope_scaling);
});
