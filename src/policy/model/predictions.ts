/**
 * What the policy thinks of chosen tokens. A vocabulary is wide, and all rows' logits at once may be the largest thing in
 * memory: beyond a size they are computed some rows at a time, forward and backward, and never kept.
 */
import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import { after } from '../../compute/order.ts';
import type { Tensors } from '../../compute/engine.ts';
import type { PolicyConfig } from '../config.ts';
import { embeddingName, headName, isTrained } from '../weights.ts';
import { linear } from './layers.ts';
import { logProbsOf } from './log-probs.ts';
import { rowsOfPart } from './parts.ts';
import { gradients } from './recompute.ts';

/** Each [rows]: log-probability of the chosen token, entropy of the distribution, and log-probability of the likeliest one. */
export interface Predictions {
  readonly logProbs: Tensor;
  readonly entropies: Tensor;
  /** No gradient goes there. */
  readonly likeliest: Tensor;
}

export interface PredictionSettings {
  /** What logits are divided by. */
  readonly temperature: number;
  /** Whether entropies have a gradient, as log-probabilities do. */
  readonly learnsEntropy?: boolean;
  /** Rows at once. */
  readonly part?: number;
}

/**
 * Predictions at rows of hidden states.
 * @param hidden [rows, width]; @param chosen [rows] int32
 */
export function predictionsOf(weights: Tensors, config: PolicyConfig, hidden: Tensor, chosen: Tensor, settings: PredictionSettings): Predictions {
  const { temperature, learnsEntropy = false, part = rowsOfPart(hidden.shape[0]!, config.vocabulary) } = settings;
  const name = weights[headName] ? headName : embeddingName;
  const predict = (hidden: Tensor, chosen: Tensor): Tensor => logProbsOf(tempered(linear(hidden, weights[name]), temperature), chosen, learnsEntropy);
  const all = part >= hidden.shape[0]! ? predict(hidden, chosen) : inParts(hidden, chosen, part, predict, isTrained(config, name) ? [weights[name]] : []);
  const [logProbs, entropies, likeliest] = tf.unstack(all);
  return { logProbs, entropies, likeliest };
}

const tempered = (logits: Tensor, temperature: number): Tensor => (temperature === 1 ? logits : tf.div(logits, temperature));

/** @returns [3, rows]: the three of {@link Predictions} */
function inParts(hidden: Tensor, chosen: Tensor, part: number, predict: (hidden: Tensor, chosen: Tensor) => Tensor, trained: readonly Tensor[]): Tensor {
  const [rows, width] = hidden.shape as [number, number];
  const starts = Array.from({ length: Math.ceil(rows / part) }, (_, i) => i * part);
  const f = tf.customGrad((...given) => {
    const [hidden] = given as Tensor[];
    (given.at(-1) as tf.GradSaveFunc)([hidden]);
    const rowsFrom = (hidden: Tensor, start: number): Tensor => tf.slice(hidden, [start, 0], [Math.min(part, rows - start), width]);
    const idsFrom = (start: number): Tensor => tf.slice(chosen, [start], [Math.min(part, rows - start)]);
    return {
      value: tf.concat(starts.reduce<Tensor[]>((done, start) => [...done, predict(after(rowsFrom(hidden, start), done.slice(-1)), idsFrom(start))], []), 1),
      gradFunc: (dy: Tensor, [hidden]: Tensor[]) => {
        const dHidden: Tensor[] = [];
        let dTrained: Tensor[] = [];
        for (const start of starts) {
          const again = after(rowsFrom(hidden, start), [dy, ...dHidden.slice(-1), ...dTrained]);
          const dPart = tf.slice(dy, [0, start], [3, again.shape[0]!]);
          const [dAgain, ...dWeights] = gradients(() => predict(again, idsFrom(start)), [again, ...trained], dPart);
          dHidden.push(dAgain);
          dTrained = dWeights.map((d, i) => (dTrained[i] ? tf.add(dTrained[i], d) : d));
        }
        return [after(tf.concat(dHidden, 0), dTrained), ...dTrained];
      },
    };
  });
  return f(hidden, ...trained);
}
