import type { Adapter } from './adapter.ts';

/** The size and shape of a Llama-style decoder. Field names in comments are those of Hugging Face's config.json. */
export interface PolicyConfig {
  /** hidden_size */
  readonly width: number;
  /** num_hidden_layers */
  readonly layers: number;
  /** num_attention_heads */
  readonly heads: number;
  /** num_key_value_heads: several query heads share one key and value head */
  readonly keyValueHeads: number;
  /** intermediate_size */
  readonly feedForward: number;
  /** vocab_size */
  readonly vocabulary: number;
  /** max_position_embeddings */
  readonly context: number;
  /** rope_theta */
  readonly ropeTheta: number;
  /** rms_norm_eps */
  readonly normEpsilon: number;
  // What follows is left out where it is as in Llama 1, so that configs of one model are equal however they were made.
  /** head_dim, where it is not width / heads */
  readonly headWidth?: number;
  /** tie_word_embeddings is false: the head has weights of its own */
  readonly untied?: true;
  /** Biases on query, key and value (Qwen2), or on the output too (Llama's attention_bias) */
  readonly attentionBias?: 'qkv' | 'qkvo';
  /** Norms over each head's queries and keys, before they are turned (Qwen3) */
  readonly headNorms?: true;
  /** Positions a token sees, itself included (Mistral's sliding_window) */
  readonly window?: number;
  readonly ropeScaling?: RopeScaling;
  /** Factors beside frozen matrices; without it all weights are trained. No field of config.json. */
  readonly adapter?: Adapter;
  /** Less memory for more time: what a layer computes is computed again on the way back, and Adam works in place. No field of config.json. */
  readonly recompute?: true;
  /** Matrices that are not trained are held as halves. No field of config.json. */
  readonly frozen?: 'float16';
}

/** More layers than any model has. A config that claims more is damaged; names are made for every layer, before a tensor is looked for. */
export const mostLayers = 4096;

/** How the angles of the rotary embedding are stretched beyond the context that a model was first trained for. */
export type RopeScaling =
  | { readonly kind: 'linear'; readonly factor: number }
  /** Llama 3.1: long wave lengths are stretched, short ones kept, those between blended. */
  | { readonly kind: 'llama3'; readonly factor: number; readonly lowFrequency: number; readonly highFrequency: number; readonly originalContext: number }
  /** One divisor for each pair, as GGUF files write Llama 3's. */
  | { readonly kind: 'factors'; readonly factors: readonly number[] };

/** Says all of a model that its programs depend on: the same for equal configs, in whatever order their fields came. */
export const configKey = (config: PolicyConfig): string =>
  JSON.stringify(Object.entries(config).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)));

export const headSize = ({ width, heads, headWidth }: PolicyConfig): number => headWidth ?? width / heads;
