/** A tokenizer.json in a GGUF file's metadata: the other way round from tokenizer.ts. */
import { endedBy } from '../end-tokens.ts';
import { preTokenizers, type TokenizerFiles } from './tokenizer.ts';
import type { Typed } from './write.ts';

/** `tokenizer.ggml.token_type`, as llama.cpp numbers them. */
const kinds = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** How SentencePiece writes a byte that has no token. */
const byteToken = /^<0x[0-9A-F]{2}>$/;

interface AddedToken { readonly id: number; readonly content: string; readonly special?: boolean }
interface Bpe {
  readonly type?: unknown;
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges: readonly (string | readonly [string, string])[];
  readonly unk_token?: string | null;
  readonly byte_fallback?: boolean;
}
interface Parts {
  readonly model?: Bpe;
  readonly added_tokens?: readonly AddedToken[];
  readonly normalizer?: unknown;
  readonly pre_tokenizer?: unknown;
}

/** Of a `pre_tokenizer` what decides where text is cut, as one text: files of one model family differ in the rest. */
function cutsOf(pre: unknown): string {
  if (typeof pre !== 'object' || pre === null) return '';
  const { type, pretokenizers, pattern, behavior, invert, individual_digits: single, use_regex: cuts, add_prefix_space: prefixed } = pre as Readonly<Record<string, unknown>>;
  switch (type) {
    case 'Sequence': return Array.isArray(pretokenizers) ? pretokenizers.map(cutsOf).filter((cut) => cut !== '').join(', then ') : '';
    case 'Split': return `split ${String(behavior)} ${String(invert)} ${JSON.stringify(pattern)}`;
    case 'Digits': return `digits ${String(single)}`;
    case 'ByteLevel': return `${cuts === false ? '' : 'words'}${prefixed === true ? ' behind a space' : ''}`;
  }
  return JSON.stringify(pre);
}

/** What a `normalizer` does, by types. */
function changesOf(normalizer: unknown): string[] {
  if (typeof normalizer !== 'object' || normalizer === null) return [];
  const { type, normalizers } = normalizer as Readonly<Record<string, unknown>>;
  return type === 'Sequence' && Array.isArray(normalizers) ? normalizers.flatMap(changesOf) : [String(type)];
}

/** llama.cpp's name for each way of cutting, the first of those that mean the same. Its "default" is yet another way. */
const nameOfCuts = new Map(Object.entries(preTokenizers).filter(([name]) => name !== 'default').reverse().map(([name, pre]) => [cutsOf(pre), name]));

const partsOf = (merge: string | readonly [string, string]): readonly string[] => (typeof merge === 'string' ? merge.split(' ') : merge);

/** SentencePiece has scores in place of merges: what is made earlier scores higher. */
function scoresOf(tokens: readonly string[], { merges }: Bpe): number[] {
  const ranks = new Map<string, number>();
  merges.forEach((merge, rank) => {
    const token = partsOf(merge).join('');
    if (!ranks.has(token)) ranks.set(token, rank);
  });
  return tokens.map((token) => -(ranks.get(token) ?? merges.length));
}

/**
 * The keys for ends of turns and of messages, each for a token whose name says so. llama.cpp goes on behind an end whose name says nothing
 * unless a key has it: such ones take the keys that are left.
 */
function otherEnds(endTokens: readonly string[]): (readonly [string, string | undefined])[] {
  const nameless = endTokens.slice(1).filter((token) => endedBy(token) === undefined);
  return ([['eot_token_id', 'turn'], ['eom_token_id', 'message']] as const).map(([key, ended]) => [key, endTokens.find((token) => endedBy(token) === ended) ?? nameless.shift()]);
}

/** Whether text is given a space in front: by the normalizer, or by Metaspace. */
const prefixesSpace = ({ normalizer, pre_tokenizer: pre }: Parts): boolean =>
  JSON.stringify(normalizer ?? null).includes('"Prepend"') || /"Metaspace"/.test(JSON.stringify(pre ?? null)) && !/"prepend_scheme":"never"|"add_prefix_space":false/.test(JSON.stringify(pre));

/** Chat templates, under the names that llama.cpp's converter gives them: of two, one is for dialogues with tools. */
function templates(first: string | undefined, other: string | undefined): (readonly [string, Typed])[] {
  const one = other ?? first;
  const tools = other === undefined ? undefined : first;
  return [
    ...(one === undefined ? [] : [['tokenizer.chat_template', { text: one }] as const]),
    ...(tools === undefined ? [] : [['tokenizer.chat_templates', { texts: ['tool_use'] }] as const, ['tokenizer.chat_template.tool_use', { text: tools }] as const]),
  ];
}

/**
 * The metadata that says what a tokenizer.json says, for a model with `vocabulary` tokens: ids that the tokenizer leaves out are unused.
 * @throws where llama.cpp has no name for how it cuts text, or it is no BPE
 */
export function describeTokenizer({ json, endTokens, bosToken, startToken, chatTemplate, otherTemplate }: TokenizerFiles, vocabulary: number, where: string): Map<string, Typed> {
  const { model, added_tokens: added = [], ...cutting } = json as Parts;
  const refuse = (why: string): Error => new Error(`${where}: ${why}. Export with --as safetensors, which keeps the tokenizer as it is.`);
  if (model?.type !== 'BPE') throw refuse('a GGUF file can hold BPE tokenizers only, and this is another kind');
  const isSentencePiece = model.byte_fallback === true;
  const pre = nameOfCuts.get(cutsOf(cutting.pre_tokenizer));
  if (isSentencePiece ? cutsOf(cutting.pre_tokenizer).startsWith('split') : pre === undefined) throw refuse('llama.cpp has no name for how this tokenizer cuts text into words');
  const changes = changesOf(cutting.normalizer).filter((type) => !(isSentencePiece ? ['Prepend', 'Replace'] : ['NFC']).includes(type));
  if (changes.length > 0) throw refuse(`llama.cpp does not change text as this tokenizer does first (${changes.join(', ')})`);
  const beside = new Set(added.map(({ content }) => content));
  const known = new Set([...Object.keys(model.vocab), ...beside]);
  const tokens = Array.from({ length: vocabulary }, (_, id) => (known.has(`[PAD${id}]`) ? `[UNUSED${id}]` : `[PAD${id}]`));
  const types: number[] = tokens.map(() => kinds.unused);
  const put = (token: string, id: number, kind: number): void => {
    if (!(Number.isSafeInteger(id) && id >= 0 && id < vocabulary)) throw new Error(`${where}: token ${JSON.stringify(token)} has the id ${id}, and the model has ${vocabulary} tokens.`);
    [tokens[id], types[id]] = [token, token === model.unk_token ? kinds.unknown : kind];
  };
  for (const [token, id] of Object.entries(model.vocab)) if (!beside.has(token)) put(token, id, isSentencePiece && byteToken.test(token) ? kinds.byte : kinds.normal);
  // those that are added, as padding, may lack a row: no text becomes them
  for (const { id, content, special } of added) if (id < vocabulary) put(content, id, special ? kinds.control : kinds.userDefined);
  const named = ([name, token]: readonly [string, string | null | undefined]): [string, Typed][] => {
    const id = typeof token === 'string' ? tokens.indexOf(token) : -1;
    return id < 0 ? [] : [[`tokenizer.ggml.${name}`, { u32: id }]];
  };
  return new Map<string, Typed>([
    ['tokenizer.ggml.model', { text: isSentencePiece ? 'llama' : 'gpt2' }],
    ['tokenizer.ggml.pre', { text: isSentencePiece ? 'default' : pre! }],
    ['tokenizer.ggml.tokens', { texts: tokens }],
    ['tokenizer.ggml.token_type', { i32s: types }],
    isSentencePiece ? ['tokenizer.ggml.scores', { f32s: scoresOf(tokens, model) }] : ['tokenizer.ggml.merges', { texts: model.merges.map((merge) => partsOf(merge).join(' ')) }],
    ...([['bos_token_id', bosToken], ['eos_token_id', endTokens[0]], ...otherEnds(endTokens), ['unknown_token_id', model.unk_token]] as const).flatMap(named),
    ['tokenizer.ggml.add_bos_token', { bool: startToken !== undefined }],
    ...(isSentencePiece ? [['tokenizer.ggml.add_space_prefix', { bool: prefixesSpace(cutting) }] as const] : []),
    ...templates(chatTemplate, otherTemplate),
  ]);
}
