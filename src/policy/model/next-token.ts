/** The programs of generation: what comes next after prompts, and after new tokens of sequences that a cache holds. */
import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import type { Signature, TensorProgram, Tensors, TensorSpecs } from '../../compute/engine.ts';
import { headSize, type PolicyConfig } from '../config.ts';
import { weightShapes } from '../weights.ts';
import { continued, sequences } from './arrangements.ts';
import { decode, logitsOf, valuesOf } from './decoder.ts';

const float = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
const int = (...shape: number[]) => ({ shape, dtype: 'int32' as const });

/** What every program of a policy takes: its weights, which change at updates alone. */
export const weightSpecs = (config: PolicyConfig): TensorSpecs =>
  Object.fromEntries(weightShapes(config).map(({ name, shape }) => [name, float(...shape)]));

/** Names of a layer's cached keys and values. */
export const cacheNames = (layer: number) => ({ keys: `keys.${layer}`, values: `values.${layer}` });

/**
 * For the row `last` of each sequence: probabilities of the next token at `temperature` [batch, vocabulary], the
 * critic's value [batch] and the entropy [batch].
 */
function distribution(weights: Tensors, hidden: Tensor, last: Tensor, temperature: Tensor): Tensors {
  const at = tf.gather(hidden, last as tf.Tensor1D); // [batch, width]
  const logProbs = tf.logSoftmax(tf.div(logitsOf(weights, at), temperature) as tf.Tensor2D);
  const probabilities = tf.exp(logProbs);
  return { probabilities, values: valuesOf(weights, at), entropies: tf.neg(tf.sum(tf.mul(probabilities, logProbs), -1)) };
}

const named = (tensors: readonly Tensor[], name: 'keys' | 'values'): Tensors =>
  Object.fromEntries(tensors.map((tensor, layer) => [cacheNames(layer)[name], tensor]));

/** Prompts from position 0. Also gives their keys and values, a layer each: [batch·keyValueHeads, length, headSize]. */
export function promptProgram(config: PolicyConfig, batch: number, length: number): { program: TensorProgram } & Signature {
  return {
    steady: Object.keys(weightSpecs(config)),
    inputs: { ...weightSpecs(config), ids: int(batch * length), positions: int(batch * length), last: int(batch), temperature: float() },
    program: (x) => {
      const keys: Tensor[] = [];
      const values: Tensor[] = [];
      const hidden = decode(x, config, x.ids, x.positions, sequences(config, batch, length, (k, v) => { keys.push(k); values.push(v); }));
      return { ...distribution(x, hidden, x.last, x.temperature), ...named(keys, 'keys'), ...named(values, 'values') };
    },
  };
}

/**
 * `length` new tokens of each of `batch` sequences, chosen by `rows` from a cache of `slots` sequences of at most
 * `capacity` positions. Gives the new keys and values, [batch·keyValueHeads, length, headSize] a layer; the caller
 * enters them into the cache.
 */
export function continuationProgram(config: PolicyConfig, size: { slots: number; capacity: number; batch: number; length: number }): { program: TensorProgram } & Signature {
  const { slots, capacity, batch, length } = size;
  const heads = config.keyValueHeads;
  const cache = float(slots * heads, capacity, headSize(config));
  const layers = Array.from({ length: config.layers }, (_, layer) => cacheNames(layer));
  const everySlot = batch === slots;
  return {
    steady: Object.keys(weightSpecs(config)),
    inputs: {
      ...weightSpecs(config), ids: int(batch * length), positions: int(batch * length), last: int(batch), temperature: float(),
      mask: float(batch, capacity), ...(everySlot ? {} : { rows: int(batch) }),
      ...Object.fromEntries(layers.flatMap(({ keys, values }) => [[keys, cache], [values, cache]])),
    },
    program: (x) => {
      const chosen = (name: string): Tensor => {
        if (everySlot) return x[name];
        const slotwise = tf.gather(tf.reshape(x[name], [slots, heads * capacity * headSize(config)]), x.rows as tf.Tensor1D);
        return tf.reshape(slotwise, [batch * heads, capacity, headSize(config)]);
      };
      const past = { keys: layers.map(({ keys }) => chosen(keys)), values: layers.map(({ values }) => chosen(values)), mask: x.mask };
      const newKeys: Tensor[] = [];
      const newValues: Tensor[] = [];
      const attention = continued(config, batch, length, past, (k, v) => { newKeys.push(k); newValues.push(v); });
      const hidden = decode(x, config, x.ids, x.positions, attention);
      return {
        ...distribution(x, hidden, x.last, x.temperature),
        ...Object.fromEntries(newKeys.map((k, layer) => [`new.${cacheNames(layer).keys}`, k])),
        ...Object.fromEntries(newValues.map((v, layer) => [`new.${cacheNames(layer).values}`, v])),
      };
    },
  };
}
