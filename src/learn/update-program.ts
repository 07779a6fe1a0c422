/** The program of an update's batch: forward, backward, and in the last batch of an update the optimizer, in one. */
import * as tf from '#tfjs';
import type { Scalar, Tensor } from '#tfjs';
import type { TensorProgram, Tensors } from '../compute/engine.ts';
import type { PolicyConfig } from '../policy/config.ts';
import { weightSpecs } from '../policy/model/next-token.ts';
import { isTrained } from '../policy/weights.ts';
import { adamStep, type AdamSettings } from './adam.ts';

/** A loss over one batch: a scalar, and a vector of metrics for the host, of which the loss is the first. */
export type LossProgram = (weights: Tensors, batch: Tensors) => { loss: Tensor; metrics: Tensor };

export interface Objective {
  /** Names the loss and its settings, for the program cache. */
  readonly name: string;
  readonly program: LossProgram;
  /** If the sum over an update of this metric exceeds the bound, the update is skipped (released `ratio_threshold`). */
  readonly guard?: { readonly metric: number; readonly bound: number };
}

/** What an output is called that goes into the next batch's program: the sum of a weight's gradients so far. */
export const carried = (weight: string): string => `carried:${weight}`;
/** The weight of a carried sum. */
export const weightOf = (sum: string): string => sum.slice(carried('').length);

/**
 * Forward and backward, gradients that are carried added, and with `apply` the optimizer's step on their sum. With an input
 * `lossScale` [] the loss is that many times as large on the way back, and gradients are themselves again in the end.
 */
export function updateProgram(config: PolicyConfig, { program }: Objective, settings: AdamSettings, apply: boolean): TensorProgram {
  const names = Object.keys(weightSpecs(config)).filter((name) => isTrained(config, name));
  return (x) => {
    let metrics: Tensor | undefined;
    const lossOf = (): Scalar => {
      const result = program(x, x);
      metrics = tf.keep(result.metrics);
      return result.loss as Scalar;
    };
    // a loss need not read every weight: imitation leaves the value head alone
    const { grads } = tf.engine().gradients(lossOf, names.map((name) => x[name]), x.lossScale, true);
    const measured = tf.clone(metrics!);
    metrics!.dispose();
    const added = (scaled: Tensor | undefined, name: string): Tensor => {
      const gradient = scaled && x.lossScale ? tf.div(scaled, x.lossScale) : scaled;
      const before = x[carried(name)] as Tensor | undefined;
      return gradient && before ? tf.add(gradient, before) : gradient ?? before ?? tf.zerosLike(x[name]);
    };
    const gradients: Tensors = Object.fromEntries(names.map((name, i) => [name, added(grads[i], name)]));
    if (!apply) return { metrics: measured, ...Object.fromEntries(names.map((name) => [carried(name), gradients[name]])) };

    const { state, norm } = adamStep(x, gradients, x.learningRate, x.corrections, settings);
    return { metrics: measured, ...state, norm };
  };
}
