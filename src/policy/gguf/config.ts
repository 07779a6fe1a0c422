/** The decoder that a GGUF file describes, and the names of its tensors. */
import { headSize, mostLayers, type PolicyConfig } from '../config.ts';
import { biasOf, embeddingName, finalNormName, headName, layerNames, weightShapes } from '../weights.ts';
import type { GgufHeader } from './header.ts';
import { divisorsName, linearScaling } from './rope.ts';

const families = ['llama', 'qwen2', 'qwen3'] as const;

/** What the header says; divisors of the angles, where there are any, are in a tensor: see rope.ts. @throws naming what is missing or not run here */
export function ggufConfig(header: GgufHeader, where: string): PolicyConfig {
  const { metadata, tensors } = header;
  const architecture = metadata.get('general.architecture');
  const family = families.find((name) => name === architecture);
  if (!family) throw new Error(`${where}: 'general.architecture' is ${JSON.stringify(String(architecture))}; this version runs ${families.map((name) => `"${name}"`).join(', ')} only.`);
  const optional = (key: string): number | undefined => {
    const value = metadata.get(`${family}.${key}`);
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (number === undefined) return undefined;
    if (typeof number !== 'number' || !(number > 0) || !Number.isFinite(number)) throw new Error(`${where}: '${family}.${key}' should be a positive number.`);
    return number;
  };
  const number = (key: string): number => {
    const value = optional(key);
    if (value === undefined) throw new Error(`${where}: '${family}.${key}' is missing.`);
    return value;
  };
  const optionalSize = (key: string, most = 2 ** 31): number | undefined => {
    const value = optional(key);
    if (value !== undefined && !(Number.isSafeInteger(value) && value <= most)) throw new Error(`${where}: '${family}.${key}' should be a whole number up to ${most}, found ${value}.`);
    return value;
  };
  const size = (key: string, most?: number): number => optionalSize(key, most) ?? number(key);
  if (metadata.has(`${family}.expert_count`)) throw new Error(`${where}: '${family}.expert_count' is set; mixtures of experts do not run in this version.`);
  const ropeScaling = linearScaling(header, family, optional, where);
  const embedding = tensors.get('token_embd.weight');
  if (!embedding) throw new Error(`${where} has no tensor 'token_embd.weight'.`);
  const [width, heads] = [size('embedding_length'), size('attention.head_count')];
  const headWidth = optionalSize('attention.key_length');
  const window = optionalSize('attention.sliding_window');
  const bias = tensors.has('blk.0.attn_q.bias') ? (tensors.has('blk.0.attn_output.bias') ? 'qkvo' as const : 'qkv' as const) : undefined;
  const config: PolicyConfig = {
    width, heads,
    layers: size('block_count', mostLayers),
    keyValueHeads: optionalSize('attention.head_count_kv') ?? heads,
    feedForward: size('feed_forward_length'),
    vocabulary: embedding.shape[0],
    context: size('context_length'),
    ropeTheta: optional('rope.freq_base') ?? 10000,
    normEpsilon: Math.fround(number('attention.layer_norm_rms_epsilon')),
    ...(headWidth === undefined || headWidth === width / heads ? {} : { headWidth }),
    ...(tensors.has('output.weight') ? { untied: true as const } : {}),
    ...(bias ? { attentionBias: bias } : {}),
    ...(family === 'qwen3' ? { headNorms: true as const } : {}),
    ...(window === undefined ? {} : { window }),
    ...(ropeScaling ? { ropeScaling } : {}),
  };
  const head = headSize(config);
  if (!Number.isInteger(head) || head % 2 || heads % config.keyValueHeads) throw new Error(`${where}: '${family}.embedding_length' must divide into an even head size, and the heads by those of keys and values.`);
  const turned = optional('rope.dimension_count');
  if (turned !== undefined && turned !== head) throw new Error(`${where}: '${family}.rope.dimension_count' is ${turned} of heads of ${head}; angles for a part of a head do not run in this version.`);
  return config;
}

/**
 * Whether every tensor is one of this decoder's: with one that is left out a model computes something else, and nothing would
 * show it. llama.cpp takes no such file either. `output.weight` is the head's own, and makes the config untied.
 * @throws naming the first that is not read
 */
export function requireAllRead({ tensors }: GgufHeader, config: PolicyConfig, where: string): void {
  const names = ggufNames(config);
  const read = new Set([divisorsName, ...weightShapes(config).map(({ name }) => names.get(name))]);
  const [unread, ...others] = [...tensors.keys()].filter((name) => !read.has(name));
  if (unread === undefined) return;
  const more = others.length > 0 ? ` and ${others.length} more are` : ' is';
  throw new Error(`${where}: tensor '${unread}'${more} no part of the decoders that this version runs; without what it does the model would be another. Take another model.`);
}

/** The name in a GGUF file of each of our weights. */
export function ggufNames(config: PolicyConfig): Map<string, string> {
  const names = new Map([[embeddingName, 'token_embd.weight'], [finalNormName, 'output_norm.weight'], [headName, 'output.weight']]);
  for (let layer = 0; layer < config.layers; layer++) {
    const ours = layerNames(layer);
    const at = (name: string): string => `blk.${layer}.${name}.weight`;
    const pairs: [string, string][] = [
      [ours.attentionNorm, at('attn_norm')], [ours.query, at('attn_q')], [ours.key, at('attn_k')], [ours.value, at('attn_v')], [ours.output, at('attn_output')],
      [ours.feedForwardNorm, at('ffn_norm')], [ours.gate, at('ffn_gate')], [ours.up, at('ffn_up')], [ours.down, at('ffn_down')],
      [ours.queryNorm, at('attn_q_norm')], [ours.keyNorm, at('attn_k_norm')],
    ];
    for (const [our, theirs] of pairs) names.set(our, theirs).set(biasOf(our), biasOf(theirs));
  }
  return names;
}

/** Heads of each weight whose rows the Llama architecture's files have in another order. */
export function turnedHeads(config: PolicyConfig): Map<string, number> {
  const heads = new Map<string, number>();
  for (let layer = 0; layer < config.layers; layer++) {
    const { query, key } = layerNames(layer);
    for (const [name, n] of [[query, config.heads], [key, config.keyValueHeads]] as const) heads.set(name, n).set(biasOf(name), n);
  }
  return heads;
}

/**
 * Files of the Llama architecture have the rows of queries and keys in the order in which their pairs are turned: pair i
 * is rows 2i and 2i + 1 of a head. Here, as in Hugging Face's files, it is rows i and i + half.
 * data: [heads·size, columns], changed into a new array
 */
export const unpermuted = (data: Float32Array, heads: number, columns: number): Float32Array => reordered(data, heads, columns, (i, half) => (i < half ? 2 * i : 2 * (i - half) + 1));

/** The other way round. */
export const permuted = (data: Float32Array, heads: number, columns: number): Float32Array => reordered(data, heads, columns, (i, half) => (i % 2 === 0 ? i / 2 : half + (i - 1) / 2));

/** @param from the row of a head that its row `i` is taken from */
function reordered(data: Float32Array, heads: number, columns: number, from: (i: number, half: number) => number): Float32Array {
  const size = data.length / columns / heads;
  const result = new Float32Array(data.length);
  for (let row = 0; row < heads * size; row++) {
    const at = Math.floor(row / size) * size + from(row % size, size / 2);
    result.set(data.subarray(at * columns, (at + 1) * columns), row * columns);
  }
  return result;
}
