/**
 * A Llama-style decoder: RMSNorm, rotary positions, grouped-query attention, SwiGLU, tied embedding and head.
 * Follows Hugging Face's LlamaForCausalLM in names, layout and arithmetic; what Mistral, Qwen2 and Qwen3 do otherwise is
 * switched on by the config.
 *
 * Everything but attention works on single tokens, so a batch is one long list of rows; who attends to whom is the
 * business of an {@link Arrangement}.
 */
import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import type { Tensors } from '../../compute/engine.ts';
import { factorNames, isAdapted } from '../adapter.ts';
import { headSize, type PolicyConfig } from '../config.ts';
import { biasOf, embeddingName, finalNormName, headName, isTrained, layerNames, valueHead, weightShapes } from '../weights.ts';
import { linear, rmsNorm, swiGlu } from './layers.ts';
import { recomputed } from './recompute.ts';
import { ropeAt, rotate, type Rope } from './rope.ts';

/** What a layer's rows ask, offer and say. query: [rows, heads, headSize]; key, value: [rows, keyValueHeads, headSize] */
export interface Heads {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
}

/** How a layer's rows attend to one another. */
export interface Arrangement {
  /** What `attend` reads in every layer. They are handed to it, since a layer that is computed anew needs them once more. */
  readonly masks: readonly Tensor[];
  /** -> [rows, heads, headSize] */
  attend(heads: Heads, masks: readonly Tensor[], layer: number): Tensor;
}

/** Everything but its input that a layer reads. */
interface LayerParts {
  readonly weights: Tensors;
  readonly config: PolicyConfig;
  readonly attention: Arrangement;
  readonly layer: number;
}

/**
 * Runs the decoder over rows of tokens. With `config.recompute`, a layer leaves nothing but its input for the way back.
 * @param ids, positions [rows] int32
 * @returns hidden states after the final norm, [rows, width]
 */
export function decode(weights: Tensors, config: PolicyConfig, ids: Tensor, positions: Tensor, attention: Arrangement): Tensor {
  const shared = [...ropeAt(config, positions), ...attention.masks];
  let x: Tensor = tf.gather(weights[embeddingName], ids as tf.Tensor1D); // [rows, width]
  for (let layer = 0; layer < config.layers; layer++) {
    const through = (x: Tensor, shared: readonly Tensor[]): Tensor => throughLayer(x, shared, { weights, config, attention, layer });
    x = config.recompute ? recomputed(through, x, trainedOfLayer(weights, config, layer), shared) : through(x, shared);
  }
  return rmsNorm(x, weights[finalNormName], config.normEpsilon);
}

/** x: [rows, width]; what is shared by all layers: what turns queries and keys, and the arrangement's masks -> [rows, width] */
function throughLayer(x: Tensor, [positions, cos, sin, ...masks]: readonly Tensor[], { weights, config, attention, layer }: LayerParts): Tensor {
  const rows = x.shape[0];
  const rope: Rope = [positions, cos, sin];
  const { heads, keyValueHeads, normEpsilon, attentionBias, headNorms } = config;
  const size = headSize(config);
  const names = layerNames(layer);
  const toHeads = (x: Tensor, n: number): Tensor => tf.reshape(x, [rows, n, size]);
  const through = (x: Tensor, name: string): Tensor => projected(weights, config, x, name);
  const project = (x: Tensor, name: string, biased: boolean): Tensor => (biased ? tf.add(through(x, name), weights[biasOf(name)]) : through(x, name));
  /** [rows, n, size], each head normed where the config says so */
  const normed = (x: Tensor, n: number, name: string): Tensor =>
    headNorms ? tf.reshape(rmsNorm(tf.reshape(x, [rows * n, size]), weights[name], normEpsilon), [rows, n, size]) : x;

  const normal = rmsNorm(x, weights[names.attentionNorm], normEpsilon);
  const query = rotate(normed(toHeads(project(normal, names.query, attentionBias !== undefined), heads), heads, names.queryNorm), rope); // [rows, heads, size]
  const key = rotate(normed(toHeads(project(normal, names.key, attentionBias !== undefined), keyValueHeads), keyValueHeads, names.keyNorm), rope); // [rows, keyValueHeads, size]
  const value = toHeads(project(normal, names.value, attentionBias !== undefined), keyValueHeads);
  const attended = tf.reshape(attention.attend({ query, key, value }, masks, layer), [rows, heads * size]);
  const between = tf.add(x, project(attended, names.output, attentionBias === 'qkvo'));

  const feed = rmsNorm(between, weights[names.feedForwardNorm], normEpsilon);
  return tf.add(between, through(swiGlu(through(feed, names.gate), through(feed, names.up)), names.down));
}

/** The weights of a layer that training changes. */
const trainedOfLayer = (weights: Tensors, config: PolicyConfig, layer: number): Tensor[] =>
  weightShapes(config).filter(({ name }) => name.startsWith(`model.layers.${layer}.`) && isTrained(config, name)).map(({ name }) => weights[name]);

/** A matrix of the model, with the adapter's factors where it has some. x: [rows, in] -> [rows, out] */
function projected(weights: Tensors, { adapter }: PolicyConfig, x: Tensor, name: string): Tensor {
  const base = linear(x, weights[name]);
  if (!adapter || !isAdapted(adapter, name)) return base;
  const { a, b } = factorNames(name);
  const narrow = tf.mul(linear(x, weights[a]), adapter.alpha / adapter.rank); // [rows, rank]
  return tf.add(base, linear(narrow, weights[b]));
}

/** Next-token logits through the head, or the embedding where they are tied. hidden: [rows, width] -> [rows, vocabulary] */
export const logitsOf = (weights: Tensors, hidden: Tensor): Tensor => linear(hidden, weights[headName] ?? weights[embeddingName]);

/** The critic: one number a row. hidden: [rows, width] -> [rows] */
export const valuesOf = (weights: Tensors, hidden: Tensor): Tensor =>
  tf.reshape(tf.add(linear(hidden, weights[valueHead.weight]), weights[valueHead.bias]), [hidden.shape[0]]);
