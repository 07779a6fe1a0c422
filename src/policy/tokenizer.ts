import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';

/** The control tokens that frame a dialogue. Texts never become them: only this program writes them, by id. */
export const controlTokens = ['<|end|>', '<|system|>', '<|user|>', '<|assistant|>', '<|tool|>'] as const;
export type ControlToken = (typeof controlTokens)[number];

interface TokenizerJson {
  added_tokens: { id: number; content: string }[];
  model: { vocab: Record<string, number> };
}

/**
 * A byte-level BPE tokenizer in Hugging Face's tokenizer.json form. Text is encoded without its added tokens, so that a
 * tool's output that spells out `<|end|>` stays text.
 */
export class Tokenizer {
  readonly vocabulary: number;
  private readonly encoder: HuggingFaceTokenizer;
  private readonly control = new Map<string, number>();
  /** The bytes of each token; none for control tokens. */
  private readonly bytes: Uint8Array[];
  private readonly known = new Map<string, readonly number[]>();

  /** @throws if a control token is missing from the file. */
  constructor(json: unknown, where: string) {
    const { added_tokens: added, model } = parseTokenizer(json, where);
    this.encoder = new HuggingFaceTokenizer({ ...(json as object), added_tokens: [] }, {});
    for (const { content, id } of added) this.control.set(content, id);
    for (const token of controlTokens) if (!this.control.has(token)) throw new Error(`${where} has no token ${token}; it was not made for this dialogue format.`);
    this.vocabulary = Math.max(...Object.values(model.vocab), ...this.control.values()) + 1;
    this.bytes = Array.from({ length: this.vocabulary }, () => new Uint8Array());
    for (const [token, id] of Object.entries(model.vocab)) if (!this.control.has(token)) this.bytes[id] = Uint8Array.from(token, byteOf);
  }

  /** Ids of a text; never a control token. */
  encode(text: string): readonly number[] {
    const known = this.known.get(text);
    if (known) return known;
    const ids = text === '' ? [] : this.encoder.encode(text, { add_special_tokens: false }).ids;
    if (this.known.size > 50_000) this.known.clear();
    this.known.set(text, ids);
    return ids;
  }

  id(token: ControlToken): number {
    return this.control.get(token)!;
  }

  /** The text of some ids: bytes that are no valid UTF-8 become U+FFFD, control tokens nothing. */
  decode(ids: Iterable<number>): string {
    const parts = Array.from(ids, (id) => this.bytes[id] ?? new Uint8Array());
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(parts));
  }
}

function parseTokenizer(json: unknown, where: string): TokenizerJson {
  const fields = json as Partial<TokenizerJson> | null;
  if (typeof fields !== 'object' || fields === null || !Array.isArray(fields.added_tokens) || typeof fields.model?.vocab !== 'object')
    throw new Error(`${where} is not a tokenizer.json with 'added_tokens' and 'model.vocab'.`);
  return fields as TokenizerJson;
}

/** GPT-2's writing of bytes as printable characters: those that print stand for themselves, the rest from U+0100 on. */
export const byteCharacters: readonly string[] = (() => {
  const prints = (b: number): boolean => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, b) => String.fromCodePoint(prints(b) ? b : next++));
})();
const byCharacter = new Map(byteCharacters.map((character, byte) => [character, byte]));
const byteOf = (character: string): number => byCharacter.get(character) ?? 63;
