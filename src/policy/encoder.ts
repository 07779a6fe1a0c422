/**
 * Text as ids, by what it stands behind: tokenizers of SentencePiece's kind put a space where a stretch of text begins, all of them or
 * the first alone, and never where text goes on.
 */
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { exactPreTokenizer, type Position } from './pre-tokenizer.ts';

export interface Encoder {
  readonly library: HuggingFaceTokenizer;
  /** Texts that were encoded before. */
  readonly known: Map<string, readonly number[]>;
}

interface Cutting {
  readonly normalizer?: unknown;
  readonly pre_tokenizer?: unknown;
}

/** @param json a tokenizer.json; positions that make no difference to it share an encoder */
export function encodersOf(json: object): Readonly<Record<Position, Encoder>> {
  const { normalizer, pre_tokenizer: cut }: Cutting = json;
  const made = new Map<string, Encoder>();
  const encoder = (position: Position): Encoder => {
    const parts = { normalizer: position === 'behindText' ? withoutPrepend(normalizer) : normalizer, pre_tokenizer: exactPreTokenizer(cut, position) };
    const key = JSON.stringify(parts);
    const found = made.get(key) ?? { library: new HuggingFaceTokenizer({ ...json, ...parts }, {}), known: new Map() };
    made.set(key, found);
    return found;
  };
  return { first: encoder('first'), behindToken: encoder('behindToken'), behindText: encoder('behindText') };
}

/** A `normalizer` without what puts a space before each stretch of text. */
function withoutPrepend(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  const { type, normalizers }: { readonly type?: unknown; readonly normalizers?: unknown } = json;
  if (type === 'Prepend') return null;
  if (type !== 'Sequence' || !Array.isArray(normalizers)) return json;
  return { ...json, normalizers: normalizers.map(withoutPrepend).filter((each) => each !== null) };
}
