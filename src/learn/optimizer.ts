import type { HostTensors, TensorSpecs } from '../compute/engine.ts';
import type { ProgramCache } from '../compute/program-cache.ts';
import { configKey, type PolicyConfig } from '../policy/config.ts';
import { isTrained, zerosLike, type Weights } from '../policy/weights.ts';
import { adamInPlace, normOf } from './adam-in-place.ts';
import { firstMoment, secondMoment, type AdamSettings } from './adam.ts';
import { lossScales } from './loss-scale.ts';
import { copied, picked, scalar } from './named-tensors.ts';
import { brokenIn, brokenUpdate, type NotFiniteError } from './not-finite.ts';
import { carried, updateProgram, type Objective } from './update-program.ts';

/** A batch of an update. `key` says everything that shapes depend on. */
export interface Batch {
  readonly key: string;
  readonly inputs: HostTensors;
  /** Builds the loss for this batch's shape. */
  readonly objective: Objective;
}

export interface UpdateResult {
  /** Metrics of each batch. */
  readonly metrics: readonly Float32Array[];
  /** Global norm of the gradient, before clipping. */
  readonly gradientNorm: number;
  /** False when the guard kept the weights as they were. */
  readonly applied: boolean;
}

/** An update that has been computed, and not taken yet. */
interface Tried {
  readonly metrics: readonly Float32Array[];
  readonly gradientNorm: number;
  /** Makes its weights and moments those of the policy. @returns those of before */
  take(): HostTensors;
  /** What it would make them: of no use to anyone if they are not taken. */
  readonly made: HostTensors;
}

/**
 * Trainable weights with their Adam moments, updated by compiled programs: forward, backward, and in the last batch of
 * an update the optimizer, are one program. Where they are meanwhile:
 * - with an engine that keeps outputs, in its memory, from update to update, until {@link settle};
 * - else in two sets of buffers that change places at each update;
 * - with `config.recompute` in one, written over by the host once all gradients are there.
 */
export class Optimizer {
  updates = 0;
  private moments: HostTensors;
  /** What the next update's results are written to. */
  private spare?: HostTensors;
  /** What gradients of batches are added to: zeros, or in place the sums themselves. */
  private readonly gradients: HostTensors;
  private readonly trained: readonly string[];
  private readonly inPlace: boolean;
  /** Of the model and of Adam, which programs are compiled for. */
  private readonly key: string;

  /**
   * The weights now. Their buffers are written to again, at the earliest by the next update: copy what is to last. After an update
   * they may be stand-ins, which programs take and nobody reads: {@link settle}.
   */
  weights: Weights;

  /**
   * @param initial copied: the caller's arrays, often a frozen reference at the same time, stay as they are
   * @param state of a checkpoint; its arrays are taken over, and written to
   */
  constructor(private readonly programs: ProgramCache, private readonly config: PolicyConfig, initial: Weights, private readonly settings: AdamSettings, state?: { updates: number; moments: HostTensors }) {
    this.key = `${configKey(config)} ${JSON.stringify(settings)}`;
    this.inPlace = config.recompute === true && !programs.keeps;
    this.trained = Object.keys(initial).filter((name) => isTrained(config, name));
    // frozen weights are never written to: they are shared with the caller, and have no moments
    const trained = picked(initial, this.trained) as Weights;
    this.weights = { ...initial, ...(copied(trained) as Weights) };
    const zeros = (name: (weight: string) => string): HostTensors =>
      Object.fromEntries(Object.entries(zerosLike(trained)).map(([weight, tensor]) => [name(weight), tensor]));
    this.moments = { ...zeros(firstMoment), ...zeros(secondMoment), ...state?.moments };
    this.updates = state?.updates ?? 0;
    if (!this.inPlace && !programs.keeps) this.spare = { ...zerosLike(trained), ...zeros(firstMoment), ...zeros(secondMoment) };
    this.gradients = zeros(carried);
  }

  /** Adam's moments by name, for a checkpoint. As the weights, they may be stand-ins after an update. */
  get state(): HostTensors {
    return this.moments;
  }

  /** Brings weights and moments home from where an engine keeps them. @throws EngineError if it has failed since */
  async settle(): Promise<void> {
    this.weights = (await this.programs.fetch(this.weights)) as Weights;
    this.moments = await this.programs.fetch(this.moments);
  }

  /**
   * One optimizer step on the sum of the batches' losses.
   * @throws NotFiniteError if the loss or the gradient is not finite; then, as when the engine throws, weights, moments and
   *   count are those of before
   */
  async update(batches: readonly Batch[], learningRate: number): Promise<UpdateResult> {
    let tried: Tried | undefined;
    for (const lossScale of lossScales(this.programs.precision)) {
      tried = await (this.inPlace ? this.tryInPlace(batches, learningRate, lossScale) : this.tryInProgram(batches, learningRate, lossScale));
      const { metrics, gradientNorm, made } = tried;
      const isFinite = metrics.every(([loss]) => Number.isFinite(loss));
      if (isFinite && Number.isFinite(gradientNorm)) {
        // a policy that has run away never reaches the weights: the new state is not taken
        const guarded = batches.reduce((sum, { objective: { guard } }, i) => sum + (guard ? metrics[i][guard.metric] : 0), 0);
        const applied = guarded <= (batches.at(-1)!.objective.guard?.bound ?? Infinity);
        await this.programs.forget(applied ? tried.take() : made);
        return { metrics, gradientNorm, applied };
      }
      await this.programs.forget(made);
      if (!isFinite) break; // whatever its scale on the way back
    }
    throw await this.notFinite(batches, tried!);
  }

  /** With Adam's step in the last batch's program. */
  private async tryInProgram(batches: readonly Batch[], learningRate: number, lossScale: number): Promise<Tried> {
    const metrics: Float32Array[] = [];
    let sums = this.gradients;
    const add = async (batch: Batch, apply: boolean, more: HostTensors): Promise<HostTensors> => {
      const results = await this.run(batch, lossScale, apply, { ...sums, ...more }, apply ? this.spare : undefined);
      metrics.push(results.metrics.data as Float32Array);
      if (sums !== this.gradients) await this.programs.forget(sums);
      return results;
    };
    for (const batch of batches.slice(0, -1)) sums = picked(await add(batch, false, {}), Object.keys(this.gradients));
    const { beta1, beta2 } = this.settings;
    const t = this.updates + 1;
    const results = await add(batches.at(-1)!, true, { ...this.moments, learningRate: scalar(learningRate), corrections: scalar(1 - beta1 ** t, 1 - beta2 ** t) });
    const made = picked(results, this.stateNames);
    return { metrics, gradientNorm: results.norm.data[0], made, take: () => this.swap(made) };
  }

  /** With gradients alone from programs, and the step made where weights and moments are: nothing can fail once it has begun. */
  private async tryInPlace(batches: readonly Batch[], learningRate: number, lossScale: number): Promise<Tried> {
    const metrics: Float32Array[] = [];
    this.clear();
    for (const batch of batches) metrics.push((await this.sum(batch, lossScale)).metrics.data as Float32Array);
    const gradients = byWeight(this.gradients);
    const gradientNorm = normOf(gradients);
    const take = (): HostTensors => {
      adamInPlace(this.weights, this.moments, gradients, gradientNorm, learningRate, ++this.updates, this.settings);
      return {};
    };
    return { metrics, gradientNorm, made: {}, take };
  }

  /** Computes an update and forgets it: what it takes in memory shows, and its program is compiled. Weights, moments and count stay. */
  async rehearse(batch: Batch): Promise<void> {
    const [lossScale] = lossScales(this.programs.precision);
    if (this.inPlace) await this.sum(batch, lossScale);
    else await this.programs.forget(await this.run(batch, lossScale, true, { ...this.gradients, ...this.moments, learningRate: scalar(0), corrections: scalar(1, 1) }, this.spare));
  }

  /** Finds what is broken. An engine that has failed too tells less: there is enough to tell without. */
  private async notFinite(batches: readonly Batch[], { metrics, gradientNorm }: Tried): Promise<NotFiniteError> {
    await this.settle().catch(() => undefined);
    const causes = [...brokenIn('weight', this.weights), ...brokenIn('moment', this.moments), ...batches.flatMap(({ inputs }) => brokenIn('input', inputs))];
    // by a program that gives them: the one of an update has clipped them by their norm, which breaks all
    if (this.inPlace) this.clear();
    const gradients = await (this.inPlace ? this.sum(batches.at(-1)!, 1) : this.run(batches.at(-1)!, 1, false, this.gradients))
      .then((results) => this.programs.fetch(picked(results, Object.keys(this.gradients)))).catch(() => ({}));
    await this.programs.forget(gradients);
    return brokenUpdate(this.updates + 1, causes, metrics.map(([loss]) => loss), gradientNorm, byWeight(gradients));
  }

  private get stateNames(): string[] {
    return [...this.trained, ...Object.keys(this.moments)];
  }

  private swap(made: HostTensors): HostTensors {
    const old = { ...picked(this.weights, this.trained), ...this.moments };
    this.weights = { ...this.weights, ...(picked(made, this.trained) as Weights) };
    this.moments = picked(made, Object.keys(this.moments));
    if (this.spare) this.spare = old;
    this.updates++;
    return old;
  }

  /** In place: no sum yet. */
  private clear(): void {
    for (const { data } of Object.values(this.gradients)) data.fill(0);
  }

  /** In place: adds a batch's gradients to the sums. */
  private sum(batch: Batch, lossScale: number): Promise<HostTensors> {
    return this.run(batch, lossScale, false, this.gradients, this.gradients);
  }

  private async run(batch: Batch, lossScale: number, apply: boolean, more: HostTensors, into?: HostTensors): Promise<HostTensors> {
    const scaling: HostTensors = this.programs.precision === 'float32' ? {} : { lossScale: scalar(lossScale) };
    const inputs = { ...scaling, ...this.weights, ...batch.inputs, ...more };
    const compiled = await this.programs.get(`${batch.objective.name} ${batch.key}${apply ? ' update' : ''} ${this.key}`, () => ({
      releaseMemory: true,
      // in place the host writes to them
      steady: this.inPlace ? [] : [...Object.keys(this.weights), ...Object.keys(this.moments), ...Object.keys(this.gradients)],
      stay: apply ? this.stateNames : Object.keys(this.gradients),
      program: updateProgram(this.config, batch.objective, this.settings, apply),
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }])) as TensorSpecs,
    }));
    return compiled.run(inputs, into);
  }
}

/** Gradients that are carried, by the names of their weights. */
const byWeight = (gradients: HostTensors): HostTensors => Object.fromEntries(Object.entries(gradients).map(([name, tensor]) => [name.slice(carried('').length), tensor]));
