import type { HostTensors } from '../../compute/engine.ts';
import { dealt } from '../../learn/dealing.ts';
import { imitationBatches, learningRateAt } from '../../learn/imitate.ts';
import { Optimizer } from '../../learn/optimizer.ts';
import type { Sequence } from '../../learn/packing.ts';
import { updateRows } from '../../learn/packing.ts';
import { observationIds, promptIds, turnIds } from '../../policy/format.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Weights } from '../../policy/weights.ts';
import { random, shuffle } from '../../world/random.ts';
import type { ExpertFlaws, Task, World } from '../../world/world.ts';
import type { Setup } from './setup.ts';

/** Where a warm start stands, between two updates. */
export interface WarmStartPlace {
  /** Updates done. */
  readonly update: number;
  /** Those that Adam counts: all of them, since a gradient that is not finite ends the run. */
  readonly applied: number;
  /** First task of the pool of demonstrations that the next batch is from. */
  readonly task: number;
  /** The next batch's place in that pool. */
  readonly batch: number;
}

export interface WarmStartProgress {
  readonly update: number;
  readonly updates: number;
  readonly loss: number;
  /** Share of the demonstrated tokens that are the likeliest. */
  readonly accuracy: number;
  readonly tokensPerSecond: number;
  /** What a warm start goes on from, with the weights and moments that it reached there. */
  readonly place: WarmStartPlace;
  /** Weights and moments now; the next update writes into other buffers, the one after that into these. */
  reached(): Promise<Reached>;
}

export interface Reached {
  readonly weights: Weights;
  readonly moments: HostTensors;
}

/** Demonstrations are made, shuffled and dealt in pools of this many batches. */
const pool = 16;

/** What the optimizer uses here: a shorter memory of squares than usual follows the fast changes at the start. */
const adam = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, maxGradientNorm: 1 };

/**
 * Imitates the world's expert, flaws and all, on tasks of the training split, each seen once. Deterministic in the
 * experiment.
 * @param from goes on from there, `initial` then being the weights there. Trained in place, `initial` is written over
 */
export async function warmStart({ experiment, world, tokenizer, config, programs, initial }: Setup, onUpdate: (progress: WarmStartProgress) => void | Promise<void>, signal?: AbortSignal, from?: { readonly place: WarmStartPlace; readonly moments: HostTensors }): Promise<Weights> {
  const { steps, batchTokens, learningRate, weightDecay, warmupFraction, expert } = experiment.warmStart;
  const optimizer = new Optimizer(programs, config, initial, { ...adam, weightDecay }, { takesOver: true, ...(from && { updates: from.place.applied, moments: from.moments }) });
  const reached = async (): Promise<Reached> => {
    await optimizer.settle();
    return { weights: optimizer.weights, moments: optimizer.state };
  };
  const demonstrations = demonstrationBatches(world, tokenizer, expert, experiment.seed, config.context, batchTokens, from?.place);
  const started = performance.now();
  let tokens = 0;
  for (let update = from?.place.update ?? 0; update < steps; update++) {
    signal?.throwIfAborted();
    const { batch, next } = demonstrations.next().value!;
    tokens += batch.reduce((sum, { response }) => sum + response.length, 0);
    const batches = imitationBatches(config, batch, updateRows);
    const { metrics } = await optimizer.update(batches, learningRateAt(update, steps, learningRate, warmupFraction));
    const [loss, accuracy] = [0, 1].map((metric) => metrics.reduce((sum, values) => sum + values[metric], 0));
    await onUpdate({
      update: update + 1, updates: steps, loss, accuracy, tokensPerSecond: (tokens / (performance.now() - started)) * 1e3,
      place: { update: update + 1, applied: optimizer.updates, ...next }, reached,
    });
  }
  return (await reached()).weights;
}

/** A demonstration as one sequence. Its prompt proper is the first token, which all share: what is not learnt is masked. */
export function demonstration(world: World, tokenizer: Tokenizer, task: Task, seed: number, flaws: ExpertFlaws, context: number): Sequence {
  const [first, ...prompt] = promptIds(tokenizer, task);
  const response = [...prompt];
  const mask = prompt.map(() => 0);
  const steps = world.demonstrate(task, seed, flaws);
  steps.forEach((step, index) => {
    const turn = turnIds(tokenizer, step);
    const observation = index < steps.length - 1 ? observationIds(tokenizer, step.observation.text) : [];
    response.push(...turn, ...observation);
    mask.push(...turn.map(() => 1), ...observation.map(() => 0));
  });
  return { group: 'demonstrations', prompt: [first], response: response.slice(0, context - 1), mask: mask.slice(0, context - 1) };
}

type PoolPlace = Pick<WarmStartPlace, 'task' | 'batch'>;

/** Demonstrations in batches without end, from the first task or from a place, each with the place of the batch after it. */
export function* demonstrationBatches(world: World, tokenizer: Tokenizer, flaws: ExpertFlaws, seed: number, context: number, batchTokens: number, from: PoolPlace = { task: 0, batch: 0 }): Generator<{ batch: Sequence[]; next: PoolPlace }, undefined> {
  let { task: next, batch: first } = from;
  for (;;) {
    const start = next;
    const sequences: Sequence[] = [];
    for (let tokens = 0; tokens < batchTokens * pool; ) {
      const sequence = demonstration(world, tokenizer, world.task('train', next), seed, flaws, context);
      sequences.push(sequence);
      tokens += sequence.response.length;
      next++;
    }
    const batches = dealt(shuffle(random('demonstrations', seed, next), sequences), pool);
    for (let batch = first; batch < batches.length; batch++) yield { batch: batches[batch], next: { task: start, batch: batch + 1 } };
    first = 0;
  }
}
