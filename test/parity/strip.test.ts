// Control tokens that take the whitespace beside them to themselves, as test/parity-python/strip.py recorded what `tokenizers` makes of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { control, text, type Fragment } from '../../src/policy/dialogue/dialogue.ts';
import { react } from '../../src/policy/dialogue/formats.ts';
import { observationIds, turnIds } from '../../src/policy/format.ts';
import { Tokenizer } from '../../src/policy/tokenizer.ts';

type Part = string | [control: string];
interface Kind { readonly strips: Readonly<Record<string, [before: boolean, behind: boolean]>>; readonly dialogues: readonly (readonly Part[])[]; readonly ids: readonly (readonly number[])[] }
interface Json { readonly added_tokens: readonly { content: string }[] }
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const kinds = read('./fixtures/strip.json') as Readonly<Record<string, Kind>>;
const pieces = read('./fixtures/sentencepiece.json') as { readonly tokenizer: Json; readonly kinds: Readonly<Record<string, { normalizer: unknown; pre_tokenizer: unknown; decoder: unknown }>> };

const fragments = (parts: readonly Part[]): Fragment[] => parts.map((part) => (typeof part === 'string' ? text(part) : control(part[0])));

function tokenizerOf(name: string, strips: Kind['strips']): Tokenizer {
  const { normalizer, pre_tokenizer, decoder } = pieces.kinds[name] ?? {};
  const json = name === 'bytes' ? read('../../media/policy/tokenizer.json') as Json : { ...pieces.tokenizer, normalizer, pre_tokenizer, decoder };
  const added = json.added_tokens.map((token) => ({ ...token, lstrip: strips[token.content]?.[0] ?? false, rstrip: strips[token.content]?.[1] ?? false }));
  return new Tokenizer({ ...json, added_tokens: added }, name, { dialogue: react(name === 'bytes' ? '<|end|>' : '</s>') });
}

for (const [name, { strips, dialogues, ids }] of Object.entries(kinds)) {
  test(`${name}: a dialogue has the ids of the whole`, () => {
    const tokenizer = tokenizerOf(name, strips);
    assert.ok(dialogues.length >= 40);
    for (const [i, parts] of dialogues.entries()) assert.deepEqual(tokenizer.prompt(fragments(parts)), ids[i], JSON.stringify(parts));
  });

  test(`${name}: in two parts, with the token behind which the second stands, it has the same`, () => {
    const tokenizer = tokenizerOf(name, strips);
    for (const [i, parts] of dialogues.entries())
      parts.forEach((part, k) => {
        if (typeof part === 'string') return;
        const [before, after] = [fragments(parts.slice(0, k + 1)), fragments(parts.slice(k + 1))];
        assert.deepEqual([...tokenizer.prompt(before), ...tokenizer.ids(after, control(part[0]))], ids[i], JSON.stringify(parts));
      });
  });
}

test('observations follow the end of a turn, and turns the token that opens them: the whitespace between goes with these', () => {
  const json = read('../../media/policy/tokenizer.json') as Json;
  const strips: Readonly<Record<string, object>> = { '<|end|>': { lstrip: true, rstrip: true }, '<|assistant|>': { rstrip: true } };
  const dialogue = { ...react('<|end|>'), write: () => [text(' look\n')], observation: (said: string) => [text(`\n${said}\n`), control('<|assistant|>')] };
  const tokenizer = new Tokenizer({ ...json, added_tokens: json.added_tokens.map((token) => ({ ...token, ...strips[token.content] })) }, 'x', { dialogue });
  const [end, opening] = [tokenizer.id('<|end|>'), tokenizer.id('<|assistant|>')];
  assert.deepEqual(turnIds(tokenizer, { thought: '', action: '', arguments: '' }), [...tokenizer.encode('look', 'behindToken'), end]);
  assert.deepEqual(observationIds(tokenizer, ' wet'), [...tokenizer.encode('wet\n', 'behindToken'), opening], 'an observation cannot bring whitespace there either');
  assert.deepEqual(observationIds(tokenizer, '<|end|> wet'), [...tokenizer.encode('<|end|> wet\n', 'behindToken'), opening], 'what it spells takes none');
});

test('whitespace that a token takes is no text between it and a turn: the turn\'s own goes with it, too', () => {
  const json = read('../../media/policy/tokenizer.json') as Json;
  const dialogue = { ...react('<|end|>'), write: () => [text(' look ')], observation: (said: string) => [text(`\n${said}\n`), control('<|assistant|>'), text('\n')] };
  const added = json.added_tokens.map((token) => (token.content === '<|assistant|>' ? { ...token, rstrip: true } : token));
  const tokenizer = new Tokenizer({ ...json, added_tokens: added }, 'x', { dialogue });
  const turn = { thought: '', action: '', arguments: '' };
  const whole = tokenizer.ids([...dialogue.observation('wet'), ...dialogue.write(), control('<|end|>')], control('<|end|>'));
  assert.deepEqual([...observationIds(tokenizer, 'wet'), ...turnIds(tokenizer, turn)], whole);
  assert.equal(tokenizer.decode(turnIds(tokenizer, turn)), 'look ');
});
