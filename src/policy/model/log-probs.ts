import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import { fused } from '../../compute/fused.ts';

/**
 * Of each row: log-probability of the chosen token, entropy of the distribution, and log-probability of the likeliest
 * token, to which no gradient goes. The gradient is written out: a vocabulary is wide, and it is passed over as few times as can be.
 * @param logits [rows, vocabulary]; @param chosen [rows] int32
 * @param learnsEntropy whether the entropy has a gradient too
 * @returns [3, rows]
 */
export function logProbsOf(logits: Tensor, chosen: Tensor, learnsEntropy: boolean): Tensor {
  const f = tf.customGrad((input, save) => {
    const logits = input as Tensor;
    const probs = tf.softmax(logits as tf.Tensor2D); // [rows, vocabulary]
    const likeliest = tf.log(tf.max(probs, -1)); // [rows]: large enough for its logarithm, as others may not be
    const logSums = tf.sub(tf.max(logits, -1), likeliest); // [rows]: log Σ exp
    const entropies = tf.sub(logSums, tf.sum(tf.mul(probs, logits), -1)); // [rows]
    (save as tf.GradSaveFunc)([logits, probs, logSums, entropies, chosen]);
    return {
      value: tf.stack([tf.sub(inRows(logits, chosen), logSums), entropies, likeliest]),
      gradFunc: (dy: Tensor, [logits, probs, logSums, entropies, chosen]: Tensor[]) => {
        const [dLogProb, dEntropy] = tf.unstack(dy); // [rows]
        // d logp/dz = onehot - p;  dH/dz = -p (log p + H), where log p = z - log Σ exp
        const column = (x: Tensor): Tensor => tf.expandDims(x, -1);
        const fromEntropy = (): Tensor => tf.mul(column(dEntropy), tf.add(logits, column(tf.sub(entropies, logSums))));
        const slope = learnsEntropy ? tf.add(fromEntropy(), column(dLogProb)) : column(dLogProb);
        return addedInRows(tf.mul(probs, tf.neg(slope)), chosen, dLogProb);
      },
    };
  });
  return f(logits);
}

/** x[row, at[row]]. x: [rows, width]; at: [rows] int32 -> [rows] */
function inRows(x: Tensor, at: Tensor): Tensor {
  const [rows, width] = x.shape as [number, number];
  const starts = tf.tensor1d(Int32Array.from({ length: rows }, (_, row) => row * width), 'int32');
  return tf.gather(tf.reshape(x, [rows * width]), tf.add(starts, at) as tf.Tensor1D);
}

/** x with `updates` [rows] added at x[row, at[row]]. */
const addedInRows = (x: Tensor, at: Tensor, updates: Tensor): Tensor =>
  fused('AddInRows', { x, at, updates }, {}, () => {
    const oneHot = tf.oneHot(at as tf.Tensor1D, x.shape[1]!, 1, 0, 'float32');
    return [tf.add(x, tf.mul(oneHot, tf.expandDims(updates, -1)))];
  })[0];
