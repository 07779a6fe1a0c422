/** What a GGUF file says of a decoder: the other way round from config.ts. */
import { headSize, type PolicyConfig } from '../config.ts';
import { ropeFrequencies } from '../rope-frequencies.ts';
import type { WritableType } from './quantize.ts';
import type { Typed } from './write.ts';

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
    // llama.cpp runs these architectures without a window: up to its length that is the same
    [at('context_length'), { u32: Math.min(config.context, window ?? Infinity) }],
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
