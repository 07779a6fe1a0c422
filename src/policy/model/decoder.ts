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
import { biasOf, embeddingName, finalNormName, headName, layerNames, valueHead } from '../weights.ts';
import { linear, rmsNorm, ropeTables, rotate, swiGlu } from './layers.ts';

/**
 * How a layer's rows attend to one another.
 * query: [rows, heads, headSize]; key, value: [rows, keyValueHeads, headSize] -> [rows, heads, headSize]
 */
export type Arrangement = (query: Tensor, key: Tensor, value: Tensor, layer: number) => Tensor;

/**
 * Runs the decoder over rows of tokens.
 * @param ids, positions [rows] int32
 * @returns hidden states after the final norm, [rows, width]
 */
export function decode(weights: Tensors, config: PolicyConfig, ids: Tensor, positions: Tensor, attention: Arrangement): Tensor {
  const rows = ids.shape[0];
  const { heads, keyValueHeads, normEpsilon, attentionBias, headNorms } = config;
  const size = headSize(config);
  const { cos, sin } = rope(config, positions);
  const toHeads = (x: Tensor, n: number): Tensor => tf.reshape(x, [rows, n, size]);
  const through = (x: Tensor, name: string): Tensor => projected(weights, config, x, name);
  const project = (x: Tensor, name: string, biased: boolean): Tensor => (biased ? tf.add(through(x, name), weights[biasOf(name)]) : through(x, name));
  /** [rows, n, size], each head normed where the config says so */
  const normed = (x: Tensor, n: number, name: string): Tensor =>
    headNorms ? tf.reshape(rmsNorm(tf.reshape(x, [rows * n, size]), weights[name], normEpsilon), [rows, n, size]) : x;

  let x: Tensor = tf.gather(weights[embeddingName], ids as tf.Tensor1D); // [rows, width]
  for (let layer = 0; layer < config.layers; layer++) {
    const names = layerNames(layer);
    const normal = rmsNorm(x, weights[names.attentionNorm], normEpsilon);
    const query = rotate(normed(toHeads(project(normal, names.query, attentionBias !== undefined), heads), heads, names.queryNorm), cos, sin); // [rows, heads, size]
    const key = rotate(normed(toHeads(project(normal, names.key, attentionBias !== undefined), keyValueHeads), keyValueHeads, names.keyNorm), cos, sin); // [rows, keyValueHeads, size]
    const value = toHeads(project(normal, names.value, attentionBias !== undefined), keyValueHeads);
    const attended = tf.reshape(attention(query, key, value, layer), [rows, heads * size]);
    x = tf.add(x, project(attended, names.output, attentionBias === 'qkvo'));

    const feed = rmsNorm(x, weights[names.feedForwardNorm], normEpsilon);
    x = tf.add(x, through(swiGlu(through(feed, names.gate), through(feed, names.up)), names.down));
  }
  return rmsNorm(x, weights[finalNormName], normEpsilon);
}

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

/** Cosines and sines of the rows' positions, each [rows, 1, headSize]. */
function rope(config: PolicyConfig, positions: Tensor): { cos: Tensor; sin: Tensor } {
  const size = headSize(config);
  const tables = ropeTables(config.context, size, config.ropeTheta, config.ropeScaling);
  const pick = (table: Float32Array): Tensor =>
    tf.reshape(tf.gather(tf.tensor2d(table, [config.context, size]), positions as tf.Tensor1D), [positions.shape[0], 1, size]);
  return { cos: pick(tables.cos), sin: pick(tables.sin) };
}
