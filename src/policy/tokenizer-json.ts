/** A tokenizer.json, as far as it is read here. */

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special?: boolean;
  /** Whether the whitespace before it, or behind it, belongs to it. */
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
}

export interface Bpe {
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges?: readonly (string | readonly [string, string])[];
  readonly unk_token?: string | null;
}

export interface TokenizerJson {
  readonly added_tokens: readonly AddedToken[];
  readonly model: Bpe;
}

/** What keeps a `model` from being read; undefined if nothing does. Old files leave out its type. */
export function unreadModel(model: { readonly type?: unknown; readonly vocab?: unknown }): string | undefined {
  const type = typeof model.type === 'string' ? model.type : Array.isArray(model.vocab) ? 'Unigram' : 'BPE';
  return type === 'BPE' ? undefined : `tokenizer model ${type} is not read; BPE is`;
}

/** @throws if it is no tokenizer.json, or one of another kind than BPE */
export function parseTokenizer(json: unknown, where: string): TokenizerJson {
  const fields = json as Partial<TokenizerJson> | null;
  const model = typeof fields === 'object' ? fields?.model : undefined;
  if (!Array.isArray(fields?.added_tokens) || typeof model !== 'object' || model === null || typeof model.vocab !== 'object' || model.vocab === null)
    throw new Error(`${where} is not a tokenizer.json with 'added_tokens' and 'model.vocab'.`);
  const unread = unreadModel(model);
  if (unread !== undefined) throw new Error(`${where}: ${unread}. Choose a model whose tokenizer is a BPE.`);
  return fields as TokenizerJson;
}

/**
 * The model without some of its tokens, nor the merges that make them: what would become one is left in the parts that it is made of.
 * @param isLeft whether a token is left out
 */
export function withoutTokens(model: Bpe, isLeft: (token: string, id: number) => boolean): Bpe {
  const left = new Set(Object.keys(model.vocab).filter((token) => isLeft(token, model.vocab[token])));
  if (left.size === 0) return model;
  const made = (merge: string | readonly [string, string]): string => (typeof merge === 'string' ? merge.replace(' ', '') : merge.join(''));
  return {
    ...model,
    vocab: Object.fromEntries(Object.entries(model.vocab).filter(([token]) => !left.has(token))),
    ...(model.merges && { merges: model.merges.filter((merge) => !left.has(made(merge))) }),
  };
}
