/** What a Python literal is once it has been read. */

/** A value with the place it was read at, so that who finds it unfit can say where. Dictionaries keep their order. */
export type Literal = { readonly at: number } & (
  | { readonly kind: 'none' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** `exact` where the number is an integer that a double does not hold. */
  | { readonly kind: 'number'; readonly value: number; readonly exact?: bigint }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'list' | 'tuple' | 'set'; readonly items: readonly Literal[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [key: Literal, value: Literal])[] }
);

export interface LiteralLimits {
  /** Brackets within brackets. */
  readonly depth: number;
  /** Length of the text, in UTF-16 units. */
  readonly length: number;
}

/** Deeper and longer than any training file; shallow enough for the stack. */
export const literalLimits: LiteralLimits = { depth: 100, length: 2 ** 26 };

/** What is wrong with a literal, and at which offset of its text. */
export class LiteralError extends Error {
  override readonly name = 'LiteralError';
  constructor(message: string, readonly offset: number) {
    super(message);
  }
}
