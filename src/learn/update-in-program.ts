/**
 * Updates whose last batch's program makes the optimizer's step as well. Its results are, with an engine that keeps outputs, in that
 * one's memory, from update to update; else in two sets of buffers that change places at each update.
 */
import type { HostTensors } from '../compute/engine.ts';
import { zerosLike, type Weights } from '../policy/weights.ts';
import { firstMoment, secondMoment, type AdamSettings } from './adam.ts';
import type { Batch, BatchPrograms } from './batch-programs.ts';
import { picked, renamed, scalar } from './named-tensors.ts';
import { carried, weightOf } from './update-program.ts';
import type { Trained, Tried, UpdateWay } from './update-way.ts';

export class UpdateInProgram implements UpdateWay {
  /** What gradients of the first batch are added to. */
  private readonly zeros: HostTensors;
  /** What the next update's results are written to; undefined where the engine keeps them. */
  private spare?: HostTensors;

  constructor(private readonly programs: BatchPrograms, private readonly now: Trained, private readonly settings: AdamSettings) {
    const zeros = (): HostTensors => zerosLike(picked(now.weights, programs.trained) as Weights);
    this.zeros = renamed(zeros(), carried);
    if (!programs.cache.keeps) this.spare = { ...zeros(), ...renamed(zeros(), firstMoment), ...renamed(zeros(), secondMoment) };
  }

  async attempt(batches: readonly Batch[], learningRate: number, lossScale: number): Promise<Tried> {
    const { programs, now } = this;
    const metrics: Float32Array[] = [];
    let sums = this.zeros;
    const next = async (results: HostTensors): Promise<HostTensors> => {
      metrics.push(results.metrics.data as Float32Array);
      if (sums !== this.zeros) await programs.cache.forget(sums);
      return results;
    };
    for (const batch of batches.slice(0, -1)) sums = picked(await next(await programs.add(batch, { weights: now.weights, lossScale, more: sums })), programs.sums);
    const { beta1, beta2 } = this.settings;
    const t = now.updates + 1;
    const step = { ...now.moments, learningRate: scalar(learningRate), corrections: scalar(1 - beta1 ** t, 1 - beta2 ** t) };
    const results = await next(await programs.apply(batches.at(-1)!, { weights: now.weights, lossScale, more: { ...sums, ...step } }, this.spare));
    const made = picked(results, programs.state);
    return { metrics, gradientNorm: results.norm.data[0], take: () => programs.cache.forget(this.swap(made)), drop: () => programs.cache.forget(made) };
  }

  async rehearse(batch: Batch, lossScale: number): Promise<void> {
    const { programs, now: { weights, moments } } = this;
    await programs.cache.forget(await programs.apply(batch, { weights, lossScale, more: { ...this.zeros, ...moments, learningRate: scalar(0), corrections: scalar(1, 1) } }, this.spare));
  }

  /** Not by the program of an update, which has clipped them by their norm: where that is broken, all are. */
  async gradientsOf(batch: Batch): Promise<HostTensors> {
    const { programs, now: { weights } } = this;
    const sums = picked(await programs.add(batch, { weights, lossScale: 1, more: this.zeros }), programs.sums);
    const gradients = await programs.cache.fetch(sums);
    await programs.cache.forget(gradients);
    return renamed(gradients, weightOf);
  }

  /** @returns weights and moments of before */
  private swap(made: HostTensors): HostTensors {
    const { programs: { trained }, now } = this;
    const old = { ...picked(now.weights, trained), ...now.moments };
    now.weights = { ...now.weights, ...(picked(made, trained) as Weights) };
    now.moments = picked(made, Object.keys(now.moments));
    now.updates++;
    if (this.spare) this.spare = old;
    return old;
  }
}
