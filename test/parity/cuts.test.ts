// Texts are cut before merging as Hugging Face's `tokenizers` cuts them, as test/parity-python/cuts.py recorded it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { react } from '../../src/policy/dialogue/formats.ts';
import { Tokenizer } from '../../src/policy/tokenizer.ts';

interface Fixture {
  readonly tokenizer: { readonly model: { readonly vocab: Record<string, number> } };
  readonly texts: readonly string[];
  readonly cuts: Readonly<Record<string, { preTokenizer: object; ids: number[][] }>>;
}
const { tokenizer: json, texts, cuts } = JSON.parse(readFileSync(new URL('./fixtures/cuts.json', import.meta.url), 'utf8')) as Fixture;
const end = { id: Object.keys(json.model.vocab).length, content: '<|end|>', single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };

for (const [name, { preTokenizer, ids }] of Object.entries(cuts))
  test(`odd spaces and digits are cut as by tokenizers: ${name}`, () => {
    const tokenizer = new Tokenizer({ ...json, added_tokens: [end], pre_tokenizer: preTokenizer }, name, { dialogue: react(end.content) });
    for (const [i, text] of texts.entries()) {
      assert.deepEqual([...tokenizer.encode(text)], ids[i], JSON.stringify(text));
      assert.equal(tokenizer.decode(ids[i]), text);
    }
  });
