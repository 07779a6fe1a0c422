import type { HostTensor, HostTensors } from '../compute/engine.ts';
import type { PolicyConfig } from './config.ts';
import { KeyValueCache, taken, widened, type Entry, type PromptCache } from './key-value-cache.ts';
import { cacheNames } from './model/cache.ts';

/**
 * A cache in the host's memory. The CPU engine reads these arrays where they lie, so entering a token copies its few rows
 * and nothing else.
 */
export class HostCache extends KeyValueCache {
  readonly resident = false;
  private keys: Float32Array[];
  private values: Float32Array[];

  constructor(config: PolicyConfig, slots: number, step?: number) {
    super(config, slots, step);
    this.keys = Array.from({ length: config.layers }, () => new Float32Array());
    this.values = this.keys.map(() => new Float32Array());
    this.reserve(1);
  }

  inputs(): Promise<HostTensors> {
    const tensors: Record<string, HostTensor> = {};
    for (let layer = 0; layer < this.config.layers; layer++) {
      const names = cacheNames(layer);
      tensors[names.keys] = this.tensor(this.keys[layer]);
      tensors[names.values] = this.tensor(this.values[layer]);
    }
    return Promise.resolve(tensors);
  }

  protected widen(capacity: number): void {
    const wide = (array: Float32Array): Float32Array => widened(array, this.slots * this.heads, capacity * this.size, 0);
    this.keys = this.keys.map(wide);
    this.values = this.values.map(wide);
  }

  protected start(slot: number, { tensors, row, stride, length }: PromptCache): void {
    this.copyAll(tensors, '', slot, row, stride, length);
  }

  protected append(results: HostTensors, length: number, entries: readonly Entry[]): void {
    for (const { slot, row, count } of entries) this.copyAll(results, 'new.', slot, row, length, count);
  }

  protected take(kept: readonly number[], slots: number): void {
    const some = (array: Float32Array): Float32Array => taken(array, this.slots, kept, slots);
    this.keys = this.keys.map(some);
    this.values = this.values.map(some);
  }

  private copyAll(from: HostTensors, prefix: string, slot: number, row: number, stride: number, count: number): void {
    for (let layer = 0; layer < this.config.layers; layer++) {
      const names = cacheNames(layer);
      this.copy(this.keys[layer], slot, from[prefix + names.keys].data as Float32Array, row, stride, count);
      this.copy(this.values[layer], slot, from[prefix + names.values].data as Float32Array, row, stride, count);
    }
  }

  /** Copies `count` positions of `source`, [rows·heads, stride, size], to the end of a slot, [slots·heads, capacity, size]. */
  private copy(target: Float32Array, slot: number, source: Float32Array, row: number, stride: number, count: number): void {
    const { heads, size, capacity } = this;
    for (let head = 0; head < heads; head++) {
      const from = (row * heads + head) * stride * size;
      let to = ((slot * heads + head) * capacity + this.lengths[slot]) * size;
      for (let i = from; i < from + count * size; i++) target[to++] = source[i];
    }
  }
}
