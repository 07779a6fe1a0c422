/** The tokenizer in a GGUF file's metadata, as the tokenizer.json that means the same. */
import { endTokensOf } from '../end-tokens.ts';
import type { GgufHeader, GgufValue } from './header.ts';

/** What a checkpoint says about its tokens beside the tokenizer itself. */
export interface TokenizerFiles {
  /** In the form of tokenizer.json. */
  readonly json: object;
  /** First what templates call eos_token. */
  readonly endTokens: readonly string[];
  /** What templates call bos_token. */
  readonly bosToken?: string;
  /** Begins every sequence, where the model was trained so. */
  readonly startToken?: string;
  readonly chatTemplate?: string;
  /** Taken where `chatTemplate`, which is the one for tools of several, cannot be used. */
  readonly otherTemplate?: string;
}

/** How text is cut before merging, by `tokenizer.ggml.pre`: the `pre_tokenizer` of the tokenizer.json it stands for. */
const byteLevel = (useRegex: boolean): object => ({ type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: useRegex });
const split = (pattern: string): object => ({ type: 'Sequence', pretokenizers: [{ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false }, byteLevel(false)] });
/** Llama 3's pattern; Qwen's differs in the number of digits that stay together. */
const pattern = (digits: string): string => String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|${digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
export const preTokenizers: Readonly<Record<string, object>> = {
  default: byteLevel(true),
  'gpt-2': byteLevel(true),
  smollm: { type: 'Sequence', pretokenizers: [{ type: 'Digits', individual_digits: true }, byteLevel(true)] },
  'llama-bpe': split(pattern(String.raw`\p{N}{1,3}`)),
  'llama-v3': split(pattern(String.raw`\p{N}{1,3}`)),
  llama3: split(pattern(String.raw`\p{N}{1,3}`)),
  qwen2: split(pattern(String.raw`\p{N}`)),
  /** Mistral's since Nemo: words end where capitals begin. */
  tekken: split(String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`),
};
/** Of these, a word that is a token is one without merging. */
const wholeWords: ReadonlySet<string> = new Set(['llama-bpe', 'llama-v3', 'llama3', 'tekken']);
/** Where `tokenizer.ggml.add_bos_token` is absent, as in most files of Llama 3 and Nemo, llama.cpp begins sequences with bos under the same names. */
const beginsWithBos = wholeWords;

/** Ids of SentencePiece files that do not name them, as llama.cpp has them. */
const usualIds: Readonly<Record<string, number>> = { unknown_token_id: 0, bos_token_id: 1, eos_token_id: 2 };

/** `tokenizer.ggml.token_type` of tokens beside the vocabulary: what stands for no letter, control tokens, and those that users defined. */
const [unknown, control, userDefined] = [2, 3, 4];
const unused = 5;

/** Begins every sequence with a token, as `tokenizers` does it. */
const beginningWith = (token: string, id: number): object => {
  const [start, first, second] = [{ SpecialToken: { id: token, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 0 } }];
  return { type: 'TemplateProcessing', single: [start, first], pair: [start, first, second], special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } } };
};

/** SentencePiece's tokens as text: bytes joined to letters, and the space taken away that was put before the text. */
const pieceDecoder = (isPrefixed: boolean): object => ({
  type: 'Sequence',
  decoders: [{ type: 'Replace', pattern: { String: '▁' }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' }, ...(isPrefixed ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : [])],
});

/** @throws naming what is missing or of a kind that is not read */
export function ggufTokenizer({ metadata }: GgufHeader, where: string): TokenizerFiles {
  const key = (name: string): string => `tokenizer.ggml.${name}`;
  const texts = (name: string): string[] => {
    const value = metadata.get(key(name));
    if (!Array.isArray(value) || !value.every((item): item is string => typeof item === 'string')) throw new Error(`${where}: '${key(name)}' should be a list of texts.`);
    return value;
  };
  const numbers = (name: string, length: number): number[] => {
    const value: GgufValue | undefined = metadata.get(key(name));
    if (!Array.isArray(value) || value.length !== length || !value.every((item): item is number => typeof item === 'number')) throw new Error(`${where}: '${key(name)}' should be a list of ${length} numbers.`);
    return value;
  };
  const model = metadata.get(key('model'));
  const tokens = texts('tokens');
  const types = metadata.has(key('token_type')) ? numbers('token_type', tokens.length) : tokens.map(() => 1);
  const token = (name: string): string | undefined => tokens[Number(metadata.get(key(name)) ?? (model === 'llama' ? usualIds[name] : undefined) ?? -1)];
  const endTokens = endTokensOf(['eos_token_id', 'eot_token_id', 'eom_token_id'].map(token), tokens.filter((_, id) => types[id] === control || types[id] === userDefined));
  // what ends a turn is a control token, whatever type fine-tunes gave it
  const ends = new Set(endTokens);
  const isSpecial = (id: number): boolean => types[id] === unknown || types[id] === control || ends.has(tokens[id]);
  const isAdded = (id: number): boolean => isSpecial(id) || types[id] === userDefined;
  const added = tokens.flatMap((content, id) => (isAdded(id) ? [{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: isSpecial(id) }] : []));
  // with those that are added: `tokenizers` numbers anew what the vocabulary lacks, whatever id is stated
  const vocab = Object.fromEntries(tokens.flatMap((token, id) => (types[id] === unused && !isAdded(id) ? [] : [[token, id]])));
  const bpe = { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, vocab };
  const [template, other] = ['tokenizer.chat_template.tool_use', 'tokenizer.chat_template'].map((name) => metadata.get(name)).filter((text) => typeof text === 'string');
  const named = metadata.get(key('pre'));
  const begins = metadata.get(key('add_bos_token')) ?? (model === 'llama' || beginsWithBos.has(String(named)));
  const bosToken = token('bos_token_id');
  const startToken = begins === true ? bosToken : undefined;
  const common = { version: '1.0', truncation: null, padding: null, added_tokens: added, post_processor: startToken === undefined ? null : beginningWith(startToken, tokens.indexOf(startToken)) };
  const rest = {
    endTokens,
    bosToken,
    ...(begins === true ? { startToken } : {}),
    ...(template === undefined ? {} : { chatTemplate: template }),
    ...(other === undefined ? {} : { otherTemplate: other }),
  };
  if (model === 'gpt2') {
    // llama.cpp warns and cuts in a way that is no model's; text that is cut otherwise than in training becomes other tokens, and nothing shows it
    if (named === undefined) throw new Error(`${where}: '${key('pre')}' is missing, as in files from before May 2024: how this model cuts text into words is not known. Take a newer GGUF file of it or its Hugging Face folder, or name its tokenizer.json in policy.tokenizer.`);
    const pre = String(named);
    if (!Object.hasOwn(preTokenizers, pre)) throw new Error(`${where}: '${key('pre')}' is ${JSON.stringify(pre)}; this version reads ${Object.keys(preTokenizers).join(', ')}. Take the model's Hugging Face folder instead.`);
    const json = { ...common, normalizer: pre === 'qwen2' ? { type: 'NFC' } : null, pre_tokenizer: preTokenizers[pre], decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true }, model: { ...bpe, byte_fallback: false, ignore_merges: wholeWords.has(pre), merges: texts('merges').filter((merge) => !ends.has(merge.replace(' ', ''))) } };
    return { json, ...rest };
  }
  if (model === 'llama') {
    const isPrefixed = metadata.get(key('add_space_prefix')) !== false;
    const prefix = isPrefixed ? [{ type: 'Prepend', prepend: '▁' }] : [];
    const json = {
      ...common, normalizer: { type: 'Sequence', normalizers: [...prefix, { type: 'Replace', pattern: { String: ' ' }, content: '▁' }] }, pre_tokenizer: null,
      decoder: pieceDecoder(isPrefixed),
      model: { ...bpe, unk_token: token('unknown_token_id') ?? null, fuse_unk: true, byte_fallback: true, merges: mergesOf(tokens, (id) => types[id] === 1 && !isAdded(id), numbers('scores', tokens.length)) },
    };
    return { json, ...rest };
  }
  throw new Error(`${where}: '${key('model')}' is ${JSON.stringify(String(model))}; this version reads "gpt2" (byte-level BPE) and "llama" (SentencePiece BPE).`);
}

/**
 * SentencePiece merges whichever pair makes the token of the best score: the same as merges in the order of scores.
 * @param isMade whether a token is made of others
 */
function mergesOf(tokens: readonly string[], isMade: (id: number) => boolean, scores: readonly number[]): [string, string][] {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const merges: { pair: [string, string]; score: number; parts: number }[] = [];
  tokens.forEach((token, id) => {
    if (!isMade(id)) return;
    const letters = [...token];
    for (let cut = 1; cut < letters.length && letters.length <= 64; cut++) {
      const pair: [string, string] = [letters.slice(0, cut).join(''), letters.slice(cut).join('')];
      const [left, right] = [ids.get(pair[0]), ids.get(pair[1])];
      if (left !== undefined && right !== undefined) merges.push({ pair, score: scores[id], parts: Math.max(left, right) });
    }
  });
  return merges.sort((a, b) => b.score - a.score || a.parts - b.parts).map(({ pair }) => pair);
}
