import type { HostTensor, HostTensors } from '../compute/engine.ts';
import type { ProgramCache } from '../compute/program-cache.ts';
import { configKey, type PolicyConfig } from './config.ts';
import { KeyValueCache, type ContinuationSize, type Entry, type PromptCache } from './key-value-cache.ts';
import { allCacheNames, arrangeProgram, cacheNames } from './model/cache.ts';

/** Where a slot's positions are: a slot of the cache as it stands, or a prompt. */
type Source = number | PromptCache;

/**
 * A cache that never leaves the engine: continuation programs give it back with the new positions in it. Placing prompts,
 * growing and leaving out slots are only noted, and done by one program when the cache is needed next.
 */
export class ResidentCache extends KeyValueCache {
  readonly resident = true;
  /** By the names of {@link cacheNames}. At first one slot of nothing. */
  private tensors: HostTensors;
  private sources: Source[];
  private readonly model: string;
  private readonly names: readonly string[];
  /** Slots and capacity of `tensors`. */
  private held: { slots: number; capacity: number };

  constructor(private readonly programs: ProgramCache, config: PolicyConfig, slots: number, step?: number) {
    super(config, slots, step);
    this.model = configKey(config);
    this.names = allCacheNames(config);
    this.sources = new Array<Source>(slots).fill(0);
    this.reserve(1);
    this.held = { slots: 1, capacity: this.capacity };
    const nothing = this.tensor(new Float32Array(this.heads * this.capacity * this.size), 1);
    this.tensors = Object.fromEntries(this.names.map((name) => [name, nothing]));
  }

  async inputs({ slots, capacity, batch, length }: ContinuationSize, entries: readonly Entry[]): Promise<HostTensors> {
    await this.settle();
    const enter = new Float32Array(batch * capacity * length);
    const rows = Int32Array.from({ length: slots }, (_, slot) => slot);
    for (const { slot, row, count } of entries) {
      rows[slot] = slots + row;
      for (let i = 0; i < count; i++) enter[(row * capacity + this.lengths[slot] + i) * length + i] = 1;
    }
    const given: Record<string, HostTensor> = { ...this.tensors, enter: { shape: [batch, capacity, length], dtype: 'float32', data: enter } };
    return batch === slots ? given : { ...given, slotRows: { shape: [slots], dtype: 'int32', data: rows } };
  }

  protected append(results: HostTensors): void {
    this.tensors = Object.fromEntries(this.names.map((name) => [name, results[name]]));
  }

  protected start(slot: number, prompt: PromptCache): void {
    this.sources[slot] = prompt;
  }

  protected take(kept: readonly number[], slots: number): void {
    this.sources = Array.from({ length: slots }, (_, n) => this.sources[kept[n] ?? 0]);
  }

  protected widen(): void {} // when it settles

  /** Brings the cache into the order that was noted, with the prompts of one program after the other. */
  private async settle(): Promise<void> {
    const { slots, capacity } = this;
    const isThere = this.held.slots === slots && this.held.capacity === capacity && this.sources.every((source, slot) => source === slot);
    if (isThere) return;
    const batches = [...new Set(this.sources.flatMap((source) => (typeof source === 'number' ? [] : [source.tensors])))];
    for (const prompts of batches.length > 0 ? batches : [undefined]) await this.arrange(prompts);
  }

  private async arrange(prompts: HostTensors | undefined): Promise<void> {
    const { slots, capacity, held } = this;
    const index = Int32Array.from(this.sources, (source) => (typeof source === 'number' ? source : source.tensors === prompts ? held.slots + source.row : 0));
    const first = prompts?.[cacheNames(0).keys].shape;
    const size = { from: held, to: { slots, capacity }, ...(first && { prompts: first[0] / this.heads, stride: first[1] }) };
    const key = [held.slots, held.capacity, slots, capacity, size.prompts, size.stride].join(' ');
    const compiled = await this.programs.get(`arrange ${key} ${this.model}`, () => arrangeProgram(this.config, size));
    const given = prompts ? Object.fromEntries(this.names.map((name) => [`prompt.${name}`, prompts[name]])) : {};
    this.tensors = await compiled.run({ ...this.tensors, ...given, index: { shape: [slots], dtype: 'int32', data: index } });
    this.held = { slots, capacity };
    this.sources = this.sources.map((source, slot) => (typeof source === 'number' || source.tensors === prompts ? slot : source));
  }
}
