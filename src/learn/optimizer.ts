import type { HostTensors } from '../compute/engine.ts';
import type { ProgramCache } from '../compute/program-cache.ts';
import type { PolicyConfig } from '../policy/config.ts';
import { zerosLike, type Weights } from '../policy/weights.ts';
import { firstMoment, secondMoment, type AdamSettings } from './adam.ts';
import { BatchPrograms, type Batch } from './batch-programs.ts';
import { lossScales } from './loss-scale.ts';
import { copied, picked, renamed } from './named-tensors.ts';
import { brokenIn, brokenUpdate, type NotFiniteError } from './not-finite.ts';
import { isInPlace, isOneSet, UpdateInPlace } from './update-in-place.ts';
import { UpdateInProgram } from './update-in-program.ts';
import type { Trained, Tried, UpdateWay } from './update-way.ts';

export interface UpdateResult extends Pick<Tried, 'metrics' | 'gradientNorm'> {
  /** False when the guard kept the weights as they were. */
  readonly applied: boolean;
}

/** What an optimizer begins with, where that is not the beginning. */
export interface OptimizerStart {
  readonly updates?: number;
  /** Adam's moments of a checkpoint; the arrays are taken over, and written to. */
  readonly moments?: HostTensors;
  /** Takes the weights' arrays over as well, where they are the {@link isOneSet one set} that there is: whoever gave them sees them change. */
  readonly takesOver?: boolean;
}

/** Trainable weights with their Adam moments, updated by compiled programs, in one of two {@link UpdateWay ways}. */
export class Optimizer {
  private readonly now: Trained;
  private readonly way: UpdateWay;

  /** @param initial copied: the caller's arrays, often a frozen reference at the same time, stay as they are */
  constructor(private readonly programs: ProgramCache, config: PolicyConfig, initial: Weights, settings: AdamSettings, { updates = 0, moments, takesOver = false }: OptimizerStart = {}) {
    const inPlace = isInPlace(config, programs);
    const batches = new BatchPrograms(programs, config, settings, inPlace);
    // frozen weights are never written to: they are shared with the caller, and have no moments
    const trained = picked(initial, batches.trained) as Weights;
    const weights = takesOver && isOneSet(config, programs) ? initial : { ...initial, ...(copied(trained) as Weights) };
    this.now = { weights, updates, moments: { ...renamed(zerosLike(trained), firstMoment), ...renamed(zerosLike(trained), secondMoment), ...moments } };
    this.way = new (inPlace ? UpdateInPlace : UpdateInProgram)(batches, this.now, settings);
  }

  /** Updates so far. */
  get updates(): number {
    return this.now.updates;
  }

  /**
   * The weights now. Their buffers are written to again, at the earliest by the next update: copy what is to last. After an update
   * they may be stand-ins, which programs take and nobody reads: {@link settle}.
   */
  get weights(): Weights {
    return this.now.weights;
  }

  /** Adam's moments by name, for a checkpoint. As the weights, they may be stand-ins after an update. */
  get state(): HostTensors {
    return this.now.moments;
  }

  /** Brings weights and moments home from where an engine keeps them. @throws EngineError if it has failed since */
  async settle(): Promise<void> {
    this.now.weights = (await this.programs.fetch(this.now.weights)) as Weights;
    this.now.moments = await this.programs.fetch(this.now.moments);
  }

  /**
   * One optimizer step on the sum of the batches' losses.
   * @throws NotFiniteError if the loss or the gradient is not finite; then, as when the engine throws, weights, moments and
   *   count are those of before
   */
  async update(batches: readonly Batch[], learningRate: number): Promise<UpdateResult> {
    let tried: Tried | undefined;
    for (const lossScale of lossScales(this.programs.precision)) {
      tried = await this.way.attempt(batches, learningRate, lossScale);
      const { metrics, gradientNorm } = tried;
      const isFinite = metrics.every(([loss]) => Number.isFinite(loss));
      if (isFinite && Number.isFinite(gradientNorm)) {
        // a policy that has run away never reaches the weights: the new state is not taken
        const guarded = batches.reduce((sum, { objective: { guard } }, i) => sum + (guard ? metrics[i][guard.metric] : 0), 0);
        const applied = guarded <= (batches.at(-1)!.objective.guard?.bound ?? Infinity);
        await (applied ? tried.take() : tried.drop());
        return { metrics, gradientNorm, applied };
      }
      await tried.drop();
      if (!isFinite) break; // whatever its scale on the way back
    }
    throw await this.notFinite(batches, tried!);
  }

  /** Computes an update and forgets it: what it takes in memory shows, and its program is compiled. Weights, moments and count stay. */
  async rehearse(batch: Batch): Promise<void> {
    const [lossScale] = lossScales(this.programs.precision);
    await this.way.rehearse(batch, lossScale);
  }

  /** Finds what is broken. An engine that has failed too tells less: there is enough to tell without. */
  private async notFinite(batches: readonly Batch[], { metrics, gradientNorm }: Tried): Promise<NotFiniteError> {
    await this.settle().catch(() => undefined);
    const { weights, moments, updates } = this.now;
    const causes = [...brokenIn('weight', weights), ...brokenIn('moment', moments), ...batches.flatMap(({ inputs }) => brokenIn('input', inputs))];
    const gradients = await this.way.gradientsOf(batches.at(-1)!).catch(() => ({}));
    return brokenUpdate(updates + 1, causes, metrics.map(([loss]) => loss), gradientNorm, gradients);
  }
}
