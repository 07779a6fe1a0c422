/** What programs know of a cache: its tensors' names, how it is brought into order, and new positions into it. */
import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import type { Signature, TensorProgram } from '../../compute/engine.ts';
import { headSize, type PolicyConfig } from '../config.ts';

/** Names of a layer's cached keys and values. */
export const cacheNames = (layer: number) => ({ keys: `keys.${layer}`, values: `values.${layer}` });

/** Those of all layers. */
export const allCacheNames = ({ layers }: PolicyConfig): string[] => Array.from({ length: layers }, (_, layer) => Object.values(cacheNames(layer))).flat();

export interface ArrangeSize {
  readonly from: { readonly slots: number; readonly capacity: number };
  readonly to: { readonly slots: number; readonly capacity: number };
  /** Prompts that slots may begin with, and positions of each; none where left out. */
  readonly prompts?: number;
  readonly stride?: number;
}

/**
 * The cache with other slots and more positions: slot n becomes what `index[n]` names, a slot of before or, counted on from
 * these, a prompt. Inputs `keys.0` … and `prompt.keys.0` …, [slots·keyValueHeads, positions, headSize]; outputs as the former.
 */
export function arrangeProgram(config: PolicyConfig, { from, to, prompts, stride = 0 }: ArrangeSize): { program: TensorProgram } & Signature {
  const heads = config.keyValueHeads;
  const size = headSize(config);
  const names = allCacheNames(config);
  const float = (slots: number, positions: number) => ({ shape: [slots * heads, positions, size], dtype: 'float32' as const });
  /** [slots·heads, positions, size] -> [slots, heads·capacity·size] */
  const slotwise = (x: Tensor, positions: number): Tensor => {
    const wide = positions === to.capacity ? x : tf.pad(x, [[0, 0], [0, to.capacity - positions], [0, 0]]);
    return tf.reshape(wide, [-1, heads * to.capacity * size]);
  };
  return {
    stay: names, spent: names,
    inputs: {
      index: { shape: [to.slots], dtype: 'int32' },
      ...Object.fromEntries(names.map((name) => [name, float(from.slots, from.capacity)])),
      ...(prompts === undefined ? {} : Object.fromEntries(names.map((name) => [`prompt.${name}`, float(prompts, stride)]))),
    },
    program: (x) => Object.fromEntries(names.map((name) => {
      const there = slotwise(x[name], from.capacity);
      const all = prompts === undefined ? there : tf.concat([there, slotwise(x[`prompt.${name}`], stride)], 0);
      return [name, tf.reshape(tf.gather(all, x.index as tf.Tensor1D), [to.slots * heads, to.capacity, size])];
    })),
  };
}

/**
 * A cache with new positions in it. past: [slots·heads, capacity, size], fresh: [batch·heads, length, size]
 * @param at [batch·heads·length]: the row of `past`, [slots·heads·capacity, size], that each becomes. Where one is named twice, either comes to stand there
 */
export function entered(past: Tensor, fresh: Tensor, at: Tensor): Tensor {
  const size = past.shape[2]!;
  const rows = tf.tensorScatterUpdate(tf.reshape(past, [-1, size]), tf.reshape(at, [-1, 1]), tf.reshape(fresh, [-1, size]));
  return tf.reshape(rows, past.shape);
}
