import type { KeyValueCache, PromptCache } from '../policy/key-value-cache.ts';
import type { Generator, NextToken, Prompted } from '../policy/generator.ts';
import { promptIds, type ParsedTurn } from '../policy/format.ts';
import type { Tokenizer } from '../policy/tokenizer.ts';
import { act, type CallLimits } from '../world/toolset.ts';
import { hash } from '../world/random.ts';
import type { Observation } from '../world/tool.ts';
import type { Task, World } from '../world/world.ts';
import { Episode, type EpisodeLimits, type SamplingSettings } from './episode.ts';
import { Given } from './given.ts';

export interface Job {
  readonly task: Task;
  readonly sample: number;
}

export interface CollectOptions {
  readonly world: World;
  readonly tokenizer: Tokenizer;
  readonly generator: Generator;
  /** Of this collection; what an episode draws follows from it, its task and its sample alone. */
  readonly seed: number;
  readonly limits: EpisodeLimits;
  readonly calls: CallLimits;
  readonly sampling: SamplingSettings;
  /** Told after each finished episode. */
  readonly onEpisode?: (finished: number, all: number) => void;
  readonly signal?: AbortSignal;
  readonly now?: () => number;
}

/** What a slot is doing. A slot that reads has ids for the cache; one that is ready has a token to feed next. */
type SlotState =
  | { kind: 'free' }
  | { kind: 'ready'; episode: Episode; token: number }
  | { kind: 'waiting'; episode: Episode; turn: ParsedTurn; observation?: Observation }
  | { kind: 'reading'; episode: Episode; ids: number[] };

/**
 * Plays episodes, as many at once as the generator has slots: a slot whose episode has ended takes the next job, one
 * whose tool is slow waits alone. Episodes come back in the order of the jobs. The generator is done with then.
 */
export async function collect(jobs: readonly Job[], options: CollectOptions): Promise<Episode[]> {
  try {
    return await playAll(jobs, options);
  } finally {
    await options.generator.dispose();
  }
}

async function playAll(jobs: readonly Job[], options: CollectOptions): Promise<Episode[]> {
  const { generator, signal } = options;
  const { cache } = generator;
  const slots: SlotState[] = Array.from({ length: cache.slots }, () => ({ kind: 'free' }));
  const episodes: Episode[] = [];
  const prompts = new PromptShelf(jobs, options);
  const acting = new Set<Promise<void>>();
  const given = new Given();
  let next = 0;
  let finished = 0;

  const free = (slot: number, episode: Episode): void => {
    given.check(episode);
    slots[slot] = { kind: 'free' };
    cache.clear(slot);
    finished++;
    options.onEpisode?.(finished, jobs.length);
  };
  /** Draws a token; when that completes a turn, starts the call. */
  const write = (slot: number, episode: Episode, token: NextToken): void => {
    const turn = episode.write(token);
    if (!turn) {
      slots[slot] = { kind: 'ready', episode, token: episode.tokens.ids[episode.length - 1] };
      return;
    }
    const state: SlotState = { kind: 'waiting', episode, turn };
    slots[slot] = state;
    const call = act(episode.session, episode.task, turn.action, { ...options.calls, signal })
      .then((observation) => { state.observation = observation; })
      .finally(() => acting.delete(call));
    call.catch(() => {}); // rejects only when the run stops, which the loop sees for itself; unheard, it would end the process
    acting.add(call);
  };

  while (finished < jobs.length) {
    signal?.throwIfAborted();
    for (let slot = 0; slot < slots.length && next < jobs.length; slot++) {
      if (slots[slot].kind !== 'free') continue;
      const { episode, prompted, ids, isLast } = await prompts.take(next++);
      episodes.push(episode);
      given.add(episode, ids);
      cache.place(slot, prompted.cache);
      if (isLast) cache.drop(prompted.cache);
      write(slot, episode, prompted.next);
    }
    if (next === jobs.length) narrow(slots, cache);
    await settle(acting, slots);
    slots.forEach((state, slot) => {
      if (state.kind !== 'waiting' || !state.observation) return;
      const ids = state.episode.observe(state.turn, state.observation);
      if (ids) slots[slot] = { kind: 'reading', episode: state.episode, ids };
      else free(slot, state.episode);
    });

    const reading = slots.flatMap((state, slot) => (state.kind === 'reading' ? [{ slot, ids: state.ids, episode: state.episode }] : []));
    const ready = slots.filter(({ kind }) => kind === 'ready').length;
    if (reading.length >= generator.chunkBatch || (reading.length > 0 && ready < generator.chunkBatch)) {
      const some = reading.slice(0, generator.chunkBatch);
      const tokens = await generator.extend(some);
      some.forEach(({ slot, ids, episode }, i) => {
        given.add(episode, ids);
        if (episode.outcome) {
          episode.bootstrap = tokens[i].value;
          free(slot, episode);
        } else write(slot, episode, tokens[i]);
      });
    } else if (ready > 0) {
      const tokens = Int32Array.from(slots, (state) => (state.kind === 'ready' ? state.token : -1));
      const after = await generator.step(tokens);
      slots.forEach((state, slot) => {
        if (tokens[slot] < 0 || state.kind !== 'ready') return;
        given.add(state.episode, [tokens[slot]]);
        write(slot, state.episode, after(slot));
      });
    }
  }
  return episodes;
}

/** The last episodes of a collection, few and long, go on in a quarter of the slots: a step costs what its slots cost, live or not. */
function narrow(slots: SlotState[], cache: KeyValueCache): void {
  const live = slots.flatMap(({ kind }, slot) => (kind === 'free' ? [] : [slot]));
  const fewer = slots.length >> 2;
  if (fewer < 8 || live.length > fewer) return;
  cache.keep(live, fewer);
  const kept = live.map((slot) => slots[slot]);
  slots.splice(0, slots.length, ...Array.from({ length: fewer }, (_, slot): SlotState => kept[slot] ?? { kind: 'free' }));
}

/** Lets calls that answer at once answer; waits for one only where nothing else can go on. */
async function settle(acting: ReadonlySet<Promise<void>>, slots: readonly SlotState[]): Promise<void> {
  if (!slots.some((state) => state.kind === 'waiting' && !state.observation)) return;
  await new Promise((resolve) => setImmediate(resolve));
  const canGoOn = slots.some((state) => state.kind === 'ready' || state.kind === 'reading' || (state.kind === 'waiting' && state.observation));
  if (!canGoOn) await Promise.race(acting);
}

/** Prompts, each computed once for all samples of its task, a few tasks ahead, and dropped after its last sample. */
class PromptShelf {
  private readonly shelf = new Map<number, { prompted: Prompted; ids: number[] }>();
  /** Jobs that are left of those whose prompts were computed together. */
  private readonly left = new Map<PromptCache['tensors'], number>();
  private computed = 0;

  constructor(private readonly jobs: readonly Job[], private readonly options: CollectOptions) {}

  /** @returns `isLast`: whether all prompts that were computed together have been taken for the last time */
  async take(index: number): Promise<{ episode: Episode; prompted: Prompted; ids: readonly number[]; isLast: boolean }> {
    while (index >= this.computed) await this.computeMore();
    const { task, sample } = this.jobs[index];
    const { world, tokenizer, seed, limits, sampling, now = () => performance.now() / 1000 } = this.options;
    const { prompted, ids } = this.shelf.get(index)!;
    this.shelf.delete(index);
    const { tensors } = prompted.cache;
    const left = this.left.get(tensors)! - 1;
    if (left > 0) this.left.set(tensors, left);
    else this.left.delete(tensors);
    const session = world.open(task, hash('session', seed, sample));
    return { prompted, ids, isLast: left === 0, episode: new Episode(task, sample, seed, session, ids, tokenizer, limits, sampling, now) };
  }

  private async computeMore(): Promise<void> {
    const tasks: { ids: number[]; jobs: number[] }[] = [];
    let index = this.computed;
    for (let last: Task | undefined; index < this.jobs.length; index++) {
      const { task } = this.jobs[index];
      if (task.id !== last?.id) {
        if (tasks.length === 8) break;
        const ids = promptIds(this.options.tokenizer, task);
        if (ids.length + this.options.limits.maxTokensPerTurn > this.options.limits.maxTokens)
          throw new Error(`The prompt of task ${task.id} has ${ids.length} tokens; with a turn of ${this.options.limits.maxTokensPerTurn} it does not fit rollout.maxTokens = ${this.options.limits.maxTokens}. Raise that (and policy.context), or lower world.distractors.`);
        tasks.push({ ids, jobs: [] });
      }
      last = task;
      tasks.at(-1)!.jobs.push(index);
    }
    const prompted = await this.options.generator.prompt(tasks.map(({ ids }) => ids));
    tasks.forEach(({ ids, jobs }, i) => {
      const { tensors } = prompted[i].cache;
      this.left.set(tensors, (this.left.get(tensors) ?? 0) + jobs.length);
      for (const job of jobs) this.shelf.set(job, { prompted: prompted[i], ids });
    });
    this.computed = index;
  }
}
