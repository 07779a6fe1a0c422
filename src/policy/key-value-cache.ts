import type { HostTensor, HostTensors } from '../compute/engine.ts';
import { headSize, type PolicyConfig } from './config.ts';
import { hidden } from './model/attention.ts';
import { cacheNames } from './model/next-token.ts';

/** A prompt's keys and values, computed once and placed into the cache for each of its samples. */
export interface PromptCache {
  readonly length: number;
  /** A layer each: [keyValueHeads, stride, headSize], of which the first `length` rows count. */
  readonly keys: readonly Float32Array[];
  readonly values: readonly Float32Array[];
  readonly stride: number;
}

/**
 * Keys and values of the live sequences, in the host's memory, one slot each. The CPU engine reads these arrays where
 * they lie, so entering a token copies its few rows and nothing else; capacity grows in steps, so that few programs are
 * compiled. (An engine with memory of its own would keep the cache there: same layout, scatter instead of copies.)
 */
export class KeyValueCache {
  capacity = 0;
  /** [slots, capacity]: 0 where a slot has a position, else {@link hidden}. */
  mask = new Float32Array();
  lengths: Int32Array;
  private keys: Float32Array[] = [];
  private values: Float32Array[] = [];
  private readonly heads: number;
  private readonly size: number;

  constructor(private readonly config: PolicyConfig, public slots: number, private readonly step = 128) {
    this.heads = config.keyValueHeads;
    this.size = headSize(config);
    this.lengths = new Int32Array(slots);
    this.grow(step);
  }

  /** Makes room for sequences of `positions`. */
  reserve(positions: number): void {
    if (positions > this.capacity) this.grow(Math.ceil(positions / this.step) * this.step);
  }

  /** The cache as a program's inputs. */
  tensors(): HostTensors {
    const shape = [this.slots * this.heads, this.capacity, this.size];
    const tensors: Record<string, HostTensor> = {};
    for (let layer = 0; layer < this.config.layers; layer++) {
      const names = cacheNames(layer);
      tensors[names.keys] = { shape, dtype: 'float32', data: this.keys[layer] };
      tensors[names.values] = { shape, dtype: 'float32', data: this.values[layer] };
    }
    return tensors;
  }

  clear(slot: number): void {
    this.mask.fill(hidden, slot * this.capacity, (slot + 1) * this.capacity);
    this.lengths[slot] = 0;
  }

  /** Starts a slot with a prompt. */
  place(slot: number, prompt: PromptCache): void {
    this.reserve(prompt.length);
    this.clear(slot);
    for (let layer = 0; layer < this.config.layers; layer++) {
      this.copy(this.keys[layer], slot, prompt.keys[layer], 0, prompt.stride, prompt.length);
      this.copy(this.values[layer], slot, prompt.values[layer], 0, prompt.stride, prompt.length);
    }
    this.advance(slot, prompt.length);
  }

  /**
   * Enters the first `count` of the new positions that a continuation program computed for its row `row`.
   * @param length new positions of each row in `results`
   */
  append(slot: number, results: HostTensors, row: number, length: number, count: number): void {
    for (let layer = 0; layer < this.config.layers; layer++) {
      const names = cacheNames(layer);
      this.copy(this.keys[layer], slot, results[`new.${names.keys}`].data as Float32Array, row, length, count);
      this.copy(this.values[layer], slot, results[`new.${names.values}`].data as Float32Array, row, length, count);
    }
    this.advance(slot, count);
  }

  private advance(slot: number, count: number): void {
    const start = slot * this.capacity + this.lengths[slot];
    this.mask.fill(0, start, start + count);
    this.lengths[slot] += count;
  }

  /** Goes on with fewer slots: the n-th of `kept`, which ascend, becomes slot n; what the others held is lost. */
  keep(kept: readonly number[], slots: number): void {
    if (kept.length > slots || slots > this.slots) throw new RangeError(`${kept.length} of ${this.slots} slots cannot become ${slots}.`);
    const taken = <T extends Float32Array | Int32Array>(array: T): T => {
      const block = array.length / this.slots;
      kept.forEach((slot, n) => { if (slot !== n) array.copyWithin(n * block, slot * block, (slot + 1) * block); });
      return array.slice(0, slots * block) as T;
    };
    this.keys = this.keys.map(taken);
    this.values = this.values.map(taken);
    this.mask = taken(this.mask);
    this.lengths = taken(this.lengths);
    this.slots = slots;
    for (let slot = kept.length; slot < slots; slot++) this.clear(slot);
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

  private grow(capacity: number): void {
    const { slots, heads, size } = this;
    const old = this.capacity;
    const widen = (array: Float32Array, block: number, blocks: number, to: number, fill: number): Float32Array<ArrayBuffer> => {
      const wide = new Float32Array(blocks * to).fill(fill);
      for (let i = 0; i < blocks && block > 0; i++) wide.set(array.subarray(i * block, (i + 1) * block), i * to);
      return wide;
    };
    for (let layer = 0; layer < this.config.layers; layer++) {
      this.keys[layer] = widen(this.keys[layer] ?? new Float32Array(), old * size, slots * heads, capacity * size, 0);
      this.values[layer] = widen(this.values[layer] ?? new Float32Array(), old * size, slots * heads, capacity * size, 0);
    }
    this.mask = widen(this.mask, old, slots, capacity, hidden);
    this.capacity = capacity;
  }
}
