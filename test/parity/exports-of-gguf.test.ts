// Policies that began as GGUF files, exported as Hugging Face folders, in transformers: the tokenizer that was made for them, and the angles.
// `STEPTOOL_PYTHON` names a Python with torch, transformers, peft and gguf; `STEPTOOL_TOKENIZERS` a folder of real models' tokenizers, and
// `STEPTOOL_SMOLLM2_GGUF` SmolLM2-135M-Instruct.Q4_1.gguf, where they are there.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { ggufTokenizer, type TokenizerFiles } from '../../src/policy/gguf/tokenizer.ts';
import { mergedTensors } from '../../src/policy/merge.ts';
import type { Weights } from '../../src/policy/weights.ts';
import { writeGguf, type Exported } from '../../src/run/export/gguf.ts';
import { writeHuggingFace } from '../../src/run/export/hugging-face.ts';
import { openGguf } from '../../src/run/gguf-file.ts';
import { openCheckpoint } from '../../src/run/open-checkpoint.ts';
import { readPolicy } from '../../src/run/policy-folder.ts';
import { livelyWeights } from '../policy/tiny.ts';
import { ask, greedy, skip, skipTokenizers } from './export-programs.ts';
import { realTokenizers } from './real-tokenizers.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-exports-of-gguf-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
const exported = (config: PolicyConfig, weights: Weights): Exported => ({ config, tensors: mergedTensors({ config, weights }), name: 'x' });

/** A policy of so many tokens: what counts is the tokenizer. */
async function withTokens(vocabulary: number): Promise<Exported> {
  const { config: sizes } = await readPolicy(fixture('llama2'));
  const config = { ...sizes, vocabulary, context: 512 };
  return exported(config, livelyWeights(config, 1));
}

const real = realTokenizers().filter(({ files }) => files !== undefined);
test('real models\' tokenizers by way of a GGUF file: ids of control tokens and of texts with bos, decoded text, ends and chats are those of the originals', { skip: skipTokenizers || real.length === 0 && 'SKIPPED: npm run test:llama-cpp fetches the tokenizers' }, async (t) => {
  const folder = temporary(t);
  for (const { name, files } of real) {
    const { model, added_tokens: added } = files!.json as { model: { vocab: Record<string, number> }; added_tokens: { id: number }[] };
    const vocabulary = [...Object.values(model.vocab), ...added.map(({ id }) => id)].reduce((most, id) => Math.max(most, id), 0) + 1;
    const path = join(folder, `${name}.gguf`);
    const policy = await withTokens(vocabulary);
    await writeGguf(path, policy, files!, 'F16', name);
    await writeHuggingFace(join(folder, name), policy, ggufTokenizer((await openGguf(path)).header, path), 'f16');
    rmSync(path);
  }
  const found = ask<Record<string, Record<string, unknown[]>>>('tokenizer', process.env['STEPTOOL_TOKENIZERS']!, folder, ...real.map(({ name }) => name));
  assert.equal(Object.keys(found).length, real.length);
  for (const [name, differences] of Object.entries(found)) for (const [what, first] of Object.entries(differences)) assert.deepEqual(first, [], `${name}: ${what}`);
});

const smollm2 = process.env['STEPTOOL_SMOLLM2_GGUF'] ?? '';
test('SmolLM2-135M-Instruct: control tokens and chats have the ids that transformers gives them with the file itself', { skip: skip || !existsSync(smollm2) && 'SKIPPED: STEPTOOL_SMOLLM2_GGUF names no file' }, async (t) => {
  const folder = temporary(t);
  const { header, config } = await openGguf(smollm2);
  await writeHuggingFace(folder, await withTokens(config.vocabulary), ggufTokenizer(header, smollm2), 'f16');
  const { theirs, ours } = ask<{ theirs: object; ours: { controls: number[] } }>('gguf tokenizer', folder, smollm2);
  assert.deepEqual(ours, theirs);
  assert.equal(ours.controls.length, 17);
});

const tokenizer: TokenizerFiles = {
  json: { added_tokens: [{ id: 0, content: '<|end|>', special: true }], pre_tokenizer: { type: 'ByteLevel', use_regex: true }, model: { type: 'BPE', vocab: { a: 1, b: 2, ab: 3, 'Ġ': 4 }, merges: ['a b'] } },
  endTokens: ['<|end|>'],
};
for (const name of ['llama2', 'llama3', 'qwen2', 'qwen3', 'smollm2'])
  test(`${name}: a GGUF file exported as a folder goes on in transformers as it does here`, { skip }, async (t) => {
    const folder = temporary(t);
    const { config: sizes, weights } = await readPolicy(fixture(name));
    // as Llama 3.2 has it: a GGUF file holds divisors alone, and no others can be told as a scaling
    const config: PolicyConfig = sizes.ropeScaling?.kind === 'llama3' ? { ...sizes, ropeScaling: { kind: 'llama3', factor: 32, lowFrequency: 1, highFrequency: 4, originalContext: 8192 } } : sizes;
    const path = join(folder, 'x.gguf');
    await writeGguf(path, exported(config, weights), tokenizer, 'F32', 'tokenizer.json');
    const base = await openCheckpoint(path);
    const read = { config: base.config, weights: await base.weights() };
    await writeHuggingFace(join(folder, 'out'), exported(read.config, read.weights), ggufTokenizer((await openGguf(path)).header, path), 'f32');
    const found = ask<{ tokens: number[]; ids: number[]; text: string }>('transformers', join(folder, 'out'), 'ab a<|end|>');
    assert.deepEqual([found.ids, found.text], [[3, 4, 1, 0], 'ab a<|end|>']);
    assert.deepEqual(found.tokens, await greedy(read.config, read.weights));
  });
