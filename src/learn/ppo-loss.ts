/** The loss of step-grained PPO over the tokens that the policy wrote: steptool.md 2.7, arXiv 1707.06347. */
import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import type { Tensors } from '../compute/engine.ts';
import type { PolicyConfig } from '../policy/config.ts';
import { packed, type PackedSize } from '../policy/model/arrangements.ts';
import { decode, valuesOf } from '../policy/model/decoder.ts';
import { predictionsOf } from '../policy/model/predictions.ts';

export interface PpoLossSettings {
  readonly clipRange: number;
  /** 0: no clipping of values. */
  readonly valueClipRange: number;
  readonly valueCoefficient: number;
  readonly entropyCoefficient: number;
  /** Estimator of the KL to the reference in the loss; the coefficient is an input, since a controller may move it. */
  readonly klInLoss: 'none' | 'k2' | 'k3';
  /** Of sampling: the policy that is optimised is the tempered one. */
  readonly temperature: number;
}

/**
 * A batch of the update: prompts with their samples, as {@link packed} arranges them. `action*` run
 * over the tokens the policy wrote, in any order, padded with `weight` 0.
 */
export interface PpoBatch extends Tensors {
  /** [rows] int32 each */
  ids: Tensor;
  positions: Tensor;
  /** [lines, length] each */
  prompts: Tensor;
  samples: Tensor;
  /** [actions] int32: the row of the token BEFORE each action token, whose output predicts it */
  actionAt: Tensor;
  /** [actions] int32 */
  actionIds: Tensor;
  /** [actions] each: at sampling time, by the frozen reference, and the critic's value then */
  oldLogProb: Tensor;
  refLogProb: Tensor;
  oldValue: Tensor;
  advantage: Tensor;
  target: Tensor;
  /** [actions]: 1 / action tokens of the whole minibatch, so that losses of its parts add up to the mean; 0 for padding */
  weight: Tensor;
  /** [] */
  klCoefficient: Tensor;
}

/** Sums over the batch, weighted so that they are means over the minibatch; `ratioMax` and `ratioError` are maxima. */
export const ppoMetrics = ['loss', 'policyLoss', 'valueLoss', 'klLoss', 'entropy', 'ratio', 'clipFraction', 'approxKl', 'kl', 'ratioMax', 'ratioError'] as const;
export type PpoMetric = (typeof ppoMetrics)[number];
export const isMaximum = (metric: PpoMetric): boolean => metric === 'ratioMax' || metric === 'ratioError';

/** Nats between two log-probabilities of a token beyond which exp says nothing but "far away", and overflows soon after. A ratio is finite thereby, for the guard to see. */
const farthest = 20;

/**
 * exp(x) − x − 1 of x = log π_ref − log π. Beyond {@link farthest} it goes on with slope 1: its own would be of e^20 and more, and
 * none at all, or less, would let go of a token that the policy has all but forgotten.
 */
function k3Of(x: Tensor): Tensor {
  const near = tf.minimum(x, farthest);
  return tf.add(tf.sub(tf.sub(tf.exp(near), near), 1), tf.maximum(tf.sub(x, farthest), 0));
}

/**
 * exp(x) of x = log π − log π_old. Beyond {@link farthest} it goes on in a straight line: a token that has run away is pulled back, and its
 * ratio is a number still, by which its minibatch can be skipped.
 */
function ratioOf(x: Tensor): Tensor {
  const near = tf.minimum(x, farthest);
  // 0 times it is NaN where it is infinite, which the bound would hide
  return tf.mul(tf.exp(tf.add(near, tf.mul(x, 0))), tf.add(1, tf.sub(x, near)));
}

/** The loss [] and the metrics [ppoMetrics.length]. */
export function ppoLoss(weights: Tensors, config: PolicyConfig, size: PackedSize, batch: PpoBatch, settings: PpoLossSettings): { loss: Tensor; metrics: Tensor } {
  const { clipRange, valueClipRange, valueCoefficient, entropyCoefficient, klInLoss, temperature } = settings;
  const { advantage, target, weight, oldLogProb, refLogProb, oldValue } = batch;
  const mean = (x: Tensor): Tensor => tf.sum(tf.mul(x, weight));

  const hidden = decode(weights, config, batch.ids, batch.positions, packed(config, size, batch.prompts, batch.samples));
  const atActions = tf.gather(hidden, batch.actionAt as tf.Tensor1D); // [actions, width]
  const { logProbs: logProb, entropies: entropy } = predictionsOf(weights, config, atActions, batch.actionIds, { temperature, learnsEntropy: entropyCoefficient !== 0 }); // [actions]
  const value = valuesOf(weights, atActions); // [actions]

  const logRatio = tf.sub(logProb, oldLogProb);
  const ratio = ratioOf(logRatio);
  const clipped = tf.clipByValue(ratio, 1 - clipRange, 1 + clipRange);
  const policyLoss = mean(tf.maximum(tf.neg(tf.mul(advantage, ratio)), tf.neg(tf.mul(advantage, clipped))));

  const valueError = tf.square(tf.sub(value, target));
  const movedAtMost = valueClipRange > 0 ? tf.add(oldValue, tf.clipByValue(tf.sub(value, oldValue), -valueClipRange, valueClipRange)) : value;
  const worstError = valueClipRange > 0 ? tf.maximum(valueError, tf.square(tf.sub(movedAtMost, target))) : valueError;
  const valueLoss = tf.mul(0.5, mean(worstError));

  // estimators of KL(policy ‖ reference): http://joschu.net/blog/kl-approx.html
  const toReference = tf.sub(refLogProb, logProb);
  const klLoss = klInLoss === 'none' ? tf.scalar(0) : mean(klInLoss === 'k3' ? k3Of(toReference) : tf.mul(0.5, tf.square(toReference)));

  let loss = tf.add(policyLoss, tf.mul(valueCoefficient, valueLoss));
  if (klInLoss !== 'none') loss = tf.add(loss, tf.mul(batch.klCoefficient, klLoss));
  const meanEntropy = mean(entropy);
  if (entropyCoefficient !== 0) loss = tf.sub(loss, tf.mul(entropyCoefficient, meanEntropy));

  const counts = tf.cast(tf.greater(weight, 0), 'float32');
  const metrics = {
    loss, policyLoss, valueLoss, klLoss, entropy: meanEntropy,
    ratio: mean(ratio),
    clipFraction: mean(tf.cast(tf.greater(tf.abs(tf.sub(ratio, 1)), clipRange), 'float32')),
    approxKl: mean(tf.sub(tf.sub(ratio, 1), logRatio)), // k3 of the move away from the sampling policy
    kl: mean(tf.neg(toReference)),
    ratioMax: tf.max(tf.mul(ratio, counts)),
    ratioError: tf.max(tf.mul(tf.abs(tf.sub(ratio, 1)), counts)),
  } satisfies Record<PpoMetric, Tensor>;
  return { loss: loss as Tensor, metrics: tf.stack(ppoMetrics.map((name) => metrics[name])) };
}
