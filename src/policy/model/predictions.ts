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
import { logProbsAndEntropies } from './log-probs.ts';
import { rowsOfPart } from './parts.ts';
import { gradients } from './recompute.ts';

/** Each [rows]: log-probability of the chosen token, entropy of the distribution, and log-probability of the likeliest one. */
export interface Predictions {
  readonly logProbs: Tensor;
  readonly entropies: Tensor;
  /** No gradient goes there. */
  likeliest(): Tensor;
}

/**
 * Predictions at rows of hidden states.
 * @param hidden [rows, width]; @param chosen [rows] int32; @param temperature what logits are divided by; @param part rows at once
 */
export function predictionsOf(weights: Tensors, config: PolicyConfig, hidden: Tensor, chosen: Tensor, temperature: number, part = rowsOfPart(hidden.shape[0]!, config.vocabulary)): Predictions {
  const name = weights[headName] ? headName : embeddingName;
  const logitsOf = (hidden: Tensor): Tensor => tempered(linear(hidden, weights[name]), temperature);
  if (part >= hidden.shape[0]!) {
    const logits = logitsOf(hidden); // [rows, vocabulary]
    const [logProbs, entropies] = tf.unstack(logProbsAndEntropies(logits, chosen));
    return { logProbs, entropies, likeliest: () => tf.max(tf.logSoftmax(logits as tf.Tensor2D), -1) };
  }
  const [logProbs, entropies, likeliest] = tf.unstack(inParts(hidden, chosen, part, logitsOf, isTrained(config, name) ? [weights[name]] : []));
  return { logProbs, entropies, likeliest: () => likeliest };
}

const tempered = (logits: Tensor, temperature: number): Tensor => (temperature === 1 ? logits : tf.div(logits, temperature));

/** @returns [3, rows]: the three of {@link Predictions} */
function inParts(hidden: Tensor, chosen: Tensor, part: number, logitsOf: (hidden: Tensor) => Tensor, trained: readonly Tensor[]): Tensor {
  const [rows, width] = hidden.shape as [number, number];
  const starts = Array.from({ length: Math.ceil(rows / part) }, (_, i) => i * part);
  const f = tf.customGrad((...given) => {
    const [hidden] = given as Tensor[];
    (given.at(-1) as tf.GradSaveFunc)([hidden]);
    const rowsFrom = (hidden: Tensor, start: number): Tensor => tf.slice(hidden, [start, 0], [Math.min(part, rows - start), width]);
    const idsFrom = (start: number): Tensor => tf.slice(chosen, [start], [Math.min(part, rows - start)]);
    return {
      value: tf.concat(starts.reduce<Tensor[]>((done, start) => {
        const logits = logitsOf(after(rowsFrom(hidden, start), done.slice(-1))); // [part, vocabulary]
        const likeliest = tf.max(tf.logSoftmax(logits as tf.Tensor2D), -1, true);
        return [...done, tf.concat([logProbsAndEntropies(logits, idsFrom(start)), tf.transpose(likeliest)], 0)];
      }, []), 1),
      gradFunc: (dy: Tensor, [hidden]: Tensor[]) => {
        const dHidden: Tensor[] = [];
        let dTrained: Tensor[] = [];
        for (const start of starts) {
          const again = after(rowsFrom(hidden, start), [dy, ...dHidden.slice(-1), ...dTrained]);
          const dPart = tf.slice(dy, [0, start], [2, again.shape[0]!]); // nothing goes to the likeliest
          const [dAgain, ...dWeights] = gradients(() => logProbsAndEntropies(logitsOf(again), idsFrom(start)), [again, ...trained], dPart);
          dHidden.push(dAgain);
          dTrained = dWeights.map((d, i) => (dTrained[i] ? tf.add(dTrained[i], d) : d));
        }
        return [after(tf.concat(dHidden, 0), dTrained), ...dTrained];
      },
    };
  });
  return f(hidden, ...trained);
}
