/** Who attends to whom: the three arrangements of a batch's rows. */
import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import type { PolicyConfig } from '../config.ts';
import { attend, attendToPast, attendToStem, causalMask } from './attention.ts';
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
  const mask = causalMask(heads / keyValueHeads, length, config.window);
  return (query, key, value) => {
    const [q, k, v] = [query, key, value].map((x) => toBlocks(x, batch, keyValueHeads));
    keep?.(k, v);
    return fromBlocks(attend(q, k, v, mask), batch, heads);
  };
}

/** The size of a batch of stems, each with as many branches. */
export interface ForkedSize {
  readonly stems: number;
  readonly stemLength: number;
  /** Branches of a stem. */
  readonly branches: number;
  readonly length: number;
}

/**
 * Branches that share a stem: samples of a task share its prompt, which is computed once. Rows are all stems, then all
 * branches, stem by stem.
 * @param stemMask [stems, stemLength]: 0, or {@link hidden} where a stem is padding
 */
export function forked(config: PolicyConfig, { stems, stemLength, branches, length }: ForkedSize, stemMask: Tensor): Arrangement {
  requireNoWindow(config);
  const { heads, keyValueHeads } = config;
  const groups = heads / keyValueHeads;
  const [stemCausal, causal] = [causalMask(groups, stemLength), causalMask(groups, length)];
  const perBlock = tf.reshape(tf.tile(tf.expandDims(stemMask, 1), [1, keyValueHeads, 1]), [stems * keyValueHeads, 1, stemLength]);
  const [stemRows, rows] = [stems * stemLength, stems * branches * length];

  /** [rows, n, size] -> [stems·keyValueHeads·branches, (n/keyValueHeads)·length, size] */
  const toBranchBlocks = (x: Tensor): Tensor => {
    const [, n, size] = x.shape as [number, number, number];
    const split = tf.reshape(x, [stems, branches, length, keyValueHeads, (n / keyValueHeads) * size]);
    const turned = tf.transpose(split, [0, 3, 1, 2, 4]); // [stems, keyValueHeads, branches, length, groups·size]
    const blocks = stems * keyValueHeads * branches;
    const grouped = tf.reshape(turned, [blocks, length, n / keyValueHeads, size]);
    return tf.reshape(n === keyValueHeads ? grouped : tf.transpose(grouped, [0, 2, 1, 3]), [blocks, (n / keyValueHeads) * length, size]);
  };
  const fromBranchBlocks = (x: Tensor): Tensor => {
    const size = x.shape[2]!;
    const blocks = stems * keyValueHeads * branches;
    const grouped = groups === 1 ? x : tf.transpose(tf.reshape(x, [blocks, groups, length, size]), [0, 2, 1, 3]);
    const split = tf.reshape(grouped, [stems, keyValueHeads, branches, length, groups * size]);
    return tf.reshape(tf.transpose(split, [0, 2, 3, 1, 4]), [rows, heads, size]);
  };

  return (query, key, value) => {
    const parts = [query, key, value].map((x) => tf.split(x, [stemRows, rows], 0));
    const [stemQuery, stemKey, stemValue] = parts.map(([stem]) => toBlocks(stem, stems, keyValueHeads));
    const [q, k, v] = parts.map(([, branch]) => toBranchBlocks(branch));
    const stem = fromBlocks(attend(stemQuery, stemKey, stemValue, stemCausal), stems, heads);
    const branch = fromBranchBlocks(attendToStem(q, stemKey, stemValue, k, v, perBlock, causal));
    return tf.concat([stem, branch], 0);
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
  const mask = causalMask(heads / keyValueHeads, length);
  const positions = past.mask.shape[1]!;
  const perBlock = tf.reshape(tf.tile(tf.expandDims(past.mask, 1), [1, keyValueHeads, 1]), [batch * keyValueHeads, 1, positions]);
  return (query, key, value, layer) => {
    const [q, k, v] = [query, key, value].map((x) => toBlocks(x, batch, keyValueHeads));
    keep(k, v);
    return fromBlocks(attendToPast(q, past.keys[layer], past.values[layer], k, v, perBlock, mask), batch, heads);
  };
}
