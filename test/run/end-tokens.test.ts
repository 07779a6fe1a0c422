// What ends a turn, as the files of a Hugging Face folder say it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readTokenizerFiles } from '../../src/run/tokenizer-files.ts';

/** None of a name that ends a text whoever writes it. */
const tokens = ['<s>', '<stop>', '<halt>', '<over>'];

test('generation_config.json names what ends a text; where it is missing config.json does, one id or several', (t) => {
  const endsOf = (files: Readonly<Record<string, object>>): readonly string[] => {
    const folder = mkdtempSync(join(tmpdir(), 'steptool-tokenizer-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    for (const [name, json] of Object.entries({ 'tokenizer.json': { added_tokens: tokens.map((content, id) => ({ id, content })), model: { type: 'BPE', vocab: {}, merges: [] } }, ...files })) writeFileSync(join(folder, name), JSON.stringify(json));
    return readTokenizerFiles(join(folder, 'tokenizer.json'), folder).endTokens;
  };
  const named = { 'tokenizer_config.json': { eos_token: '<stop>' } };
  assert.deepEqual(endsOf({}), []);
  assert.deepEqual(endsOf({ 'config.json': { eos_token_id: 1 } }), ['<stop>']);
  assert.deepEqual(endsOf({ ...named, 'config.json': { eos_token_id: [1, 3] } }), ['<stop>', '<over>']);
  assert.deepEqual(endsOf({ ...named, 'config.json': { eos_token_id: null } }), ['<stop>']);
  assert.deepEqual(endsOf({ ...named, 'config.json': { eos_token_id: 3 }, 'generation_config.json': { eos_token_id: [2] } }), ['<stop>', '<halt>'], 'the more particular file holds');
});
