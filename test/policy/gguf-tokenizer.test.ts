// What a GGUF file says of its tokens, and what it leaves to its reader: where sequences begin, what ends a turn, how text is cut.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { react } from '../../src/policy/dialogue/formats.ts';
import { endTokensOf } from '../../src/policy/end-tokens.ts';
import { readGgufHeader } from '../../src/policy/gguf/header.ts';
import { ggufTokenizer, type TokenizerFiles } from '../../src/policy/gguf/tokenizer.ts';
import { Tokenizer } from '../../src/policy/tokenizer.ts';
import { tinyGguf } from './tiny-gguf.ts';

/** The tokenizer of a file with these `tokenizer.ggml.` values. */
function read(values: Readonly<Record<string, string | number | boolean | readonly string[] | readonly number[] | undefined>>): TokenizerFiles {
  const { bytes } = tinyGguf({ metadata: Object.fromEntries(Object.entries(values).map(([key, value]) => [`tokenizer.ggml.${key}`, value])) });
  return ggufTokenizer(readGgufHeader(bytes, bytes.length, 'x.gguf'), 'x.gguf');
}
const special = ({ json }: TokenizerFiles): string[] => (json as { added_tokens: { content: string; special: boolean }[] }).added_tokens.filter((token) => token.special).map(({ content }) => content);

test('where a file does not say whether sequences begin with bos, they do as in llama.cpp: by its name for how text is cut', () => {
  const start = (pre: string, adds?: boolean): string | undefined => read({ pre, bos_token_id: 0, add_bos_token: adds }).startToken;
  for (const pre of ['llama-bpe', 'llama3', 'llama-v3', 'tekken']) assert.deepEqual([start(pre), start(pre, true), start(pre, false)], ['<|end|>', '<|end|>', undefined], pre);
  for (const pre of ['gpt-2', 'smollm', 'qwen2', 'default']) assert.deepEqual([start(pre), start(pre, true)], [undefined, '<|end|>'], pre);
  const sentencePiece = { model: 'llama', scores: [0, 1, 1, 1, 2, 3], bos_token_id: 0 };
  assert.deepEqual([undefined, true, false].map((adds) => read({ ...sentencePiece, add_bos_token: adds }).startToken), ['<|end|>', '<|end|>', undefined]);
});

test('a file that does not say how text is cut is refused, with what to take; SentencePiece cuts nothing', () => {
  assert.throws(() => read({ pre: undefined }), /^Error: x\.gguf: 'tokenizer\.ggml\.pre' is missing.*Take a newer GGUF file.*policy\.tokenizer/);
  assert.doesNotThrow(() => read({ pre: undefined, model: 'llama', scores: [0, 1, 1, 1, 2, 3] }));
});

test('what ends a turn: what the file names, then control tokens that are named so; an ordinary token is text', () => {
  const llama = { tokens: ['<|eot_id|>', 'a', '<|eom_id|>', '<|end_of_text|>', 'ab', '</s>'], token_type: [3, 1, 3, 3, 1, 1], eos_token_id: 3 };
  assert.deepEqual(read(llama).endTokens, ['<|end_of_text|>', '<|eot_id|>', '<|eom_id|>']);
  assert.deepEqual(read({ ...llama, eot_token_id: 0, eom_token_id: 4 }).endTokens, ['<|end_of_text|>', '<|eot_id|>', 'ab', '<|eom_id|>']);
  assert.deepEqual(read({ ...llama, eos_token_id: 99 }).endTokens, [], 'names go beside what the file says, not in its place');
  assert.deepEqual(endTokensOf(['<|im_end|>', undefined, 'stop'], ['<|im_start|>', '<|im_end|>', '<|endoftext|>', '<|fim_pad|>']), ['<|im_end|>', 'stop', '<|endoftext|>']);
});

test('an end token is a control token of whatever type it was given: no text becomes it, and merges do not make it', () => {
  // as fine-tunes in ChatML have it: user defined, or ordinary
  const defined = read({ tokens: ['<|im_end|>', 'a', 'b', 'c', 'ab', '<tool_call>'], token_type: [4, 1, 1, 1, 1, 4], merges: ['a b'] });
  assert.deepEqual(special(defined), ['<|im_end|>'], 'another token that users defined may be shown');
  const files = read({ token_type: [1, 1, 1, 1, 1, 1], eos_token_id: 5 });
  assert.deepEqual([files.endTokens, special(files)], [['abc'], ['abc']]);
  const tokenizer = new Tokenizer(files.json, 'x.gguf', { dialogue: react('abc') });
  assert.deepEqual([...tokenizer.encode('abc')], [4, 3]);
  assert.ok(tokenizer.ends.has(5));
  const pieces = read({ model: 'llama', scores: [0, 1, 1, 1, 2, 3], token_type: [1, 1, 1, 1, 1, 1], eos_token_id: 5 });
  assert.ok(!JSON.stringify((pieces.json as { model: { merges: string[][] } }).model.merges).includes('["ab","c"]'));
});

test('SentencePiece files that leave out which tokens begin and end sequences have the ids of llama.cpp', () => {
  const pieces = { model: 'llama', tokens: ['<unk>', '<s>', '</s>', '<pad>', 'a', 'ab'], token_type: [2, 3, 3, 3, 1, 1], scores: [0, 0, 0, 0, 1, 2], eos_token_id: undefined, add_bos_token: undefined };
  const { bosToken, startToken, endTokens, json } = read(pieces);
  assert.deepEqual([bosToken, startToken, endTokens, (json as { model: { unk_token: string } }).model.unk_token], ['<s>', '<s>', ['</s>'], '<unk>']);
  const stated = read({ ...pieces, bos_token_id: 3, eos_token_id: 1 });
  assert.deepEqual([stated.bosToken, stated.endTokens], ['<pad>', ['<s>', '</s>']]);
  const bytes = read({ ...pieces, model: 'gpt2' });
  assert.deepEqual([bytes.bosToken, bytes.endTokens], [undefined, []], 'a byte-level file states them');
});
