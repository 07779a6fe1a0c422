/**
 * Updates written over the one set of weights and moments that there is, by the host, once all gradients are there: nothing can fail
 * once it has begun. Gradients are held during an update alone.
 */
import type { HostTensors } from '../compute/engine.ts';
import type { ProgramCache } from '../compute/program-cache.ts';
import type { PolicyConfig } from '../policy/config.ts';
import { zerosLike, type Weights } from '../policy/weights.ts';
import { adamInPlace, normOf } from './adam-in-place.ts';
import type { AdamSettings } from './adam.ts';
import type { Batch, BatchPrograms } from './batch-programs.ts';
import { letGo, picked, renamed } from './named-tensors.ts';
import { carried, weightOf } from './update-program.ts';
import type { Trained, Tried, UpdateWay } from './update-way.ts';

/** Whether a policy is trained so: where memory is short, and the engine has none of its own. */
export const isInPlace = (config: PolicyConfig, programs: Pick<ProgramCache, 'keeps'>): boolean => config.recompute === true && !programs.keeps;

/**
 * Whether one set of weights is all that there is: in place, and with no frozen ones that others share. The optimizer then takes over those
 * that it begins with, and the reference is read from where it is stored.
 */
export const isOneSet = (config: PolicyConfig, programs: Pick<ProgramCache, 'keeps'>): boolean => isInPlace(config, programs) && !config.adapter;

export class UpdateInPlace implements UpdateWay {
  constructor(private readonly programs: BatchPrograms, private readonly now: Trained, private readonly settings: AdamSettings) {}

  async attempt(batches: readonly Batch[], learningRate: number, lossScale: number): Promise<Tried> {
    const { sums, metrics } = await this.sum(batches, lossScale);
    const gradients = renamed(sums, weightOf);
    const gradientNorm = normOf(gradients);
    const drop = async (): Promise<void> => letGo(sums);
    const take = (): Promise<void> => {
      const { weights, moments } = this.now;
      adamInPlace(weights, moments, gradients, gradientNorm, learningRate, ++this.now.updates, this.settings);
      return drop();
    };
    return { metrics, gradientNorm, take, drop };
  }

  async rehearse(batch: Batch, lossScale: number): Promise<void> {
    letGo((await this.sum([batch], lossScale)).sums);
  }

  async gradientsOf(batch: Batch): Promise<HostTensors> {
    return renamed((await this.sum([batch], 1)).sums, weightOf);
  }

  private async sum(batches: readonly Batch[], lossScale: number): Promise<{ readonly sums: HostTensors; readonly metrics: readonly Float32Array[] }> {
    const { programs, now: { weights } } = this;
    const sums = renamed(zerosLike(picked(weights, programs.trained) as Weights), carried);
    const metrics: Float32Array[] = [];
    for (const batch of batches) {
      const results = await programs.add(batch, { weights, lossScale, more: sums }, sums);
      metrics.push(results.metrics.data as Float32Array);
    }
    return { sums, metrics };
  }
}
