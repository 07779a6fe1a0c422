/** What bytes each token stands for. */

/** GPT-2's writing of bytes as printable characters: those that print stand for themselves, the rest from U+0100 on. */
export const byteCharacters: readonly string[] = (() => {
  const prints = (b: number): boolean => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, b) => String.fromCodePoint(prints(b) ? b : next++));
})();
const byCharacter = new Map(byteCharacters.map((character, byte) => [character, byte]));
const byteOf = (character: string): number => byCharacter.get(character) ?? 63;

/** SentencePiece writes a space as U+2581 and a byte without a token as `<0x0A>`. */
function pieceBytes(piece: string): Uint8Array {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(piece);
  return byte ? Uint8Array.of(parseInt(byte[1], 16)) : new TextEncoder().encode(piece.replaceAll('\u2581', ' '));
}

/** Whether a tokenizer.json decodes tokens as SentencePiece does. */
function isSentencePiece(json: unknown): boolean {
  const { model, decoder } = json as { model?: { byte_fallback?: unknown }; decoder?: { type?: unknown } | null };
  return decoder?.type !== 'ByteLevel' && model?.byte_fallback === true;
}

/**
 * By id, below `size`; control tokens, and ids without a token, have none.
 * @param control the tokens beside the vocabulary; @param shown those of them that are text when read back, as `<tool_call>` is
 */
export function byteTable(json: unknown, vocab: Readonly<Record<string, number>>, control: ReadonlyMap<string, number>, shown: ReadonlySet<string>, size: number): Uint8Array[] {
  const none = new Uint8Array();
  const table = new Array<Uint8Array>(size).fill(none);
  const bytes = isSentencePiece(json) ? pieceBytes : (token: string): Uint8Array => Uint8Array.from(token, byteOf);
  for (const [token, id] of Object.entries(vocab)) if (id < size && !control.has(token)) table[id] = bytes(token);
  for (const [token, id] of control) if (id < size && shown.has(token)) table[id] = new TextEncoder().encode(token);
  return table;
}
