import type { HostTensor } from '../compute/engine.ts';
import { narrowToHalves } from '../compute/half.ts';
import { random } from '../world/random.ts';
import { factorShapes, initialFactors, isFactor } from './adapter.ts';
import { headSize, type PolicyConfig } from './config.ts';

/** Weights by name, in a fixed order; those that are trained are float32. Names and `[out, in]` layout are Hugging Face's; the value head is ours. */
export type Weights = { readonly [name: string]: HostTensor & { readonly data: Float32Array | Uint16Array } };

export const embeddingName = 'model.embed_tokens.weight';
export const headName = 'lm_head.weight';
export const finalNormName = 'model.norm.weight';
export const valueHead = { weight: 'value_head.weight', bias: 'value_head.bias' } as const;

export const layerNames = (layer: number) => {
  const at = (name: string): string => `model.layers.${layer}.${name}.weight`;
  return {
    attentionNorm: at('input_layernorm'),
    query: at('self_attn.q_proj'),
    key: at('self_attn.k_proj'),
    value: at('self_attn.v_proj'),
    output: at('self_attn.o_proj'),
    feedForwardNorm: at('post_attention_layernorm'),
    gate: at('mlp.gate_proj'),
    up: at('mlp.up_proj'),
    down: at('mlp.down_proj'),
    queryNorm: at('self_attn.q_norm'),
    keyNorm: at('self_attn.k_norm'),
  };
};

/** The bias beside a weight. */
export const biasOf = (weight: string): string => weight.replace(/weight$/, 'bias');

/** Every weight of the policy with its shape, in the order in which they are written. */
export function weightShapes(config: PolicyConfig): { name: string; shape: number[] }[] {
  const { width, feedForward, vocabulary, layers, keyValueHeads } = config;
  const size = headSize(config);
  const [queryWidth, keyWidth] = [config.heads * size, keyValueHeads * size];
  const shapes = [{ name: embeddingName, shape: [vocabulary, width] }];
  for (let layer = 0; layer < layers; layer++) {
    const names = layerNames(layer);
    shapes.push(
      { name: names.attentionNorm, shape: [width] },
      { name: names.query, shape: [queryWidth, width] },
      { name: names.key, shape: [keyWidth, width] },
      { name: names.value, shape: [keyWidth, width] },
      { name: names.output, shape: [width, queryWidth] },
      { name: names.feedForwardNorm, shape: [width] },
      { name: names.gate, shape: [feedForward, width] },
      { name: names.up, shape: [feedForward, width] },
      { name: names.down, shape: [width, feedForward] },
    );
    if (config.attentionBias) shapes.push(...[[names.query, queryWidth], [names.key, keyWidth], [names.value, keyWidth]].map(([name, n]) => ({ name: biasOf(name as string), shape: [n as number] })));
    if (config.attentionBias === 'qkvo') shapes.push({ name: biasOf(names.output), shape: [width] });
    if (config.headNorms) shapes.push({ name: names.queryNorm, shape: [size] }, { name: names.keyNorm, shape: [size] });
  }
  if (config.untied) shapes.push({ name: headName, shape: [vocabulary, width] });
  shapes.push({ name: finalNormName, shape: [width] }, { name: valueHead.weight, shape: [1, width] }, { name: valueHead.bias, shape: [1] });
  if (config.adapter) shapes.push(...factorShapes(config.adapter, shapes));
  return shapes;
}

/** Whether training changes a weight: all, or with an adapter its factors and the value head. */
export const isTrained = ({ adapter }: PolicyConfig, name: string): boolean =>
  !adapter || isFactor(name) || name === valueHead.weight || name === valueHead.bias;

/** The matrices of a layer, which halves are for: of the head as single numbers, wherever it is multiplied with, little would be spared. */
export const isProjection = (name: string): boolean => /_proj\.weight$/.test(name);

/** Whether a weight is held as halves: a layer's frozen matrix, where the config says so. */
export const isHalf = (config: PolicyConfig, name: string): boolean => config.frozen === 'float16' && isProjection(name) && !isTrained(config, name);

export const parameterCount = (config: PolicyConfig): number =>
  weightShapes(config).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

/** How many of the parameters training changes. */
export const trainedCount = (config: PolicyConfig): number =>
  weightShapes(config).reduce((sum, { name, shape }) => sum + (isTrained(config, name) ? shape.reduce((a, b) => a * b, 1) : 0), 0);

/**
 * Random initial weights, all normal: embeddings with deviation 0.03, what reads the residual stream 0.7/√inputs, what
 * writes to it almost 0, so that each layer begins by passing its input on (as in Fixup, arXiv 1901.09321). Norms are 1,
 * the value head 0. At these sizes a model learns about twice as fast from here as from GPT-2's 0.02 throughout.
 */
export function initialWeights(config: PolicyConfig, seed: number): Weights {
  const weights: Record<string, Weights[string]> = {};
  const shapes = weightShapes(config);
  for (const { name, shape } of shapes.filter(({ name }) => !isFactor(name))) {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    if (shape.length === 1 && !name.endsWith('bias')) data.fill(1);
    else if (shape.length === 2 && name !== valueHead.weight) {
      const reads = 0.7 / Math.sqrt(shape[1]);
      const deviation = name === embeddingName ? 0.03 : name.includes('o_proj') || name.includes('down_proj') ? 0.01 * reads : reads;
      fillNormal(data, deviation, random(seed, 'weights', name));
    }
    weights[name] = isHalf(config, name) ? { shape, dtype: 'float16', data: narrowToHalves(data) } : { shape, dtype: 'float32', data };
  }
  return { ...weights, ...initialFactors(shapes.filter(({ name }) => isFactor(name)), seed) };
}

/** Normal deviates by Box and Muller's method. */
function fillNormal(data: Float32Array, deviation: number, uniform: () => number): void {
  for (let i = 0; i < data.length; i++)
    data[i] = deviation * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

export const zerosLike = (weights: Weights): Weights =>
  Object.fromEntries(Object.entries(weights).map(([name, { shape, dtype, data }]) => [name, { shape, dtype, data: new Float32Array(data.length) }]));
