/** Hugging Face's config.json, of the architectures that are one decoder with switches. */
import { headSize, mostLayers, type PolicyConfig, type RopeScaling } from './config.ts';
import { llama3Scaling } from './llama3-scaling.ts';

/** `model_type`s that are read, and what each does that its file does not say. */
const families = ['llama', 'mistral', 'qwen2', 'qwen3'] as const;
type Family = (typeof families)[number];

/** What transformers takes for fields that a file leaves out (its `configuration_<family>.py`, 4.43 to 5). */
const leftOut = {
  /** undefined: as many as there are heads, which null is too, for every family */
  keyValueHeads: { llama: undefined, mistral: 8, qwen2: 32, qwen3: 32 } satisfies Record<Family, number | undefined>,
  slidingWindow: 4096,
  maxWindowLayers: 28,
};

const architectures: Readonly<Record<Family, string>> = { llama: 'LlamaForCausalLM', mistral: 'MistralForCausalLM', qwen2: 'Qwen2ForCausalLM', qwen3: 'Qwen3ForCausalLM' };

/** The family whose reader computes what this config says. */
const familyOf = (config: PolicyConfig): Family =>
  config.headNorms ? 'qwen3' : config.attentionBias === 'qkv' ? 'qwen2' : config.window !== undefined ? 'mistral' : 'llama';

/** @throws for divisors that are not Llama 3's */
const scalingToFile = (config: PolicyConfig, scaling: RopeScaling): Record<string, unknown> => {
  switch (scaling.kind) {
    case 'linear': return { rope_type: 'linear', factor: scaling.factor };
    case 'llama3': return { rope_type: 'llama3', factor: scaling.factor, low_freq_factor: scaling.lowFrequency, high_freq_factor: scaling.highFrequency, original_max_position_embeddings: scaling.originalContext };
    case 'factors': {
      const known = llama3Scaling(config, scaling.factors);
      if (known === undefined) throw new Error("The angles of this model, which come from a GGUF file, are not divided as Llama 3's are, and config.json has no name for it. Export the policy with --as gguf, or its adapter with --as peft.");
      return scalingToFile(config, known);
    }
  }
};

/** The config.json that transformers reads. @throws for a GGUF file's angles, where it cannot say them */
export function toHuggingFace(config: PolicyConfig): Record<string, unknown> {
  const family = familyOf(config);
  return {
    architectures: [architectures[family]],
    model_type: family,
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
    tie_word_embeddings: !config.untied,
    attention_bias: config.attentionBias === 'qkvo',
    mlp_bias: false,
    torch_dtype: 'float32',
    ...(config.headWidth === undefined && family !== 'qwen3' ? {} : { head_dim: headSize(config) }), // Qwen3 left out takes 128
    // Qwen's windows begin at layer 28, left out, and are off
    ...(config.window === undefined ? {} : { sliding_window: config.window, ...(family === 'mistral' ? {} : { use_sliding_window: true, max_window_layers: 0 }) }),
    ...(config.ropeScaling ? { rope_scaling: scalingToFile(config, config.ropeScaling) } : {}),
  };
}

/** Reads a config.json. @throws if it is not a decoder of the kind written here, naming what differs. */
export function fromHuggingFace(json: unknown, where: string): PolicyConfig {
  if (typeof json !== 'object' || json === null) throw new Error(`${where} is not a JSON object.`);
  const fields = json as Record<string, unknown>;
  const number = (name: string, of = fields): number => {
    const value = of[name];
    if (typeof value !== 'number' || !(value > 0)) throw new Error(`${where}: '${name}' should be a positive number, found ${JSON.stringify(value)}.`);
    return value;
  };
  const size = (name: string, most = 2 ** 31): number => {
    const value = number(name);
    if (!Number.isSafeInteger(value) || value > most) throw new Error(`${where}: '${name}' should be a whole number up to ${most}, found ${value}.`);
    return value;
  };
  /** `absent`: what Hugging Face takes when the field is missing. */
  const refuse = (name: string, supported: unknown, absent: unknown = supported): void => {
    const value = fields[name] ?? absent;
    if (value !== supported) throw new Error(`${where}: '${name}' is ${JSON.stringify(value)}; this version runs ${JSON.stringify(supported)} only.`);
  };
  const family = families.find((name) => name === fields.model_type);
  if (!family) throw new Error(`${where}: 'model_type' is ${JSON.stringify(fields.model_type)}; this version runs ${families.map((name) => `"${name}"`).join(', ')} only.`);
  if (fields.quantization_config !== undefined && fields.quantization_config !== null)
    throw new Error(`${where}: 'quantization_config' says that the weights are quantised, by ${JSON.stringify((fields.quantization_config as { quant_method?: unknown }).quant_method)}; this version reads F32, F16 and BF16, and GGUF files. Take the model as it was before, or its GGUF file.`);
  refuse('hidden_act', 'silu');
  refuse('mlp_bias', false);
  const [width, heads] = [size('hidden_size'), size('num_attention_heads')];
  const headWidth = fields.head_dim === undefined || fields.head_dim === null ? (family === 'qwen3' ? 128 : undefined) : size('head_dim');
  const layers = size('num_hidden_layers', mostLayers);
  const window = slidingWindow(fields, family, layers, where);
  const { theta, scaling } = rope(fields, where, number);
  const config: PolicyConfig = {
    width, layers, heads,
    keyValueHeads: fields.num_key_value_heads === null ? heads : fields.num_key_value_heads === undefined ? leftOut.keyValueHeads[family] ?? heads : size('num_key_value_heads'),
    feedForward: size('intermediate_size'),
    vocabulary: size('vocab_size'),
    context: size('max_position_embeddings'),
    ropeTheta: theta,
    normEpsilon: number('rms_norm_eps'),
    ...(headWidth === undefined || headWidth === width / heads ? {} : { headWidth }),
    ...(fields.tie_word_embeddings === true ? {} : { untied: true as const }),
    ...(family === 'qwen2' ? { attentionBias: 'qkv' as const } : fields.attention_bias === true ? { attentionBias: 'qkvo' as const } : {}),
    ...(family === 'qwen3' ? { headNorms: true as const } : {}),
    ...(window === undefined ? {} : { window }),
    ...(scaling ? { ropeScaling: scaling } : {}),
  };
  if (!Number.isInteger(headSize(config)) || config.heads % config.keyValueHeads || headSize(config) % 2)
    throw new Error(`${where}: hidden_size must divide into an even head size, and num_attention_heads by num_key_value_heads.`);
  return config;
}

/**
 * Mistral's window holds in every layer; Qwen's where it is switched on, in the layers that `layer_types` names or, without it,
 * from `max_window_layers` on. It runs here if that is all layers or none.
 * @throws naming the file, if some layers have it and others not
 */
function slidingWindow(fields: Record<string, unknown>, family: Family, layers: number, where: string): number | undefined {
  if (family === 'llama' || fields.sliding_window === null) return undefined;
  if (family !== 'mistral') {
    if (fields.use_sliding_window !== true) return undefined;
    const { max_window_layers: first = leftOut.maxWindowLayers, layer_types: types } = fields;
    if (typeof first !== 'number') throw new Error(`${where}: 'max_window_layers' should be a number, found ${JSON.stringify(first)}.`);
    const windowed = Array.isArray(types) ? types.filter((type) => type === 'sliding_attention').length : Math.max(0, layers - first);
    if (windowed === 0) return undefined;
    if (windowed < layers) throw new Error(`${where}: 'use_sliding_window' with '${Array.isArray(types) ? 'layer_types' : 'max_window_layers'}' gives ${windowed} of ${layers} layers a window; this version runs windows in all layers or in none.`);
  }
  const { sliding_window: window = leftOut.slidingWindow } = fields;
  if (typeof window !== 'number' || !Number.isSafeInteger(window) || window < 1) throw new Error(`${where}: 'sliding_window' should be a whole number above 0, found ${JSON.stringify(window)}.`);
  return window;
}

/** The base of the angles and their scaling. Newer files keep both in one object, older ones beside the rest. */
function rope(fields: Record<string, unknown>, where: string, number: (name: string, of?: Record<string, unknown>) => number): { theta: number; scaling?: RopeScaling } {
  const object = (name: string): Record<string, unknown> | undefined => {
    const value = fields[name];
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  };
  const [newer, older] = [object('rope_parameters'), object('rope_scaling')];
  const name = newer ? 'rope_parameters' : 'rope_scaling';
  const theta = newer ? number('rope_theta', newer) : fields.rope_theta === undefined ? 10000 : number('rope_theta');
  const scaling = newer ?? older;
  const kind = scaling?.rope_type ?? scaling?.type ?? 'default';
  switch (kind) {
    case 'default': return { theta };
    case 'linear': return { theta, scaling: { kind: 'linear', factor: number('factor', scaling) } };
    case 'llama3':
      return { theta, scaling: {
        kind: 'llama3', factor: number('factor', scaling), lowFrequency: number('low_freq_factor', scaling), highFrequency: number('high_freq_factor', scaling),
        originalContext: number('original_max_position_embeddings', scaling),
      } };
  }
  throw new Error(`${where}: '${name}.rope_type' is ${JSON.stringify(kind)}; this version runs "default", "linear" and "llama3" only.`);
}
