/** The programs of generation: what comes next after prompts, and after new tokens of sequences that a cache holds. */
import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import type { Signature, TensorProgram, Tensors, TensorSpecs } from '../../compute/engine.ts';
import { headSize, type PolicyConfig } from '../config.ts';
import type { ContinuationSize } from '../key-value-cache.ts';
import { isHalf, weightShapes } from '../weights.ts';
import { continued, sequences } from './arrangements.ts';
import { allCacheNames, cacheNames, entered } from './cache.ts';
import { decode, logitsOf, valuesOf } from './decoder.ts';

const float = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
const int = (...shape: number[]) => ({ shape, dtype: 'int32' as const });

/** What every program of a policy takes: its weights, which change at updates alone. */
export const weightSpecs = (config: PolicyConfig): TensorSpecs =>
  Object.fromEntries(weightShapes(config).map(({ name, shape }) => [name, { shape, dtype: isHalf(config, name) ? 'float16' : 'float32' }]));

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
    stay: allCacheNames(config),
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
 * `capacity` positions. Gives the new keys and values as `new.keys.0` …, [batch·keyValueHeads, length, headSize] a layer;
 * the caller enters them into the cache.
 * @param resident gives the cache itself with the new positions in it, as `keys.0` … like the inputs; `at` says where, as {@link entered} has it
 */
export function continuationProgram(config: PolicyConfig, { slots, capacity, batch, length }: ContinuationSize, resident: boolean): { program: TensorProgram } & Signature {
  const heads = config.keyValueHeads;
  const shape = [slots * heads, capacity, headSize(config)];
  const layers = Array.from({ length: config.layers }, (_, layer) => cacheNames(layer));
  const names = allCacheNames(config);
  const everySlot = batch === slots;
  return {
    steady: Object.keys(weightSpecs(config)),
    ...(resident ? { stay: names, spent: names } : {}),
    inputs: {
      ...weightSpecs(config), ids: int(batch * length), positions: int(batch * length), last: int(batch), temperature: float(),
      mask: float(batch, capacity), ...(everySlot ? {} : { rows: int(batch) }),
      ...(resident ? { at: int(batch * heads * length) } : {}),
      ...Object.fromEntries(names.map((name) => [name, float(...shape)])),
    },
    program: (x) => {
      const chosen = (name: string): Tensor => {
        if (everySlot) return x[name];
        const slotwise = tf.gather(tf.reshape(x[name], [slots, heads * capacity * headSize(config)]), x.rows as tf.Tensor1D);
        return tf.reshape(slotwise, [batch * heads, capacity, headSize(config)]);
      };
      const past = Object.fromEntries(names.map((name) => [name, chosen(name)]));
      const fresh: Record<string, Tensor> = {};
      const pasts = { keys: layers.map(({ keys }) => past[keys]), values: layers.map(({ values }) => past[values]), mask: x.mask };
      const attention = continued(config, batch, length, pasts, (k, v) => {
        const { keys, values } = cacheNames(Object.keys(fresh).length / 2);
        fresh[keys] = k;
        fresh[values] = v;
      });
      const result = distribution(x, decode(x, config, x.ids, x.positions, attention), x.last, x.temperature);
      return { ...result, ...Object.fromEntries(names.map((name) => (resident ? [name, entered(x[name], fresh[name], x.at)] : [`new.${name}`, fresh[name]]))) };
    },
  };
}
