/**
 * How text is cut before merging, exactly as Hugging Face's `tokenizers` cuts it.
 *
 * The library that encodes here (`@huggingface/tokenizers`) reads the patterns of `Split` as the original does, but has two cuts
 * of its own that differ from it: `Digits` knows only 0 to 9, not ½, ² or ١, and the cut of `ByteLevel` takes U+FEFF for a space
 * and U+0085 for none, as JavaScript does. Both are therefore written out as the `Split` that means the same. `Metaspace`, that of
 * SentencePiece, puts its spaces there and leaves out the cut before each: it is written behind it.
 */

/** What a text stands behind: nothing, a control token, or other text that it goes on from. */
export type Position = 'first' | 'behindToken' | 'behindText';

/** GPT-2's pattern, the one that `ByteLevel` cuts with (tokenizers, `pre_tokenizers/byte_level.rs`). */
const gpt2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

const split = (pattern: string): object => ({ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false });

interface PreTokenizer {
  readonly type?: unknown;
  readonly pretokenizers?: unknown;
  readonly individual_digits?: unknown;
  readonly use_regex?: unknown;
  readonly add_prefix_space?: unknown;
  readonly split?: unknown;
  readonly prepend_scheme?: unknown;
}

/**
 * The `pre_tokenizer` of a tokenizer.json with its `Digits`, `ByteLevel` and `Metaspace` written out; anything else is given back as it is.
 * @param position of the text: behind a token a `Metaspace` of the scheme "first" puts no space; behind text none does, nor a `ByteLevel`
 */
export function exactPreTokenizer(json: unknown, position: Position): unknown {
  if (typeof json !== 'object' || json === null) return json;
  const { type, pretokenizers, individual_digits: single, use_regex: cuts, add_prefix_space: prefix, split: cutsWords, prepend_scheme: scheme }: PreTokenizer = json;
  // what is cut again begins with each piece, and not only where the text does
  if (type === 'Sequence' && Array.isArray(pretokenizers)) return { ...json, pretokenizers: pretokenizers.map((each, i) => exactPreTokenizer(each, position === 'behindText' && i > 0 ? 'behindToken' : position)) };
  if (type === 'Metaspace') {
    const goesOn = position === 'behindText' || (position === 'behindToken' && scheme === 'first');
    const spaces = goesOn ? { ...json, prepend_scheme: 'never', add_prefix_space: false } : json;
    return cutsWords === false ? spaces : { type: 'Sequence', pretokenizers: [spaces, split('\u2581[^\u2581]*')] };
  }
  if (type === 'ByteLevel' && prefix === true && position === 'behindText') return exactPreTokenizer({ ...json, add_prefix_space: false }, position);
  if (type === 'Digits') return split(single === true ? String.raw`\p{N}` : String.raw`\p{N}+`);
  // a space that is put before every piece has to be there before the cut: the library's own order is kept then
  if (type === 'ByteLevel' && cuts !== false && prefix === false) return { type: 'Sequence', pretokenizers: [split(gpt2), { ...json, use_regex: false }] };
  return json;
}
