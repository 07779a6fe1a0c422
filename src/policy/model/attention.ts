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

/** What to add to the score of position t against position s: 0 where s ≤ t, and t - s < window. [length, length] */
export function causalMask(length: number, window = Infinity): Tensor {
  const mask = new Float32Array(length * length);
  for (let t = 0; t < length; t++) {
    mask.fill(hidden, t * length + t + 1, (t + 1) * length);
    if (t >= window) mask.fill(hidden, t * length, t * length + t - window + 1);
  }
  return tf.tensor2d(mask, [length, length]);
}

const scaleOf = (queries: Tensor): number => 1 / Math.sqrt(queries.shape[2]!);

/** Positions of a block that ask together. */
interface Part {
  readonly from: number;
  readonly to: number;
}

/** Nobody looks ahead: a block whose positions ask in four parts, each of what came before its end, scores five eighths of all pairs. */
const partCount = (length: number): number => (length >= 128 ? 4 : length >= 64 ? 2 : 1);

function partsOf(length: number, count: number): Part[] {
  const each = Math.ceil(length / count);
  return Array.from({ length: Math.ceil(length / each) }, (_, i) => ({ from: i * each, to: Math.min(length, (i + 1) * each) }));
}

/** Positions of blocks: [blocks, groups·length, size] -> [blocks, groups·(to - from), size] */
function rowsOf(x: Tensor, length: number, { from, to }: Part): Tensor {
  const [blocks, rows, size] = x.shape as [number, number, number];
  if (to - from === length) return x;
  const groups = rows / length;
  const some = tf.slice(tf.reshape(x, [blocks, groups, length, size]), [0, 0, from, 0], [blocks, groups, to - from, size]);
  return tf.reshape(some, [blocks, groups * (to - from), size]);
}

/** Undoes {@link rowsOf} for all parts. */
function joined(parts: readonly Tensor[], lengths: readonly Part[]): Tensor {
  if (parts.length === 1) return parts[0];
  const [blocks, rows, size] = parts[0].shape as [number, number, number];
  const groups = rows / (lengths[0].to - lengths[0].from);
  const whole = tf.concat(parts.map((part, i) => tf.reshape(part, [blocks, groups, lengths[i].to - lengths[i].from, size])), 2);
  return tf.reshape(whole, [blocks, -1, size]);
}

/** Sums gradients of the first rows of keys or values. parts: [blocks, to, size] each -> [blocks, length, size] */
function summed(parts: readonly Tensor[], length: number): Tensor {
  return parts.map((part) => (part.shape[1] === length ? part : tf.pad(part, [[0, 0], [0, length - part.shape[1]!], [0, 0]]))).reduce((sum, part) => tf.add(sum, part));
}

/** Scores of a part's rows, [blocks, groups·(to - from), to], with the mask's own rows and columns added. */
function masked(scores: Tensor, mask: Tensor, { from, to }: Part): Tensor {
  const own = mask.rank === 2 ? tf.slice(mask, [from, 0], [to - from, to]) : tf.slice(mask, [0, 0, from, 0], [mask.shape[0]!, 1, to - from, to]);
  const batch = mask.rank === 2 ? scores.shape[0]! : mask.shape[0]!;
  return tf.reshape(tf.add(tf.reshape(scores, [batch, -1, to - from, to]), own), scores.shape as [number, number, number]);
}

/**
 * Attention within each block. The gradient is written out; the softmax's row sums are taken from the output
 * (Σ dP∘P = Σ dO∘O, as in FlashAttention, arXiv 2205.14135, section B.2), which is narrower than the scores.
 * @param mask added to the scores, large where a row's position comes before a key's: [length, length] for all blocks, or
 *   [batch, 1, length, length] for all heads of a sequence
 * @param count in how many parts positions ask
 */
export function attend(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor, count = partCount(keys.shape[1]!)): Tensor {
  const scale = scaleOf(queries);
  const length = keys.shape[1]!;
  const parts = partsOf(length, count);
  const until = (x: Tensor, { to }: Part): Tensor => rowsOf(x, length, { from: 0, to });
  const f = tf.customGrad((q, k, v, save) => {
    const [queries, keys, values] = [q as Tensor, k as Tensor, v as Tensor];
    const scaled = tf.mul(queries, scale);
    const weights = parts.map((part) => tf.softmax(masked(tf.matMul(rowsOf(scaled, length, part), until(keys, part), false, true), mask, part)));
    const output = joined(weights.map((some, i) => tf.matMul(some, until(values, parts[i]))), parts);
    (save as tf.GradSaveFunc)([scaled, keys, values, output, ...weights]);
    return {
      value: output,
      gradFunc: (dOutput: Tensor, [scaled, keys, values, output, ...weights]: Tensor[]) => {
        const rowSums = tf.sum(tf.mul(dOutput, output), -1, true);
        const [dQueries, dKeys, dValues]: Tensor[][] = [[], [], []];
        parts.forEach((part, i) => {
          const own = (x: Tensor): Tensor => rowsOf(x, length, part);
          const dScores = tf.mul(weights[i], tf.sub(tf.matMul(own(dOutput), until(values, part), false, true), own(rowSums)));
          dQueries.push(tf.mul(tf.matMul(dScores, until(keys, part)), scale));
          dKeys.push(tf.matMul(dScores, own(scaled), true, false));
          dValues.push(tf.matMul(weights[i], own(dOutput), true, false));
        });
        return [joined(dQueries, parts), summed(dKeys, length), summed(dValues, length)];
      },
    };
  });
  return f(queries, keys, values);
}

/**
 * Attention to a cache and to the new positions themselves; no gradient.
 * @param pastMask [blocks, 1, past rows]; @param mask of the new positions, [length, length]
 */
export function attendToPast(queries: Tensor, pastKeys: Tensor, pastValues: Tensor, keys: Tensor, values: Tensor, pastMask: Tensor, mask: Tensor): Tensor {
  const [past, length] = [pastKeys.shape[1]!, keys.shape[1]!];
  const alone = length === 1; // one new position sees itself: small sums, for which products would only be called
  const scaled = tf.mul(queries, scaleOf(queries));
  const toPast = tf.add(tf.matMul(scaled, pastKeys, false, true), pastMask);
  const toNew = alone ? tf.sum(tf.mul(scaled, keys), -1, true) : masked(tf.matMul(scaled, keys, false, true), mask, { from: 0, to: length });
  const [pastWeights, newWeights] = tf.split(tf.softmax(tf.concat([toPast, toNew], -1)), [past, length], -1);
  return tf.add(tf.matMul(pastWeights, pastValues), alone ? tf.mul(newWeights, values) : tf.matMul(newWeights, values));
}
