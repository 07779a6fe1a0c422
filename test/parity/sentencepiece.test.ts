// Tokenizers of SentencePiece's kind in tokenizer.json, as test/parity-python/pieces.py recorded what `tokenizers` makes of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { control, text, type Fragment } from '../../src/policy/dialogue/dialogue.ts';
import { react } from '../../src/policy/dialogue/formats.ts';
import { Tokenizer } from '../../src/policy/tokenizer.ts';

type Part = string | [control: string];
interface Fixture {
  readonly tokenizer: object;
  readonly texts: readonly string[];
  readonly dialogues: readonly (readonly Part[])[];
  readonly kinds: Readonly<Record<string, { normalizer: object | null; pre_tokenizer: object | null; decoder: object; ids: number[][]; dialogueIds: number[][] }>>;
}
const { tokenizer: base, texts, dialogues, kinds } = JSON.parse(readFileSync(new URL('./fixtures/sentencepiece.json', import.meta.url), 'utf8')) as Fixture;

const fragment = (part: Part): Fragment => (typeof part === 'string' ? text(part) : control(part[0]));

for (const [name, { ids, dialogueIds, ...kind }] of Object.entries(kinds)) {
  const tokenizer = new Tokenizer({ ...base, ...kind }, name, { dialogue: react('</s>'), startToken: '<s>' });

  test(`${name}: texts have the ids that tokenizers gives them, bytes without a token included`, () => {
    for (const [i, words] of texts.entries()) assert.deepEqual([...tokenizer.encode(words)], ids[i], JSON.stringify(words));
  });

  test(`${name}: a dialogue in fragments has the ids of the whole: a space before its texts where the file puts one, none inside`, () => {
    const start = tokenizer.id('<s>');
    for (const [i, parts] of dialogues.entries()) {
      const expected = dialogueIds[i][0] === start ? dialogueIds[i] : [start, ...dialogueIds[i]];
      assert.deepEqual(tokenizer.prompt(parts.map(fragment)), expected, JSON.stringify(parts));
    }
  });

  test(`${name}: what texts spell is no control token, and reads as itself`, () => {
    for (const words of texts) {
      const encoded = tokenizer.encode(words);
      assert.ok(encoded.every((id) => id !== tokenizer.id('<s>') && id !== tokenizer.id('</s>') && id !== tokenizer.id('[INST]')), words);
      // U+2581 is how these tokenizers write a space, here as in the original
      const read = words.replaceAll('\u2581', ' ');
      assert.ok([read, ` ${read}`].includes(tokenizer.decode(encoded)), JSON.stringify(words));
    }
  });
}
