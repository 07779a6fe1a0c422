/** What a GGUF file says of a decoder and its tokenizer: the other way round from config.ts and tokenizer.ts. */
import { headSize, type PolicyConfig } from '../config.ts';
import { ropeFrequencies } from '../model/rope.ts';
import { preTokenizers, type TokenizerFiles } from './tokenizer.ts';
import type { WritableType } from './quantize.ts';
import type { Typed } from './write.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The architecture under which llama.cpp runs a decoder. */
export const architectureOf = (config: PolicyConfig): 'llama' | 'qwen2' | 'qwen3' => (config.headNorms ? 'qwen3' : config.attentionBias === 'qkv' ? 'qwen2' : 'llama');

const fileTypes: Readonly<Record<WritableType, number>> = { F32: 0, F16: 1, Q8_0: 7 };

/** Sizes and switches of the decoder. */
export function describeModel(config: PolicyConfig, name: string, type: WritableType): Map<string, Typed> {
  const architecture = architectureOf(config);
  const at = (key: string): string => `${architecture}.${key}`;
  const size = headSize(config);
  const { ropeScaling, window } = config;
  return new Map<string, Typed>([
    ['general.architecture', { text: architecture }],
    ['general.name', { text: name }],
    ['general.file_type', { u32: fileTypes[type] }],
    [at('block_count'), { u32: config.layers }],
    [at('context_length'), { u32: config.context }],
    [at('embedding_length'), { u32: config.width }],
    [at('feed_forward_length'), { u32: config.feedForward }],
    [at('attention.head_count'), { u32: config.heads }],
    [at('attention.head_count_kv'), { u32: config.keyValueHeads }],
    [at('attention.key_length'), { u32: size }],
    [at('attention.value_length'), { u32: size }],
    [at('attention.layer_norm_rms_epsilon'), { f32: config.normEpsilon }],
    [at('rope.dimension_count'), { u32: size }],
    [at('rope.freq_base'), { f32: config.ropeTheta }],
    [at('vocab_size'), { u32: config.vocabulary }],
    ...(window === undefined ? [] : [[at('attention.sliding_window'), { u32: window }] as const]),
    ...(ropeScaling?.kind === 'linear' ? [[at('rope.scaling.type'), { text: 'linear' }] as const, [at('rope.scaling.factor'), { f32: ropeScaling.factor }] as const] : []),
  ]);
}

/** Divisors of the angles, one for each pair, which the format keeps as the tensor rope_freqs.weight; undefined where all are 1. */
export function angleDivisors(config: PolicyConfig): Float32Array | undefined {
  const { ropeScaling, ropeTheta } = config;
  if (ropeScaling === undefined || ropeScaling.kind === 'linear') return undefined;
  const stretched = ropeFrequencies(headSize(config), ropeTheta, ropeScaling);
  return Float32Array.from(ropeFrequencies(headSize(config), ropeTheta), (frequency, i) => frequency / stretched[i]);
}

/**
 * The tokenizer of a tokenizer.json.
 * @throws where llama.cpp has no name for how it cuts text, or it is no BPE
 */
export function describeTokenizer({ json, endTokens, bosToken, startToken, chatTemplate }: TokenizerFiles, vocabulary: number, where: string): Map<string, Typed> {
  const fields = json as Fields;
  const model = fields['model'] as Fields | undefined;
  const refuse = (why: string): Error => new Error(`${where}: ${why}. Export with --as safetensors, which keeps the tokenizer as it is.`);
  if (model?.['type'] !== 'BPE') throw refuse('a GGUF file can hold byte-level BPE tokenizers only, and this is another kind');
  const cut = JSON.stringify(fields['pre_tokenizer']);
  const pre = Object.entries(preTokenizers).find(([, value]) => JSON.stringify(value) === cut)?.[0];
  if (pre === undefined) throw refuse('llama.cpp has no name for how this tokenizer cuts text into words');
  const vocab = model['vocab'] as Readonly<Record<string, number>>;
  const added = (fields['added_tokens'] as readonly { id: number; content: string; special: boolean }[] | undefined) ?? [];
  const tokens = Array.from({ length: vocabulary }, (_, id) => `[PAD${id}]`);
  const types = tokens.map(() => 5); // unused
  for (const [token, id] of Object.entries(vocab)) [tokens[id], types[id]] = [token, 1];
  for (const { id, content, special } of added) [tokens[id], types[id]] = [content, special ? 3 : 4];
  const idOf = (token: string | undefined): number => (token === undefined ? -1 : tokens.indexOf(token));
  const named = ([name, token]: readonly [string, string | undefined]): [string, Typed][] => (idOf(token) < 0 ? [] : [[`tokenizer.ggml.${name}`, { u32: idOf(token) }]]);
  const merges = (model['merges'] as readonly (string | readonly [string, string])[]).map((merge) => (typeof merge === 'string' ? merge : merge.join(' ')));
  return new Map<string, Typed>([
    ['tokenizer.ggml.model', { text: 'gpt2' }],
    ['tokenizer.ggml.pre', { text: pre }],
    ['tokenizer.ggml.tokens', { texts: tokens }],
    ['tokenizer.ggml.token_type', { i32s: types }],
    ['tokenizer.ggml.merges', { texts: merges }],
    ...([['bos_token_id', bosToken], ['eos_token_id', endTokens[0]], ['eot_token_id', endTokens[1]]] as const).flatMap(named),
    ['tokenizer.ggml.add_bos_token', { bool: startToken !== undefined }],
    ...(chatTemplate === undefined ? [] : [['tokenizer.chat_template', { text: chatTemplate }] as const]),
  ]);
}
