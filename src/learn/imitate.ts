/** Warm start: cross-entropy on what an expert wrote, its observations read and not learnt. */
import * as tf from '#tfjs';
import type { PolicyConfig } from '../policy/config.ts';
import { packed, type PackedSize } from '../policy/model/arrangements.ts';
import { decode } from '../policy/model/decoder.ts';
import { predictionsOf } from '../policy/model/predictions.ts';
import type { Batch } from './batch-programs.ts';
import { pack, perAction, type Sequence } from './packing.ts';
import type { Objective } from './update-program.ts';

/** Mean cross-entropy over the expert's tokens; metrics are that and the share of tokens that are the most likely ones. */
export const imitation = (config: PolicyConfig, size: PackedSize): Objective => ({
  name: 'imitation',
  program: (weights, x) => {
    const states = decode(weights, config, x.ids, x.positions, packed(config, size, x.prompts, x.samples));
    const { logProbs: logProb, likeliest } = predictionsOf(weights, config, tf.gather(states, x.actionAt as tf.Tensor1D), x.actionIds, { temperature: 1 }); // [actions]
    const loss = tf.neg(tf.sum(tf.mul(logProb, x.weight)));
    const right = tf.sum(tf.mul(tf.cast(tf.greaterEqual(logProb, tf.sub(likeliest, 1e-5)), 'float32'), x.weight));
    return { loss, metrics: tf.stack([loss, right]) };
  },
});

/** Demonstrations as the batches of one update. */
export function imitationBatches(config: PolicyConfig, demonstrations: readonly Sequence[], rows: number): Batch[] {
  const batches = pack(config, demonstrations, demonstrations.map((_, i) => i), rows);
  const actions = batches.reduce((sum, batch) => sum + batch.actions.length, 0);
  return batches.map((batch) => ({
    key: batch.key,
    inputs: { ...batch.inputs, weight: perAction(batch, () => 1 / actions) },
    objective: imitation(config, batch.size),
  }));
}

/** Linear rise over the first `warmup` part of the updates, then a cosine down to a tenth. */
export function learningRateAt(update: number, updates: number, highest: number, warmup: number): number {
  const rising = Math.max(1, Math.round(updates * warmup));
  if (update < rising) return (highest * (update + 1)) / rising;
  const done = (update - rising) / Math.max(1, updates - rising);
  return highest * (0.1 + 0.9 * 0.5 * (1 + Math.cos(Math.PI * done)));
}
