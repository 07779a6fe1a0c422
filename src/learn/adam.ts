import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import type { Tensors } from '../compute/engine.ts';

export interface AdamSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Global norm that gradients are scaled down to; 0 leaves them. */
  readonly maxGradientNorm: number;
  /** Decoupled weight decay (AdamW, arXiv 1711.05101) of matrices; 0 for none. */
  readonly weightDecay: number;
}

/** Names of the moments in the optimizer's state. */
export const firstMoment = (name: string): string => `m:${name}`;
export const secondMoment = (name: string): string => `v:${name}`;

/**
 * One step of Adam (arXiv 1412.6980, algorithm 1) inside a program.
 * @param state weights and their moments
 * @param learningRate scalar tensor
 * @param corrections [2]: 1 - beta1^t and 1 - beta2^t
 * @param allowed scalar tensor: 0 leaves weights and moments as they are
 * @returns the new state under the same names, and the norm of the gradients before clipping. A norm that is not
 *   finite leaves the state alone: a broken gradient never reaches the weights.
 */
export function adamStep(state: Tensors, gradients: Tensors, learningRate: Tensor, corrections: Tensor, allowed: Tensor, settings: AdamSettings): { state: Tensors; norm: Tensor; applied: Tensor } {
  const { beta1, beta2, epsilon, maxGradientNorm, weightDecay } = settings;
  const names = Object.keys(gradients);
  const norm = tf.sqrt(tf.addN(names.map((name) => tf.sum(tf.square(gradients[name])))));
  const applied = tf.logicalAnd(tf.lessEqual(norm, 1e20), tf.greater(allowed, 0.5)); // false for NaN too
  const scale = maxGradientNorm > 0 ? tf.minimum(1, tf.div(maxGradientNorm, tf.add(norm, 1e-6))) : tf.scalar(1);
  const [correction1, correction2] = tf.unstack(corrections);

  const next: Tensors = {};
  for (const name of names) {
    const weight = state[name];
    const gradient = tf.mul(gradients[name], scale);
    const m = tf.add(tf.mul(state[firstMoment(name)], beta1), tf.mul(gradient, 1 - beta1));
    const v = tf.add(tf.mul(state[secondMoment(name)], beta2), tf.mul(tf.square(gradient), 1 - beta2));
    let step = tf.div(tf.div(m, correction1), tf.add(tf.sqrt(tf.div(v, correction2)), epsilon));
    if (weightDecay > 0 && weight.rank > 1) step = tf.add(step, tf.mul(weight, weightDecay));
    const choose = (fresh: Tensor, old: Tensor): Tensor => tf.where(tf.broadcastTo(tf.reshape(applied, old.shape.map(() => 1)), old.shape), fresh, old);
    next[name] = choose(tf.sub(weight, tf.mul(step, learningRate)), weight);
    next[firstMoment(name)] = choose(m, state[firstMoment(name)]);
    next[secondMoment(name)] = choose(v, state[secondMoment(name)]);
  }
  return { state: next, norm, applied: tf.cast(applied, 'float32') };
}
