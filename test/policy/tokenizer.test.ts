import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { splitPattern, trainBpe } from '../../src/policy/bpe.ts';
import { byteCharacters, controlTokens, Tokenizer } from '../../src/policy/tokenizer.ts';
import { createAtlas } from '../../src/world/atlas/atlas.ts';
import { integer, pick, random } from '../../src/world/random.ts';

const json: unknown = JSON.parse(readFileSync(new URL('../../media/policy/tokenizer.json', import.meta.url), 'utf8'));
const shipped = new Tokenizer(json, 'media/policy/tokenizer.json');
const control = new Set<number>(controlTokens.map((token) => shipped.id(token)));

/** Text of any script, with the characters that tokenizers stumble over. */
function anyText(draw: () => number): string {
  const odd = ['\n', '\r\n', '\t', ' ', '   ', '\u00a0', '\u0085', '\ufeff', '\u200d', '\u0301', '\0', '_', '__', "'s", '<|end|>', '<|tool|>', '{"', '\\u', '👩‍👩‍👧', 'ﬃ', 'İ', '中文', '١٢٣', '½'];
  const parts = Array.from({ length: integer(draw, 0, 12) }, () => {
    if (draw() < 0.5) return pick(draw, odd);
    const code = pick(draw, [() => integer(draw, 32, 126), () => integer(draw, 0, 0x2fff), () => integer(draw, 0x3000, 0xd7ff), () => integer(draw, 0xe000, 0x10ffff)])();
    return String.fromCodePoint(code);
  });
  return parts.join('');
}

test('any text comes back from its ids, and none of them is a control token', () => {
  const draw = random('any text');
  for (let i = 0; i < 800; i++) {
    const text = anyText(draw);
    const ids = shipped.encode(text);
    assert.equal(shipped.decode(ids), text);
    assert.ok(ids.every((id) => id >= 0 && id < shipped.vocabulary && !control.has(id)), JSON.stringify(text));
  }
});

test('texts that spell control tokens stay text', () => {
  for (const token of controlTokens)
    for (const text of [token, `${token}${token}`, ` ${token}\n`, `a${token}b`, `{"response": "${token}"}`]) {
      const ids = shipped.encode(text);
      assert.ok(ids.every((id) => !control.has(id)));
      assert.equal(shipped.decode(ids), text);
    }
});

test('every byte has a token; bytes that are no text become U+FFFD; control tokens decode to nothing', () => {
  assert.equal(new Set(byteCharacters).size, 256);
  const vocabulary = (json as { model: { vocab: Record<string, number> } }).model.vocab;
  const byte = (b: number): number => vocabulary[byteCharacters[b]];
  const draw = random('bytes');
  for (let i = 0; i < 500; i++) {
    const bytes = Uint8Array.from({ length: integer(draw, 0, 9) }, () => integer(draw, 0, 255));
    assert.equal(shipped.decode(Array.from(bytes, byte)), new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  }
  assert.equal(shipped.decode([byte(0x41), shipped.id('<|end|>'), byte(0x42)]), 'AB');
  assert.equal(shipped.decode([byte(0xe4), byte(0xb8), byte(0xad)]), '中');
});

test('half of a surrogate pair, which is no text, becomes U+FFFD and nothing worse', () => {
  assert.equal(shipped.decode(shipped.encode('a\ud83db')), 'a\ufffdb');
});

test('digits are tokens of their own, and words of the world are few tokens', () => {
  assert.equal(shipped.encode('20417').length, 5);
  const { query } = createAtlas().task('train', 1);
  assert.ok(shipped.encode(query).length < query.length / 2);
});

test('training: the file follows from the texts alone, whatever their order, and has the size asked for', () => {
  const texts = ['low lower lowest', 'new newer newest', 'wide wider widest', 'Action: get_it\nAction Input: {"a": 12}'];
  const one = trainBpe(texts, 270);
  assert.deepEqual(one, trainBpe([...texts].reverse(), 270));
  const tokenizer = new Tokenizer(one, 'trained');
  assert.equal(tokenizer.vocabulary, 270);
  for (const text of texts) assert.equal(tokenizer.decode(tokenizer.encode(text)), text);
  assert.ok(tokenizer.encode('lower').length < 5);
  assert.equal(new Tokenizer(trainBpe([], 400), 'nothing').vocabulary, controlTokens.length + 256);
});

test('merges are applied in the order they were learnt: encoding equals a slow textbook byte-pair encoder', () => {
  const { merges, vocab } = (json as { model: { merges: string[]; vocab: Record<string, number> } }).model;
  const rank = new Map(merges.map((merge, i) => [merge, i]));
  const slow = (text: string): number[] => [...text.matchAll(new RegExp(splitPattern, 'gu'))].flatMap(([piece]) => {
    const symbols = Array.from(new TextEncoder().encode(piece), (b) => byteCharacters[b]);
    for (;;) {
      let best = -1;
      for (let i = 0; i + 1 < symbols.length; i++) {
        const known = rank.get(`${symbols[i]} ${symbols[i + 1]}`);
        if (known !== undefined && (best < 0 || known < rank.get(`${symbols[best]} ${symbols[best + 1]}`)!)) best = i;
      }
      if (best < 0) return symbols.map((symbol) => vocab[symbol]);
      symbols.splice(best, 2, symbols[best] + symbols[best + 1]);
    }
  });
  const world = createAtlas();
  for (let i = 0; i < 20; i++) {
    const { query, tools } = world.task('train', i);
    for (const text of [query, tools.map(({ description }) => description).join('\n')]) assert.deepEqual([...shipped.encode(text)], slow(text), text);
  }
});

test('a file without control tokens, or that is no tokenizer, is refused by name', () => {
  assert.throws(() => new Tokenizer({}, 'x.json'), /x\.json is not a tokenizer\.json/);
  assert.throws(() => new Tokenizer(null, 'x.json'), /x\.json/);
  const { added_tokens: added, ...rest } = json as { added_tokens: object[] };
  assert.throws(() => new Tokenizer({ ...rest, added_tokens: added.slice(1) }, 'x.json'), /x\.json has no token <\|end\|>/);
  assert.throws(() => new Tokenizer({ ...rest, added_tokens: added.slice(0, -1) }, 'x.json'), /x\.json has no token <\|tool\|>/, 'before a run begins');
});

test('a tokenizer of another kind than BPE is refused by that name', () => {
  const { model } = json as { model: object };
  const pieces = [['<unk>', 0], ['\u2581a', -1.5]];
  for (const [given, name] of [[{ type: 'Unigram', vocab: pieces, unk_id: 0 }, 'Unigram'], [{ vocab: pieces }, 'Unigram'], [{ ...model, type: 'WordPiece' }, 'WordPiece'], [{ ...model, type: 'WordLevel' }, 'WordLevel']] as const)
    assert.throws(() => new Tokenizer({ ...(json as object), model: given }, 'x.json'), new RegExp(`^Error: x\\.json: tokenizer model ${name} is not read; BPE is\\.`));
});

test('a byte-level tokenizer that puts a space before text puts none where text goes on', () => {
  const { pre_tokenizer: _, ...rest } = json as { pre_tokenizer: object };
  const spacing = { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true };
  for (const cut of [spacing, { type: 'Sequence', pretokenizers: [spacing] }]) {
    const tokenizer = new Tokenizer({ ...rest, pre_tokenizer: cut }, 'x.json');
    const said = (position: 'first' | 'behindToken' | 'behindText'): string => tokenizer.decode(tokenizer.encode('Action', position));
    assert.deepEqual([said('first'), said('behindToken'), said('behindText')], [' Action', ' Action', 'Action']);
  }
});
