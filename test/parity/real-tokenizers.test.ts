// Tokenizers of real models give the ids that Hugging Face's `tokenizers` gives. `npm run test:llama-cpp` fetches them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { react } from '../../src/policy/dialogue/formats.ts';
import { Tokenizer } from '../../src/policy/tokenizer.ts';
import { realTokenizers } from './real-tokenizers.ts';

for (const { name, texts, ids, sha256, path, files } of realTokenizers())
  test(`${name}: every text has the ids that tokenizers gives it`, { skip: files === undefined && 'SKIPPED: npm run test:llama-cpp fetches the tokenizer' }, () => {
    assert.equal(createHash('sha256').update(readFileSync(path!)).digest('hex'), sha256, 'this is not the file that the fixture was made with');
    const tokenizer = new Tokenizer(files!.json, name, { dialogue: react(files!.endTokens[0]) });
    for (const [i, text] of texts.entries()) {
      assert.deepEqual([...tokenizer.encode(text)], ids[i], JSON.stringify(text));
    }
  });
