import type { HostTensor, HostTensors } from '../compute/engine.ts';
import { headSize, type PolicyConfig } from './config.ts';
import { hidden } from './model/attention.ts';

/** A prompt's keys and values, computed once and placed into the cache for each of its samples. */
export interface PromptCache {
  readonly length: number;
  /** What the prompts' program gave, of this one and of those computed along: [prompts·keyValueHeads, stride, headSize] a layer. */
  readonly tensors: HostTensors;
  /** Which of them this one is. */
  readonly row: number;
  /** Positions of each, of which the first `length` count. */
  readonly stride: number;
}

/** New positions of a slot, computed as row `row` of a continuation: the first `count` of them count. */
export interface Entry {
  readonly slot: number;
  readonly row: number;
  readonly count: number;
}

/** What a continuation program is for. */
export interface ContinuationSize {
  readonly slots: number;
  readonly capacity: number;
  readonly batch: number;
  /** New positions of each row. */
  readonly length: number;
}

/**
 * Keys and values of the live sequences, one slot each. Where they lie is up to the engine; which positions a slot has is
 * known here. Capacity grows in steps, so that few programs are compiled.
 */
export abstract class KeyValueCache {
  capacity = 0;
  /** [slots, capacity]: 0 where a slot has a position, else {@link hidden}. */
  mask: Float32Array = new Float32Array();
  lengths: Int32Array;
  /** Whether continuation programs enter the new positions themselves. */
  abstract readonly resident: boolean;
  protected readonly heads: number;
  protected readonly size: number;

  constructor(protected readonly config: PolicyConfig, public slots: number, private readonly step = 128) {
    this.heads = config.keyValueHeads;
    this.size = headSize(config);
    this.lengths = new Int32Array(slots);
  }

  /** Makes room for sequences of `positions`. */
  reserve(positions: number): void {
    if (positions <= this.capacity) return;
    const capacity = Math.ceil(positions / this.step) * this.step;
    this.widen(capacity);
    this.mask = widened(this.mask, this.slots, capacity, hidden);
    this.capacity = capacity;
  }

  clear(slot: number): void {
    this.mask.fill(hidden, slot * this.capacity, (slot + 1) * this.capacity);
    this.lengths[slot] = 0;
  }

  /** Starts a slot with a prompt. */
  place(slot: number, prompt: PromptCache): void {
    this.reserve(prompt.stride);
    this.clear(slot);
    this.start(slot, prompt);
    this.advance(slot, prompt.length);
  }

  /** Goes on with fewer slots: the n-th of `kept`, which ascend, becomes slot n; what the others held is lost. */
  keep(kept: readonly number[], slots: number): void {
    if (kept.length > slots || slots > this.slots) throw new RangeError(`${kept.length} of ${this.slots} slots cannot become ${slots}.`);
    this.take(kept, slots);
    this.mask = taken(this.mask, this.slots, kept, slots);
    this.lengths = taken(this.lengths, this.slots, kept, slots);
    this.slots = slots;
    for (let slot = kept.length; slot < slots; slot++) this.clear(slot);
  }

  /** The cache as inputs of a continuation. @param rows the slot of each row; one that several rows have is the same in all of them */
  abstract inputs(size: ContinuationSize, rows: Int32Array): Promise<HostTensors>;

  /** Nobody places this prompt again, nor those that were computed along with it. */
  drop(_prompt: PromptCache): void {}

  /** Gives its memory back. It is not used after that. */
  async release(): Promise<void> {}

  /** Enters what a continuation computed. */
  enter(results: HostTensors, length: number, entries: readonly Entry[]): void {
    this.append(results, length, entries);
    for (const { slot, count } of entries) this.advance(slot, count);
  }

  protected abstract widen(capacity: number): void;
  protected abstract start(slot: number, prompt: PromptCache): void;
  protected abstract take(kept: readonly number[], slots: number): void;
  protected abstract append(results: HostTensors, length: number, entries: readonly Entry[]): void;

  protected tensor(data: HostTensor['data'], slots = this.slots, capacity = this.capacity): HostTensor {
    return { shape: [slots * this.heads, capacity, this.size], dtype: 'float32', data };
  }

  private advance(slot: number, count: number): void {
    const start = slot * this.capacity + this.lengths[slot];
    this.mask.fill(0, start, start + count);
    this.lengths[slot] += count;
  }
}

/** Blocks made longer, each behind filled up. array: [blocks, any] */
export function widened(array: Float32Array, blocks: number, block: number, fill: number): Float32Array {
  const wide = new Float32Array(blocks * block).fill(fill);
  const old = array.length / blocks;
  for (let i = 0; i < blocks && old > 0; i++) wide.set(array.subarray(i * old, (i + 1) * old), i * block);
  return wide;
}

/** Some blocks of an array, the n-th of `kept` as the n-th. Changes the array. array: [from, any] -> [to, any] */
export function taken<T extends Float32Array | Int32Array>(array: T, from: number, kept: readonly number[], to: number): T {
  const block = array.length / from;
  kept.forEach((slot, n) => { if (slot !== n) array.copyWithin(n * block, slot * block, (slot + 1) * block); });
  return array.slice(0, to * block) as T;
}
