/**
 * Scaled dot-product attention, within blocks and to a cache. The `groups` query heads that share a key head are stacked as
 * rows, so that each key head is one matrix product.
 *
 * Shapes here are `[blocks, rows, headSize]`: a block is one key head of one sequence, its query rows run over
 * `groups × length`, its key rows over `length`.
 */
import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';

/** Large and finite: a row with nothing to attend to stays finite. */
export const hidden = -1e9;

/**
 * What to add to the score of query row `g·length + t` against key `s`: 0 where s ≤ t, and t - s < window.
 * [groups·length, length]
 */
export function causalMask(groups: number, length: number, window = Infinity): Tensor {
  const mask = new Float32Array(length * length);
  for (let t = 0; t < length; t++) {
    mask.fill(hidden, t * length + t + 1, (t + 1) * length);
    if (t >= window) mask.fill(hidden, t * length, t * length + t - window + 1);
  }
  return tf.tile(tf.tensor2d(mask, [length, length]), [groups, 1]);
}

const scaleOf = (queries: Tensor): number => 1 / Math.sqrt(queries.shape[2]!);

/** scores: [blocks, query rows, key rows] */
function masked(scores: Tensor, mask: Tensor): Tensor {
  if (mask.rank === 2) return tf.add(scores, mask);
  const [batch, , length] = mask.shape as [number, number, number];
  return tf.reshape(tf.add(tf.reshape(scores, [batch, -1, length, length]), mask), scores.shape as [number, number, number]);
}

/**
 * Attention within each block. The gradient is written out; the softmax's row sums are taken from the output
 * (Σ dP∘P = Σ dO∘O, as in FlashAttention, arXiv 2205.14135, section B.2), which is narrower than the scores.
 * @param mask added to the scores: [query rows, key rows] for all blocks, or [batch, 1, length, length] for all heads of a sequence
 */
export function attend(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor): Tensor {
  const scale = scaleOf(queries);
  const f = tf.customGrad((q, k, v, save) => {
    const [queries, keys, values] = [q as Tensor, k as Tensor, v as Tensor];
    const scaled = tf.mul(queries, scale);
    const weights = tf.softmax(masked(tf.matMul(scaled, keys, false, true), mask));
    const output = tf.matMul(weights, values);
    (save as tf.GradSaveFunc)([scaled, keys, values, weights, output]);
    return {
      value: output,
      gradFunc: (dOutput: Tensor, [scaled, keys, values, weights, output]: Tensor[]) => {
        const rowSums = tf.sum(tf.mul(dOutput, output), -1, true);
        const dScores = tf.mul(weights, tf.sub(tf.matMul(dOutput, values, false, true), rowSums));
        return [
          tf.mul(tf.matMul(dScores, keys), scale),
          tf.matMul(dScores, scaled, true, false),
          tf.matMul(weights, dOutput, true, false),
        ];
      },
    };
  });
  return f(queries, keys, values);
}

/** Attention to a cache and to the new positions themselves; no gradient. pastMask: [blocks, 1, past rows] */
export function attendToPast(queries: Tensor, pastKeys: Tensor, pastValues: Tensor, keys: Tensor, values: Tensor, pastMask: Tensor, mask: Tensor): Tensor {
  const scaled = tf.mul(queries, scaleOf(queries));
  const toPast = tf.add(tf.matMul(scaled, pastKeys, false, true), pastMask);
  const toNew = tf.add(tf.matMul(scaled, keys, false, true), mask);
  const [pastWeights, newWeights] = tf.split(tf.softmax(tf.concat([toPast, toNew], -1)), [pastKeys.shape[1]!, keys.shape[1]!], -1);
  return tf.add(tf.matMul(pastWeights, pastValues), tf.matMul(newWeights, values));
}
