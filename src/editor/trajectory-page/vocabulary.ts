/** What token ids read, from a `tokenizer.json` of byte-level BPE: enough to show tokens, not to make them. */
import type { Translate } from '../host.ts';

/** Reads one token: its text; bytes that are no whole character as hexadecimal, so that every token can be seen. */
export type Vocabulary = (id: number) => string;

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** How byte-level tokenizers write bytes: those that print as themselves, the rest as the characters from U+0100 on. */
const byteOf: ReadonlyMap<string, number> = (() => {
  const prints = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return new Map(Array.from({ length: 256 }, (_, byte) => [String.fromCodePoint(prints(byte) ? byte : next++), byte] as const));
})();

function textOf(token: string): string {
  const bytes = Array.from(token, (character) => byteOf.get(character));
  if (!bytes.every((byte) => byte !== undefined)) return token; // not written byte by byte
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return bytes.map((byte) => `<${byte.toString(16).toUpperCase().padStart(2, '0')}>`).join('');
  }
}

/** Parses a `tokenizer.json`. Throws, for people, if it has no vocabulary. `where` is named in errors, which `t` translates. */
export function parseVocabulary(json: string, where: string, t: Translate): Vocabulary {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Error(t('{0} is no JSON.', where));
  }
  const model = isFields(value) ? value['model'] : undefined;
  const vocabulary = isFields(model) ? model['vocab'] : undefined;
  if (!isFields(vocabulary)) throw new Error(t('{0} has no "model.vocab".', where));
  const tokens = new Map<number, string>();
  for (const [token, id] of Object.entries(vocabulary)) if (typeof id === 'number') tokens.set(id, token);
  const control = new Map<number, string>();
  const added = isFields(value) && Array.isArray(value['added_tokens']) ? value['added_tokens'] : [];
  for (const one of added) if (isFields(one) && typeof one['id'] === 'number' && typeof one['content'] === 'string') control.set(one['id'], one['content']);
  const read = new Map<number, string>();
  return (id) => {
    const known = read.get(id);
    if (known !== undefined) return known;
    const token = tokens.get(id);
    const text = control.get(id) ?? (token === undefined ? `#${id}` : textOf(token));
    read.set(id, text);
    return text;
  };
}
