// The same ids as Hugging Face's `tokenizers`, as test/parity-python/tokenizer.py recorded them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Tokenizer } from '../../src/policy/tokenizer.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8').replaceAll('\r\n', '\n');
const fixture = JSON.parse(read('./fixtures/tokenizer.json')) as { sha256: string; cases: [text: string, ids: number[]][] };
const source = read('../../media/policy/tokenizer.json');
const tokenizer = new Tokenizer(JSON.parse(source), 'tokenizer.json');

test('the fixture was made with the tokenizer that is shipped', () => {
  assert.equal(createHash('sha256').update(source).digest('hex'), fixture.sha256, 'the tokenizer was trained anew: rerun test/parity-python/tokenizer.py');
});

test('every recorded text has the same ids here', () => {
  assert.ok(fixture.cases.length > 300);
  for (const [text, ids] of fixture.cases) {
    assert.deepEqual([...tokenizer.encode(text)], ids, JSON.stringify(text));
    assert.equal(tokenizer.decode(ids), text);
  }
});
