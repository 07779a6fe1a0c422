import { byteCharacters, controlTokens } from './tokenizer.ts';

/**
 * How text is cut before merging. Close to GPT-2's pattern, but a name (a word with a capital) and a digit never share a
 * token with the space or quote before them: what a policy copies from an observation into an argument is then the same
 * tokens in both places, wherever it stands. Punctuation between two words is one piece, as JSON has much of it.
 */
export const splitPattern = String.raw`\n|[ _]?\p{Ll}+|\p{Lu}\p{Ll}*|\p{N}| ?[^\s\p{L}\p{N}]+(?: [^\s\p{L}\p{N}]+)*|\p{L}+|\s+`;

/**
 * Trains a byte-level BPE (arXiv 1508.07909) and returns it as a tokenizer.json. Ties go to the pair that is first in
 * code point order, so that the same texts always give the same file.
 * @param size tokens in all: control tokens, 256 bytes, merges
 */
export function trainBpe(texts: Iterable<string>, size: number): object {
  const words = new Map<string, number>();
  const split = new RegExp(splitPattern, 'gu');
  for (const text of texts)
    for (const [piece] of text.matchAll(split)) {
      const word = Array.from(new TextEncoder().encode(piece), (byte) => byteCharacters[byte]).join('');
      words.set(word, (words.get(word) ?? 0) + 1);
    }
  const pieces = [...words].map(([word, count]) => ({ symbols: [...word], count }));

  const vocabulary: string[] = [...controlTokens, ...byteCharacters];
  const merges: string[] = [];
  while (vocabulary.length < size) {
    const best = mostFrequentPair(pieces);
    if (!best) break;
    const [left, right] = best;
    merges.push(`${left} ${right}`);
    vocabulary.push(left + right);
    for (const piece of pieces) piece.symbols = merged(piece.symbols, left, right);
  }
  return {
    version: '1.0', truncation: null, padding: null,
    added_tokens: controlTokens.map((content, id) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: splitPattern }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false,
      byte_fallback: false, ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges,
    },
  };
}

interface Piece {
  symbols: string[];
  readonly count: number;
}

function mostFrequentPair(pieces: readonly Piece[]): [string, string] | undefined {
  const counts = new Map<string, number>();
  for (const { symbols, count } of pieces)
    for (let i = 1; i < symbols.length; i++) {
      const pair = `${symbols[i - 1]} ${symbols[i]}`;
      counts.set(pair, (counts.get(pair) ?? 0) + count);
    }
  let best: string | undefined;
  let most = 1; // a pair that occurs once is worth no token
  for (const [pair, count] of counts)
    if (count > most || (count === most && best !== undefined && pair < best)) [best, most] = [pair, count];
  return best?.split(' ') as [string, string] | undefined;
}

function merged(symbols: string[], left: string, right: string): string[] {
  if (!symbols.includes(left)) return symbols;
  const result: string[] = [];
  for (let i = 0; i < symbols.length; i++)
    if (symbols[i] === left && symbols[i + 1] === right) {
      result.push(left + right);
      i++;
    } else result.push(symbols[i]);
  return result;
}
