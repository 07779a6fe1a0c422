// What begins a sequence: a chat template says so itself, as in transformers; before the other formats stands the model's token for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trainBpe } from '../../../src/policy/bpe.ts';
import { makeTokenizer, type Framing } from '../../../src/policy/dialogue/choose.ts';
import { text } from '../../../src/policy/dialogue/dialogue.ts';
import { promptIds } from '../../../src/policy/format.ts';
import type { Tokenizer } from '../../../src/policy/tokenizer.ts';

const json = trainBpe(['user system assistant Rain in Oslo'], 300) as { added_tokens: object[] };
const [start, end] = [300, 301];
const added = ['<s>', '</s>', '<|im_start|>', '<|im_end|>'].map((content, i) => ({ id: start + i, content, special: true }));
const chat = (first: string): string => `${first}{% for m in messages %}{{ '<|' + m.role + '|>' + m.content + eos_token }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}`;
const open = (framing: Framing, chatTemplate?: string, startToken: string | undefined = '<s>'): Tokenizer =>
  makeTokenizer({ json: { ...json, added_tokens: [...json.added_tokens, ...added] }, endTokens: ['</s>'], bosToken: '<s>', startToken, chatTemplate }, framing, 'x');
const starts = (tokenizer: Tokenizer): number[] => [...promptIds(tokenizer, { tools: [], query: 'Rain?' }).entries()].filter(([, id]) => id === start).map(([at]) => at);

test('a chat template that writes no bos has none, whatever else says that sequences begin with it', () => {
  assert.deepEqual(starts(open({ dialogue: 'chat-template' }, chat(''))), []);
  for (const name of ['auto', 'chat-template'] as const) {
    assert.deepEqual(starts(open({ dialogue: name, template: { text: chat(''), name: 'mine.jinja' } }, chat('{{ bos_token }}'))), [], name);
  }
});

test('one that writes bos has it where it writes it, once, by its name or as text', () => {
  for (const first of ['{{ bos_token }}', '<s>']) {
    assert.deepEqual(starts(open({ dialogue: 'chat-template' }, chat(first))), [0], first);
    assert.deepEqual(starts(open({ dialogue: 'auto', template: { text: chat(first), name: 'mine.jinja' } }, chat(''))), [0], first);
    assert.deepEqual(starts(makeTokenizer({ json: { ...json, added_tokens: [...json.added_tokens, ...added] }, endTokens: ['</s>'], bosToken: '<s>', chatTemplate: chat(first) }, { dialogue: 'chat-template' }, 'x')), [0], 'though the tokenizer adds none');
  }
});

test('other formats begin with it, as before', () => {
  for (const dialogue of ['toolllama', 'react', 'qwen2'] as const) assert.deepEqual(starts(open({ dialogue }, chat(''))), [0], dialogue);
  assert.deepEqual(starts(open({ dialogue: 'steptool' })), [], 'but the embedded one');
});

test('a table of recorded trajectories begins with it under any format: it has a format of its own', () => {
  assert.deepEqual(open({ dialogue: 'chat-template' }, chat('')).sequence([text('System:')])[0], start);
});

test('where earlier versions put it before a template that writes none, the tokenizer says so', () => {
  assert.match(open({ dialogue: 'chat-template' }, chat('')).changes.join(), /^no token that begins sequences before a chat template/);
  for (const same of [open({ dialogue: 'chat-template' }, chat('{{ bos_token }}')), open({ dialogue: 'react' }, chat('')), open({ dialogue: 'steptool' })]) assert.deepEqual(same.changes, []);
  assert.equal(open({ dialogue: 'chat-template' }, chat('')).end, end);
});
