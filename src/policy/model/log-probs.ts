import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';

/**
 * Log-probability of the chosen token and entropy of the distribution, as one `[2, rows]` tensor (log-probabilities,
 * then entropies), with the gradient written out so that the softmax is computed once.
 * logits: [rows, vocabulary]; chosen: [rows] int32
 */
export function logProbsAndEntropies(logits: Tensor, chosen: Tensor): Tensor {
  const vocabulary = logits.shape[1]!;
  const f = tf.customGrad((input, save) => {
    const logits = input as Tensor;
    const oneHot = tf.oneHot(chosen as tf.Tensor1D, vocabulary, 1, 0, 'float32'); // [rows, vocabulary]
    const logProbs = tf.logSoftmax(logits as tf.Tensor2D); // [rows, vocabulary]
    const probs = tf.exp(logProbs);
    const entropies = tf.neg(tf.sum(tf.mul(probs, logProbs), -1)); // [rows]
    (save as tf.GradSaveFunc)([oneHot, logProbs, probs, entropies]);
    return {
      value: tf.stack([tf.sum(tf.mul(oneHot, logProbs), -1), entropies]),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [oneHot, logProbs, probs, entropies] = saved;
        const [dLogProb, dEntropy] = tf.unstack(dy).map((d) => tf.expandDims(d, -1)); // [rows, 1]
        // d logp/dz = onehot - p;  dH/dz = -p (log p + H)
        const fromLogProb = tf.mul(dLogProb, tf.sub(oneHot, probs));
        const fromEntropy = tf.mul(dEntropy, tf.mul(probs, tf.add(logProbs, tf.expandDims(entropies, -1))));
        return tf.sub(fromLogProb, fromEntropy);
      },
    };
  });
  return f(logits);
}
