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
}

export const headSize = ({ width, heads }: PolicyConfig): number => width / heads;

/** The config.json that Hugging Face's LlamaForCausalLM reads. */
export function toHuggingFace(config: PolicyConfig): Record<string, unknown> {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_size: config.width,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    intermediate_size: config.feedForward,
    vocab_size: config.vocabulary,
    max_position_embeddings: config.context,
    rope_theta: config.ropeTheta,
    rms_norm_eps: config.normEpsilon,
    hidden_act: 'silu',
    tie_word_embeddings: true,
    attention_bias: false,
    mlp_bias: false,
    torch_dtype: 'float32',
  };
}

/** Reads a config.json. @throws if it is not a Llama-style decoder of the kind written here, naming what differs. */
export function fromHuggingFace(json: unknown, where: string): PolicyConfig {
  if (typeof json !== 'object' || json === null) throw new Error(`${where} is not a JSON object.`);
  const fields = json as Record<string, unknown>;
  const number = (name: string, of = fields): number => {
    const value = of[name];
    if (typeof value !== 'number' || !(value > 0)) throw new Error(`${where}: '${name}' should be a positive number, found ${JSON.stringify(value)}.`);
    return value;
  };
  /** `absent`: what Hugging Face takes when the field is missing. */
  const refuse = (name: string, supported: unknown, absent: unknown = supported): void => {
    const value = fields[name] ?? absent;
    if (value !== supported) throw new Error(`${where}: '${name}' is ${JSON.stringify(value)}; this version runs ${JSON.stringify(supported)} only.`);
  };
  refuse('model_type', 'llama');
  refuse('hidden_act', 'silu');
  refuse('tie_word_embeddings', true, false);
  refuse('attention_bias', false);
  refuse('mlp_bias', false);
  refuse('rope_scaling', null);
  refuse('head_dim', number('hidden_size') / number('num_attention_heads'));
  // newer files keep the base of the angles in an object, older ones beside the rest
  const rope = typeof fields.rope_parameters === 'object' && fields.rope_parameters !== null ? (fields.rope_parameters as Record<string, unknown>) : { rope_theta: fields.rope_theta };
  if ((rope.rope_type ?? 'default') !== 'default') throw new Error(`${where}: 'rope_parameters.rope_type' is ${JSON.stringify(rope.rope_type)}; this version runs "default" only.`);
  const config: PolicyConfig = {
    width: number('hidden_size'),
    layers: number('num_hidden_layers'),
    heads: number('num_attention_heads'),
    keyValueHeads: number('num_key_value_heads'),
    feedForward: number('intermediate_size'),
    vocabulary: number('vocab_size'),
    context: number('max_position_embeddings'),
    ropeTheta: number('rope_theta', rope),
    normEpsilon: number('rms_norm_eps'),
  };
  if (config.width % config.heads || config.heads % config.keyValueHeads || headSize(config) % 2)
    throw new Error(`${where}: hidden_size must divide into an even head size, and num_attention_heads by num_key_value_heads.`);
  return config;
}
