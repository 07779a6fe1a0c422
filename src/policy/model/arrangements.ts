/** Who attends to whom: the three arrangements of a batch's rows. */
import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import type { PolicyConfig } from '../config.ts';
import { attend, attendToPast, causalMask, hidden } from './attention.ts';
import type { Arrangement } from './decoder.ts';

/** Cached and shared positions are not masked by a window: there, sequences have to fit into it. */
function requireNoWindow({ window, context }: PolicyConfig): void {
  if (window !== undefined && context > window)
    throw new Error(`This model attends to ${window} positions at most (its sliding window), and the context is ${context}. Set policy.context and rollout.maxTokens to ${window} or less.`);
}

/** [batch·length, heads, size] -> [batch·keyValueHeads, groups·length, size], with `groups = heads / keyValueHeads` */
function toBlocks(x: Tensor, batch: number, keyValueHeads: number): Tensor {
  const [rows, heads, size] = x.shape as [number, number, number];
  const [length, groups] = [rows / batch, heads / keyValueHeads];
  if (length === 1) return tf.reshape(x, [batch * keyValueHeads, groups, size]);
  const split = tf.reshape(x, [batch, length, heads, size]);
  return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [batch * keyValueHeads, groups * length, size]);
}

/** Undoes {@link toBlocks}. */
function fromBlocks(x: Tensor, batch: number, heads: number): Tensor {
  const size = x.shape[2]!;
  const length = x.size / (batch * heads * size);
  if (length === 1) return tf.reshape(x, [batch, heads, size]);
  const split = tf.reshape(x, [batch, heads, length, size]);
  return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [batch * length, heads, size]);
}

/** Plain sequences: `batch` of them, `length` rows each, right-padded. `keep` is given each layer's key and value blocks. */
export function sequences(config: PolicyConfig, batch: number, length: number, keep?: (key: Tensor, value: Tensor) => void): Arrangement {
  const { heads, keyValueHeads } = config;
  return {
    masks: [causalMask(length, config.window)],
    attend: ({ query, key, value }, [mask]) => {
      const [q, k, v] = [query, key, value].map((x) => toBlocks(x, batch, keyValueHeads));
      keep?.(k, v);
      return fromBlocks(attend(q, k, v, mask), batch, heads);
    },
  };
}

/** The size of a batch of packed lines. */
export interface PackedSize {
  readonly lines: number;
  /** Rows of a line. */
  readonly length: number;
}

/**
 * Lines packed with prompts and their samples, one behind the other, padding last: samples of a task share its prompt,
 * which is computed once, and little is computed for nothing. A row attends to earlier rows of its own sample and to
 * those of its prompt.
 * @param prompts [lines, length]: a number for each prompt of a line, on its rows and on those of its samples
 * @param samples [lines, length]: a number for each sample of a prompt, 0 on the prompt's own rows
 */
export function packed(config: PolicyConfig, { lines, length }: PackedSize, prompts: Tensor, samples: Tensor): Arrangement {
  requireNoWindow(config);
  const { heads, keyValueHeads } = config;
  const [asking, asked] = [2, 1].map((axis) => [prompts, samples].map((x) => tf.expandDims(x, axis)));
  const otherPrompt = tf.squaredDifference(asking[0], asked[0]);
  const otherSample = tf.mul(asked[1], tf.squaredDifference(asking[1], asked[1])); // 0 where a prompt is asked
  const apart = tf.mul(tf.minimum(tf.add(otherPrompt, otherSample), 1), hidden); // [lines, length, length]
  return {
    masks: [tf.expandDims(tf.add(apart, causalMask(length)), 1)],
    attend: ({ query, key, value }, [mask]) => {
      const [q, k, v] = [query, key, value].map((x) => toBlocks(x, lines, keyValueHeads));
      return fromBlocks(attend(q, k, v, mask), lines, heads);
    },
  };
}

/** Keys and values that the rows' sequences have left in a cache. */
export interface Past {
  /** A layer each: [batch·keyValueHeads, positions, headSize] */
  readonly keys: readonly Tensor[];
  readonly values: readonly Tensor[];
  /** [batch, positions]: 0, or {@link hidden} where the cache is empty */
  readonly mask: Tensor;
}

/** New positions of sequences whose past is in a cache. `keep` is given each layer's new key and value blocks. */
export function continued(config: PolicyConfig, batch: number, length: number, past: Past, keep: (key: Tensor, value: Tensor) => void): Arrangement {
  requireNoWindow(config);
  const { heads, keyValueHeads } = config;
  const mask = causalMask(length);
  const positions = past.mask.shape[1]!;
  const perBlock = tf.reshape(tf.tile(tf.expandDims(past.mask, 1), [1, keyValueHeads, 1]), [batch * keyValueHeads, 1, positions]);
  return {
    masks: [perBlock, mask],
    attend: ({ query, key, value }, [perBlock, mask], layer) => {
      const [q, k, v] = [query, key, value].map((x) => toBlocks(x, batch, keyValueHeads));
      keep(k, v);
      return fromBlocks(attendToPast(q, past.keys[layer], past.values[layer], k, v, perBlock, mask), batch, heads);
    },
  };
}
