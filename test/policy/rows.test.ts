// Tokenizers with more tokens than the model's embedding has rows: padding that was added later does no harm, all else is refused.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { defaultExperiment } from '../../src/config/defaults.ts';
import { trainBpe } from '../../src/policy/bpe.ts';
import { chatTemplate } from '../../src/policy/dialogue/chat-template.ts';
import { react } from '../../src/policy/dialogue/formats.ts';
import { promptIds } from '../../src/policy/format.ts';
import { Tokenizer } from '../../src/policy/tokenizer.ts';
import { encode } from '../../src/rollout/recorded/encode.ts';
import { Episode } from '../../src/rollout/episode.ts';
import { createAtlas } from '../../src/world/atlas/atlas.ts';
import { openModel } from '../../src/run/training/open-model.ts';
import { plain, roomy } from '../rollout/scripted.ts';

interface Json { readonly added_tokens: readonly object[]; readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly merges: readonly string[] } }
const base = trainBpe([], 261) as unknown as Json; // control tokens and bytes: ids 0 to 260
const rows = 263;
const end = { id: 261, content: '</s>', special: true };
const withAdded = (...added: object[]): Json => ({ ...base, added_tokens: [...base.added_tokens, end, ...added] });
const open = (json: unknown): Tokenizer => new Tokenizer(json, 'x.json', { vocabulary: rows, dialogue: react('</s>') });

test('padding without a row: the row width is the model\'s, and neither text nor the policy ever has it', () => {
  for (const special of [true, false]) {
    const tokenizer = open(withAdded({ id: rows, content: '<pad>', special }));
    assert.equal(tokenizer.vocabulary, rows);
    assert.equal(tokenizer.decode(tokenizer.encode('a<pad>b')), 'a<pad>b');
    assert.ok(tokenizer.encode('a<pad>b').every((id) => id < rows));
  }
});

test('a token without a row that merges make: its text stays in parts', () => {
  const model = { ...base.model, vocab: { ...base.model.vocab, ab: rows, abc: rows + 1 }, merges: ['a b', 'ab c'] };
  const tokenizer = open({ ...withAdded({ id: rows, content: 'ab', special: false }, { id: rows + 1, content: 'abc', special: false }), model });
  assert.deepEqual([...tokenizer.encode('abc')], [...'abc'].map((letter) => base.model.vocab[letter]));
  const pairs = { ...model, merges: [['a', 'b'], ['ab', 'c']] };
  assert.deepEqual([...open({ ...withAdded({ id: rows, content: 'ab' }, { id: rows + 1, content: 'abc' }), model: pairs }).encode('ab')], [...'ab'].map((letter) => base.model.vocab[letter]));
});

test('an episode reads rows of the model\'s width: the second sequence of a batch is not shifted', () => {
  const tokenizer = open(withAdded({ id: rows, content: '<pad>', special: true }));
  const world = createAtlas();
  const task = world.task('train', 0);
  const probabilities = new Float32Array(2 * rows);
  probabilities[rows + 7] = 1;
  const episode = new Episode(task, 0, 1, world.open(task, 0), promptIds(tokenizer, task), tokenizer, roomy, plain, () => 0);
  episode.write({ probabilities, row: 1, value: 0, entropy: 0 });
  assert.equal(episode.tokens.ids.at(-1), 7);
});

test('tokens that end turns, begin sequences or frame dialogues, and those of text, are refused by name', () => {
  const told = (token: string): RegExp => new RegExp(`^Error: x\\.json: the token ${token.replace(/[|]/g, '\\|')} has the id \\d+, and the model's embedding has ${rows} rows\\. Name the tokenizer`);
  const beyond = withAdded({ id: rows, content: '<other>', special: true });
  assert.throws(() => new Tokenizer(beyond, 'x.json', { vocabulary: rows, dialogue: react('<other>') }), told('<other>'));
  assert.throws(() => new Tokenizer(beyond, 'x.json', { vocabulary: rows, dialogue: react('</s>'), endTokens: ['<other>'] }), told('<other>'));
  assert.throws(() => new Tokenizer(beyond, 'x.json', { vocabulary: rows, dialogue: react('</s>'), startToken: '<other>' }), told('<other>'));
  const template = "{% for message in messages %}{{ '<|role|>' + message['content'] + '</s>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|role|>' }}{% endif %}";
  const framed = withAdded({ id: rows + 3, content: '<|role|>', special: false });
  assert.throws(() => new Tokenizer(framed, 'x.json', { vocabulary: rows, dialogue: chatTemplate(template, 'x', ['<|role|>', '</s>'], ['</s>']) }), told('<|role|>'));
  assert.throws(() => open({ ...withAdded(), model: { ...base.model, vocab: { ...base.model.vocab, word: rows } } }), told('word'));
});

test('recorded ids without a row are not taken as they are', () => {
  const tokenizer = open(withAdded({ id: rows, content: '<pad>', special: true }));
  const task = { ...createAtlas().task('train', 0), tools: [] };
  const prompt = promptIds(tokenizer, task);
  const turn = [...tokenizer.encode('Thought: t\nAction: a\nAction Input: {}', 'behindToken'), tokenizer.end];
  const step = { thought: 't', action: 'a', arguments: '{}', observation: '', toolOutcome: 'answered' } as const;
  const recorded = (ids: number[]) => encode({ id: '', task, sample: 0, seed: 0, outcome: 'answered', solved: true, steps: [step], ids: [...prompt, ...ids], spans: [{ start: prompt.length, end: prompt.length + ids.length }] }, tokenizer, { encoding: 'dialogue', truncation: 'steps' }, { maxTokens: 4096, maxTokensPerTurn: 99 }).ids;
  assert.deepEqual(recorded([rows, ...turn]), [...prompt, ...turn], 'it says nothing, but would be read from some other row');
});

test('a model\'s own folder is looked at so, when it is opened', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-rows-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(fileURLToPath(new URL('../parity/fixtures/llama2', import.meta.url)), folder, { recursive: true });
  const { vocab_size: size } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as { vocab_size: number };
  const vocab = Object.fromEntries(Array.from({ length: size - 1 }, (_, id) => [String.fromCodePoint(0x4e00 + id), id]));
  const place = (...added: object[]): void => writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ added_tokens: [{ id: size - 1, content: '</s>', special: true }, ...added], model: { type: 'BPE', vocab, merges: [] }, pre_tokenizer: null, normalizer: null, decoder: null, post_processor: null }));
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ eos_token: '</s>' }));
  const policy = { ...defaultExperiment.policy, checkpoint: folder, context: 32 };
  const opened = () => openModel(policy, folder, 'bundled', { dialogue: 'react' });
  place({ id: size, content: '<pad>', special: true });
  const model = await opened();
  assert.deepEqual([model!.tokenizer.vocabulary, model!.config.vocabulary], [size, size]);
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ eos_token: '<pad>' }));
  await assert.rejects(opened(), new RegExp(`the token <pad> has the id ${size}, and the model's embedding has ${size} rows`));
});

test('a tokenizer that the experiment names may have fewer tokens than a padded embedding has rows, and no needed one beyond it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-rows-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(fileURLToPath(new URL('../parity/fixtures/llama2', import.meta.url)), join(folder, 'model'), { recursive: true });
  const { vocab_size: size } = JSON.parse(readFileSync(join(folder, 'model', 'config.json'), 'utf8')) as { vocab_size: number };
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ eos_token: '</s>' }));
  const policy = { ...defaultExperiment.policy, checkpoint: 'model', tokenizer: 'tokenizer.json', context: 32 };
  const opened = (tokens: number, ...added: object[]) => {
    const vocab = Object.fromEntries(Array.from({ length: tokens - 1 }, (_, id) => [String.fromCodePoint(0x4e00 + id), id]));
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ added_tokens: [{ id: tokens - 1, content: '</s>', special: true }, ...added], model: { type: 'BPE', vocab, merges: [] }, pre_tokenizer: null, normalizer: null, decoder: null, post_processor: null }));
    return openModel(policy, join(folder, 'model'), folder, { dialogue: 'react' });
  };
  for (const tokens of [size - 5, size]) {
    const { tokenizer, tokenizerPath } = (await opened(tokens))!;
    assert.deepEqual([tokenizer.vocabulary, tokenizer.tokens, tokenizer.end, tokenizerPath], [size, tokens, tokens - 1, join(folder, 'tokenizer.json')]);
  }
  assert.equal((await opened(size, { id: size, content: '<pad>', special: true }))!.tokenizer.vocabulary, size);
  await assert.rejects(opened(size + 1), new RegExp(`^Error: policy\\.tokenizer: .*tokenizer\\.json: the token </s> has the id ${size}, and the model's embedding has ${size} rows\\. Name the tokenizer`));
  await assert.rejects(opened(Math.ceil(size / 2)), new RegExp(`^Error: policy\\.tokenizer: .*tokenizer\\.json has ${Math.ceil(size / 2)} tokens, and the checkpoint .*model has an embedding of ${size}\\. Name the tokenizer`));
});
