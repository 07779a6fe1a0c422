/** A format of dialogues that the tokenizer cannot write is told before anything runs. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lookBeside } from '../../src/cli/named-files.ts';
import { tokenizerAt } from '../../src/cli/named-tokenizer.ts';
import { dialogueNames } from '../../src/policy/dialogue/dialogue.ts';
import { validateExperiment } from '../../src/config/validate.ts';
import { folderWith } from './program.ts';

const told = (text: string, folder: string): string[] =>
  validateExperiment(text, { lookUp: lookBeside(join(folder, 'a.steptool.json')) }).diagnostics.map(({ line, column, severity, code, path }) => `${line}:${column} ${severity} ${code} ${path}`);

test('a tokenizer that Git LFS has not fetched is told as that, with no other in its place', (t) => {
  const folder = folderWith(t, { 'p.json': 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n' });
  const seen = tokenizerAt(join(folder, 'p.json'));
  assert.deepEqual([seen.kind, seen.kind === 'unfit' && seen.saysWhatToDo], ['unfit', true]);
});

test('the bundled tokenizer goes with its own format alone, and a fix leads back to it', (t) => {
  const folder = folderWith(t);
  for (const name of dialogueNames) {
    const text = `{"policy":{"dialogue":"${name}"}}`;
    const expected = name === 'auto' || name === 'steptool' ? [] : ['1:23 error tokenizer-mismatch policy.dialogue'];
    assert.deepEqual(told(text, folder), expected, name);
  }
  const text = '{"policy":{"dialogue":"qwen2"}}';
  const [{ fix, message }] = validateExperiment(text, { lookUp: lookBeside(join(folder, 'a.steptool.json')) }).diagnostics;
  assert.match(message, /it has no token <\|im_start\|>\. Set it to "auto"/);
  assert.ok(fix);
  assert.deepEqual(told(text.slice(0, fix.offset) + fix.text + text.slice(fix.offset + fix.length), folder), []);
});

const chatMl = JSON.stringify({ added_tokens: [{ id: 0, content: '<|im_start|>' }, { id: 1, content: '<|im_end|>' }], model: { vocab: { a: 2 } } });

test('a tokenizer that is named is asked what it has', (t) => {
  const folder = folderWith(t, { 'chat.json': chatMl, 'other.json': '{"name":"a package"}', 'torn.json': '{"added', 'unigram.json': '{"added_tokens":[],"model":{"type":"Unigram","vocab":[["a",-1]]}}' });
  const policy = (tokenizer: string, dialogue: string): string => JSON.stringify({ policy: { checkpoint: null, tokenizer, dialogue } });
  assert.deepEqual(told(policy('chat.json', 'qwen2'), folder), []);
  assert.deepEqual(told(policy('chat.json', 'llama3-1'), folder), ['1:65 error tokenizer-mismatch policy.dialogue']);
  assert.deepEqual(told(policy('chat.json', 'react'), folder), ['1:65 error tokenizer-mismatch policy.dialogue'], 'it names no end token');
  assert.deepEqual(told(policy('other.json', 'auto'), folder), ['1:42 error missing-file policy.tokenizer']);
  assert.deepEqual(told(policy('torn.json', 'auto'), folder), ['1:42 error missing-file policy.tokenizer']);
  assert.deepEqual(told(policy('unigram.json', 'auto'), folder), ['1:42 error missing-file policy.tokenizer']);
  assert.match(validateExperiment(policy('unigram.json', 'auto'), { lookUp: lookBeside(join(folder, 'a.steptool.json')) }).diagnostics[0].message, /tokenizer model Unigram is not read; BPE is\./);
});

test('a tokenizer that is named is read once, however many rules ask for it', (t) => {
  const folder = folderWith(t, { 'chat.json': chatMl });
  const lookUp = lookBeside(join(folder, 'a.steptool.json'));
  const seen = lookUp('policy.tokenizer', 'chat.json');
  assert.equal(seen?.kind, 'found');
  rmSync(join(folder, 'chat.json'));
  assert.equal(lookUp('policy.tokenizer', 'chat.json'), seen);
  assert.equal(lookBeside(join(folder, 'a.steptool.json'))('policy.tokenizer', 'chat.json')?.kind, 'missing', 'and anew for each check');
});
