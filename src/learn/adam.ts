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
  /** Learning rates that some weights have of their own, whatever that of the update is. */
  readonly rates?: { readonly [name: string]: number };
}

/** Names of the moments in the optimizer's state. */
export const firstMoment = (name: string): string => `m:${name}`;
export const secondMoment = (name: string): string => `v:${name}`;

/**
 * One step of Adam (arXiv 1412.6980, algorithm 1) inside a program.
 * @param state weights and their moments
 * @param learningRate scalar tensor
 * @param corrections [2]: 1 - beta1^t and 1 - beta2^t
 * @returns the new state under the same names, and the norm of the gradients before clipping, which is not finite if
 *   any gradient is not: the caller then keeps the old state
 */
export function adamStep(state: Tensors, gradients: Tensors, learningRate: Tensor, corrections: Tensor, settings: AdamSettings): { state: Tensors; norm: Tensor } {
  const { beta1, beta2, epsilon, maxGradientNorm, weightDecay, rates = {} } = settings;
  const names = Object.keys(gradients);
  const norm = tf.sqrt(tf.addN(names.map((name) => tf.sum(tf.square(gradients[name])))));
  const clip = maxGradientNorm > 0 ? tf.minimum(1, tf.div(maxGradientNorm, tf.add(norm, 1e-6))) : tf.scalar(1);
  const [correction1, correction2] = tf.unstack(corrections);
  // factors are combined as scalars first: a weight is passed over as few times as can be
  const toFirst = tf.mul(clip, 1 - beta1);
  const toSecond = tf.mul(tf.square(clip), 1 - beta2);
  const rate = tf.div(learningRate, correction1);
  const spread = tf.rsqrt(correction2);

  const next: Tensors = {};
  for (const name of names) {
    const [weight, gradient] = [state[name], gradients[name]];
    const m = tf.add(tf.mul(state[firstMoment(name)], beta1), tf.mul(gradient, toFirst));
    const v = tf.add(tf.mul(state[secondMoment(name)], beta2), tf.mul(tf.square(gradient), toSecond));
    const step = tf.mul(tf.div(m, tf.add(tf.mul(tf.sqrt(v), spread), epsilon)), rates[name] === undefined ? rate : tf.div(rates[name], correction1));
    const decayed = weightDecay > 0 && weight.rank > 1 ? tf.mul(weight, tf.sub(1, tf.mul(learningRate, weightDecay))) : weight;
    next[name] = tf.sub(decayed, step);
    next[firstMoment(name)] = m;
    next[secondMoment(name)] = v;
  }
  return { state: next, norm };
}
