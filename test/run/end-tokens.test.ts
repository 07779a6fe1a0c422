// What ends a turn, as the files of a Hugging Face folder say it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readTokenizerFiles } from '../../src/run/tokenizer-files.ts';

const tokens = ['<s>', '</s>', '<|im_end|>', '<|eot_id|>'];

test('generation_config.json names what ends a text; where it is missing config.json does, one id or several', (t) => {
  const endsOf = (files: Readonly<Record<string, object>>): readonly string[] => {
    const folder = mkdtempSync(join(tmpdir(), 'steptool-tokenizer-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    for (const [name, json] of Object.entries({ 'tokenizer.json': { added_tokens: tokens.map((content, id) => ({ id, content })), model: { type: 'BPE', vocab: {}, merges: [] } }, ...files })) writeFileSync(join(folder, name), JSON.stringify(json));
    return readTokenizerFiles(join(folder, 'tokenizer.json'), folder).endTokens;
  };
  const named = { 'tokenizer_config.json': { eos_token: '</s>' } };
  assert.deepEqual(endsOf({}), []);
  assert.deepEqual(endsOf({ 'config.json': { eos_token_id: 1 } }), ['</s>']);
  assert.deepEqual(endsOf({ ...named, 'config.json': { eos_token_id: [1, 3] } }), ['</s>', '<|eot_id|>']);
  assert.deepEqual(endsOf({ ...named, 'config.json': { eos_token_id: null } }), ['</s>']);
  assert.deepEqual(endsOf({ ...named, 'config.json': { eos_token_id: 3 }, 'generation_config.json': { eos_token_id: [2] } }), ['</s>', '<|im_end|>'], 'the more particular file holds');
});
