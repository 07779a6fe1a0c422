import type { HostTensors } from '../compute/engine.ts';
import type { ProgramCache } from '../compute/program-cache.ts';
import { configKey, type PolicyConfig } from './config.ts';
import { KeyValueCache, type ContinuationSize, type PromptCache } from './key-value-cache.ts';
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
  /** Prompts to be let go once what was placed of them is in the cache. */
  private readonly dropped = new Set<HostTensors>();
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

  /** Every row writes: behind what its slot has, where nobody looks before something is entered there. */
  async inputs({ capacity, batch, length }: ContinuationSize, rows: Int32Array): Promise<HostTensors> {
    await this.settle();
    const { heads } = this;
    const at = new Int32Array(batch * heads * length);
    let next = 0;
    for (const slot of rows)
      for (let head = 0; head < heads; head++)
        for (let i = 0; i < length; i++) at[next++] = (slot * heads + head) * capacity + this.lengths[slot] + i;
    return { ...this.tensors, at: { shape: [at.length], dtype: 'int32', data: at } };
  }

  override drop({ tensors }: PromptCache): void {
    this.dropped.add(tensors);
  }

  override async release(): Promise<void> {
    const prompts = this.sources.flatMap((source) => (typeof source === 'number' ? [] : [source.tensors]));
    for (const tensors of new Set([this.tensors, ...prompts, ...this.dropped])) await this.programs.forget(tensors);
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
    if (!isThere) await this.arrangeAll();
    for (const tensors of this.dropped) await this.programs.forget(tensors);
    this.dropped.clear();
  }

  private async arrangeAll(): Promise<void> {
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
