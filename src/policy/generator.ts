import type { HostTensor, HostTensors } from '../compute/engine.ts';
import { EngineError } from '../compute/failures.ts';
import type { ProgramCache } from '../compute/program-cache.ts';
import { configKey, type PolicyConfig } from './config.ts';
import { HostCache } from './host-cache.ts';
import type { Entry, KeyValueCache, PromptCache } from './key-value-cache.ts';
import { continuationProgram, promptProgram } from './model/next-token.ts';
import { ResidentCache } from './resident-cache.ts';
import { parameterCount, type Weights } from './weights.ts';

/** What the policy would write next in one sequence. */
export interface NextToken {
  /** A row of `probabilities`, which is `[rows, vocabulary]` and valid until the generator's next call. */
  readonly probabilities: Float32Array;
  readonly row: number;
  readonly value: number;
  readonly entropy: number;
}

export interface Prompted {
  readonly cache: PromptCache;
  readonly next: NextToken;
}

/** Prompts that are computed together: large models take them one by one, since rows of padding cost as much as others. */
const promptBatchOf = (config: PolicyConfig): number => (parameterCount(config) < 2e7 ? 8 : 1);
/** Lengths of prompts and of continuations are rounded up to these, so that few programs are compiled. */
const promptStep = 32;
const chunkStep = 16;

const scalar = (value: number): HostTensor => ({ shape: [], dtype: 'float32', data: Float32Array.of(value) });
const ints = (data: Int32Array): HostTensor => ({ shape: [data.length], dtype: 'int32', data });

/** Generates with one set of weights: prompts, then token by token for all live sequences at once. */
export class Generator {
  readonly cache: KeyValueCache;
  private readonly model: string;

  constructor(private readonly programs: ProgramCache, private readonly config: PolicyConfig, private readonly weights: Weights, slots: number, private readonly temperature: number) {
    this.cache = programs.keeps ? new ResidentCache(programs, config, slots) : new HostCache(config, slots);
    this.model = configKey(config);
  }

  /** Sequences that take in observations together. */
  get chunkBatch(): number {
    return Math.max(1, Math.min(16, this.cache.slots >> 2));
  }

  /** Runs prompts, any number of them. The probabilities are copies. */
  async prompt(prompts: readonly (readonly number[])[]): Promise<Prompted[]> {
    const results: Prompted[] = [];
    const promptBatch = promptBatchOf(this.config);
    for (let start = 0; start < prompts.length; start += promptBatch) results.push(...await this.promptSome(prompts.slice(start, start + promptBatch)));
    return results;
  }

  private async promptSome(prompts: readonly (readonly number[])[]): Promise<Prompted[]> {
    const { config } = this;
    const promptBatch = promptBatchOf(config);
    const longest = Math.max(...prompts.map((ids) => ids.length));
    const length = Math.min(config.context, Math.ceil(longest / promptStep) * promptStep);
    const compiled = await this.programs.get(`prompt ${promptBatch} ${length} ${this.model}`, () => promptProgram(config, promptBatch, length));
    const ids = new Int32Array(promptBatch * length);
    const last = new Int32Array(promptBatch);
    prompts.forEach((prompt, row) => {
      ids.set(prompt, row * length);
      last[row] = row * length + prompt.length - 1;
    });
    const positions = Int32Array.from(ids, (_, i) => i % length);
    const results = await compiled.run({ ...this.weights, ids: ints(ids), positions: ints(positions), last: ints(last), temperature: scalar(this.temperature) });
    const probabilities = (row: number): Float32Array => (results.probabilities.data as Float32Array).slice(row * config.vocabulary, (row + 1) * config.vocabulary);
    return prompts.map((prompt, row) => ({
      cache: { length: prompt.length, stride: length, tensors: results, row },
      next: { ...nextToken(results, row), probabilities: probabilities(row), row: 0 },
    }));
  }

  /** Makes room for sequences of `positions`. Where the engine enters observations itself, it writes whole rows of them. */
  reserve(positions: number): void {
    this.cache.reserve(this.cache.resident ? positions + chunkStep - 1 : positions);
  }

  /** Feeds each slot that has one its next token; `tokens[slot]` is -1 for slots that wait. Gives what comes next, by slot. */
  async step(tokens: Int32Array): Promise<(slot: number) => NextToken> {
    const { cache } = this;
    const { slots } = cache;
    cache.reserve(Math.max(...cache.lengths) + 1);
    const entries = Array.from(tokens, (token, slot) => ({ slot, row: slot, count: 1, token })).filter(({ token }) => token >= 0);
    const results = await this.continue(slots, 1, Int32Array.from(tokens, (token) => Math.max(0, token)), Int32Array.from(cache.lengths), cache.mask, identity(slots), identity(slots), entries);
    return (slot) => nextToken(results, slot);
  }

  /** Feeds a few slots (at most {@link chunkBatch}) several tokens each. Gives what comes next, in the order given. */
  async extend(chunks: readonly { slot: number; ids: readonly number[] }[]): Promise<NextToken[]> {
    const { cache, chunkBatch: batch } = this;
    const longest = Math.max(...chunks.map(({ ids }) => ids.length));
    const length = Math.ceil(longest / chunkStep) * chunkStep;
    this.reserve(Math.max(...chunks.map(({ slot, ids }) => cache.lengths[slot] + ids.length)));
    const ids = new Int32Array(batch * length);
    const positions = new Int32Array(batch * length);
    const last = new Int32Array(batch);
    const rows = new Int32Array(batch);
    const mask = new Float32Array(batch * cache.capacity);
    for (let row = 0; row < batch; row++) {
      const { slot, ids: chunk } = chunks[row] ?? chunks[0]; // rows that nobody needs are the first one again
      ids.set(chunk, row * length);
      for (let i = 0; i < length; i++) positions[row * length + i] = Math.min(this.config.context - 1, cache.lengths[slot] + i);
      last[row] = row * length + chunk.length - 1;
      rows[row] = slot;
      mask.set(cache.mask.subarray(slot * cache.capacity, (slot + 1) * cache.capacity), row * cache.capacity);
    }
    const entries = chunks.map(({ slot, ids: chunk }, row) => ({ slot, row, count: chunk.length }));
    const results = await this.continue(batch, length, ids, positions, mask, last, rows, entries);
    return chunks.map((_, row) => nextToken(results, row));
  }

  /** Gives the cache's memory back. */
  dispose(): Promise<void> {
    return this.cache.release();
  }

  private async continue(batch: number, length: number, ids: Int32Array, positions: Int32Array, mask: Float32Array, last: Int32Array, rows: Int32Array, entries: readonly Entry[]): Promise<HostTensors> {
    const { cache, config } = this;
    const size = { slots: cache.slots, capacity: cache.capacity, batch, length };
    const compiled = await this.programs.get(`continue ${Object.values(size).join(' ')} ${cache.resident} ${this.model}`, () => continuationProgram(config, size, cache.resident));
    const results = await compiled.run({
      ...this.weights, ...await cache.inputs(size, rows), ids: ints(ids), positions: ints(positions), last: ints(last), temperature: scalar(this.temperature),
      mask: { shape: [batch, cache.capacity], dtype: 'float32', data: mask },
      ...(batch === cache.slots ? {} : { rows: ints(rows) }),
    });
    cache.enter(results, length, entries);
    return results;
  }
}

const identity = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);

/** @throws EngineError for numbers that are none: token 0 would be drawn of them, again and again, and be measured as a poor policy */
function nextToken(results: HostTensors, row: number): NextToken {
  const [value, entropy] = [results.values.data[row], results.entropies.data[row]];
  if (!Number.isFinite(value) || !Number.isFinite(entropy)) // one number of the row that is none makes its entropy none
    throw new EngineError('run', `The policy has no next token: entropy ${entropy}, value ${value}. Its weights have broken (take an earlier checkpoint, and a lower algorithm.learningRate), or the engine computes wrong numbers (steptool doctor compares it with the reference).`);
  return { probabilities: results.probabilities.data as Float32Array, row, value, entropy };
}
