/**
 * Scaled dot-product attention, three arrangements of it. The `groups` query heads that share a key head are stacked as
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

/**
 * Attention within each block. The gradient is written out; the softmax's row sums are taken from the output
 * (Σ dP∘P = Σ dO∘O, as in FlashAttention, arXiv 2205.14135, section B.2), which is narrower than the scores.
 * @param mask [query rows, key rows], added to the scores
 */
export function attend(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor): Tensor {
  const scale = scaleOf(queries);
  const f = tf.customGrad((q, k, v, save) => {
    const [queries, keys, values] = [q as Tensor, k as Tensor, v as Tensor];
    const scaled = tf.mul(queries, scale);
    const weights = tf.softmax(tf.add(tf.matMul(scaled, keys, false, true), mask));
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

/**
 * Attention of branches to a stem they share and to themselves, under one softmax. Gradients as in {@link attend}.
 *
 * Stem blocks number `stems`, branch blocks `stems × branches`, in that order, so that the query rows of a stem's
 * branches lie one after the other and meet the stem's keys in one product.
 * @param queries [stems·branches, rows, headSize]
 * @param stemKeys, stemValues [stems, stemLength, headSize]
 * @param keys, values [stems·branches, length, headSize]
 * @param stemMask [stems, 1, stemLength]; @param mask [rows, length]
 */
export function attendToStem(queries: Tensor, stemKeys: Tensor, stemValues: Tensor, keys: Tensor, values: Tensor, stemMask: Tensor, mask: Tensor): Tensor {
  const scale = scaleOf(queries);
  const [blocks, rows] = queries.shape as [number, number];
  const [stems, stemLength] = stemKeys.shape as [number, number];
  const byStem = (x: Tensor): Tensor => tf.reshape(x, [stems, (blocks / stems) * rows, x.shape[2]!]);
  const byBranch = (x: Tensor): Tensor => tf.reshape(x, [blocks, rows, x.shape[2]!]);

  const f = tf.customGrad((...args) => {
    const [queries, stemKeys, stemValues, keys, values] = args.slice(0, 5) as Tensor[];
    const save = args[5] as unknown as tf.GradSaveFunc;
    const scaled = tf.mul(queries, scale);
    const stemScores = byBranch(tf.add(tf.matMul(byStem(scaled), stemKeys, false, true), stemMask));
    const scores = tf.add(tf.matMul(scaled, keys, false, true), mask);
    const [stemWeights, weights] = tf.split(tf.softmax(tf.concat([stemScores, scores], -1)), [stemLength, keys.shape[1]!], -1);
    const output = tf.add(byBranch(tf.matMul(byStem(stemWeights), stemValues)), tf.matMul(weights, values));
    save([scaled, stemKeys, stemValues, keys, values, stemWeights, weights, output]);
    return {
      value: output,
      gradFunc: (dOutput: Tensor, saved: Tensor[]) => {
        const [scaled, stemKeys, stemValues, keys, values, stemWeights, weights, output] = saved;
        const rowSums = tf.sum(tf.mul(dOutput, output), -1, true);
        const dStemScores = tf.mul(stemWeights, tf.sub(byBranch(tf.matMul(byStem(dOutput), stemValues, false, true)), rowSums));
        const dScores = tf.mul(weights, tf.sub(tf.matMul(dOutput, values, false, true), rowSums));
        return [
          tf.mul(tf.add(byBranch(tf.matMul(byStem(dStemScores), stemKeys)), tf.matMul(dScores, keys)), scale),
          tf.matMul(byStem(dStemScores), byStem(scaled), true, false),
          tf.matMul(byStem(stemWeights), byStem(dOutput), true, false),
          tf.matMul(dScores, scaled, true, false),
          tf.matMul(weights, dOutput, true, false),
        ];
      },
    };
  });
  return f(queries, stemKeys, stemValues, keys, values);
}

/** Attention to a cache and to the new positions themselves; no gradient. pastMask: [blocks, 1, past rows] */
export function attendToPast(queries: Tensor, pastKeys: Tensor, pastValues: Tensor, keys: Tensor, values: Tensor, pastMask: Tensor, mask: Tensor): Tensor {
  const scaled = tf.mul(queries, scaleOf(queries));
  const toPast = tf.add(tf.matMul(scaled, pastKeys, false, true), pastMask);
  const toNew = tf.add(tf.matMul(scaled, keys, false, true), mask);
  const [pastWeights, newWeights] = tf.split(tf.softmax(tf.concat([toPast, toNew], -1)), [pastKeys.shape[1]!, keys.shape[1]!], -1);
  return tf.add(tf.matMul(pastWeights, pastValues), tf.matMul(newWeights, values));
}
