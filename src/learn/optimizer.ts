import type { HostTensor, HostTensors, TensorSpecs } from '../compute/engine.ts';
import type { ProgramCache } from '../compute/program-cache.ts';
import { configKey, type PolicyConfig } from '../policy/config.ts';
import { isTrained, zerosLike, type Weights } from '../policy/weights.ts';
import { adamInPlace, addInPlace, normOf } from './adam-in-place.ts';
import { firstMoment, secondMoment, type AdamSettings } from './adam.ts';
import { lossScales } from './loss-scale.ts';
import { brokenIn, NotFiniteError, statisticsOf, type TensorStatistics } from './not-finite.ts';
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
}

const scalar = (...data: number[]): HostTensor => ({ shape: data.length === 1 ? [] : [data.length], dtype: 'float32', data: Float32Array.from(data) });

const copied = (tensors: HostTensors): HostTensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape, dtype, data }]) => [name, { shape, dtype, data: data.slice() }]));

/**
 * Trainable weights with their Adam moments, updated by compiled programs: forward, backward, and in the last batch of
 * an update the optimizer, are one program. Weights and moments have two sets of buffers that change places at each update;
 * with `config.recompute` they have one, written over by the host once all gradients are there.
 */
export class Optimizer {
  updates = 0;
  private moments: HostTensors;
  private spare: HostTensors;
  private gradients: Record<string, HostTensor>;
  /** Of the model and of Adam, which programs are compiled for. */
  private readonly key: string;

  /** The weights now. Their buffers are written to again, at the earliest by the next update: copy what is to last. */
  weights: Weights;

  /** @param initial copied, as `state` is: the caller's arrays, often a frozen reference at the same time, stay as they are */
  constructor(private readonly programs: ProgramCache, private readonly config: PolicyConfig, initial: Weights, private readonly settings: AdamSettings, state?: { updates: number; moments: HostTensors }) {
    this.key = `${configKey(config)} ${JSON.stringify(settings)}`;
    // frozen weights are never written to: they are shared with the caller, and have no moments
    const trained = Object.fromEntries(Object.entries(initial).filter(([name]) => isTrained(config, name)));
    this.weights = { ...initial, ...(copied(trained) as Weights) };
    const zeros = (name: (weight: string) => string): HostTensors =>
      Object.fromEntries(Object.entries(zerosLike(trained)).map(([weight, tensor]) => [name(weight), tensor]));
    this.moments = { ...zeros(firstMoment), ...zeros(secondMoment), ...copied(state?.moments ?? {}) };
    this.updates = state?.updates ?? 0;
    this.spare = config.recompute ? {} : { ...zerosLike(trained), ...zeros(firstMoment), ...zeros(secondMoment) };
    this.gradients = zeros(carried);
  }

  /** Adam's moments by name, for a checkpoint. */
  get state(): HostTensors {
    return this.moments;
  }

  /**
   * One optimizer step on the sum of the batches' losses.
   * @throws NotFiniteError if the loss or the gradient is not finite; then, as when the engine throws, weights, moments and
   *   count are those of before
   */
  async update(batches: readonly Batch[], learningRate: number): Promise<UpdateResult> {
    let tried: Tried | undefined;
    for (const lossScale of lossScales(this.programs.precision)) {
      tried = await (this.config.recompute ? this.tryInPlace(batches, learningRate, lossScale) : this.tryInProgram(batches, learningRate, lossScale));
      const { metrics, gradientNorm } = tried;
      if (!metrics.every(([loss]) => Number.isFinite(loss))) break; // whatever its scale on the way back
      if (!Number.isFinite(gradientNorm)) continue;
      // a policy that has run away never reaches the weights: the new state is not taken
      const guarded = batches.reduce((sum, { objective: { guard } }, i) => sum + (guard ? metrics[i][guard.metric] : 0), 0);
      const applied = guarded <= (batches.at(-1)!.objective.guard?.bound ?? Infinity);
      if (applied) await this.programs.forget(tried.take());
      return { metrics, gradientNorm, applied };
    }
    throw await this.notFinite(batches, tried!);
  }

  /** With Adam's step in the last batch's program. */
  private async tryInProgram(batches: readonly Batch[], learningRate: number, lossScale: number): Promise<Tried> {
    const metrics: Float32Array[] = [];
    for (const gradient of Object.values(this.gradients)) gradient.data.fill(0);
    for (const batch of batches.slice(0, -1)) {
      const results = await this.run(batch, lossScale, false, {});
      metrics.push(results.metrics.data as Float32Array);
      for (const name of Object.keys(this.gradients)) this.gradients[name] = results[name];
    }
    const { beta1, beta2 } = this.settings;
    const t = this.updates + 1;
    const results = await this.run(batches.at(-1)!, lossScale, true, {
      learningRate: scalar(learningRate), corrections: scalar(1 - beta1 ** t, 1 - beta2 ** t),
    }, this.spare);
    metrics.push(results.metrics.data as Float32Array);
    return { metrics, gradientNorm: results.norm.data[0], take: () => this.swap(results) };
  }

  /** With gradients alone from programs, and the step made where weights and moments are: nothing can fail once it has begun. */
  private async tryInPlace(batches: readonly Batch[], learningRate: number, lossScale: number): Promise<Tried> {
    const metrics: Float32Array[] = [];
    for (const [index, batch] of batches.entries()) {
      const results = await this.run(batch, lossScale, false, {}, index === 0 ? this.gradients : undefined);
      if (index > 0) addInPlace(this.gradients, results);
      metrics.push(results.metrics.data as Float32Array);
    }
    const gradients = Object.fromEntries(Object.entries(this.gradients).map(([name, tensor]) => [name.slice(carried('').length), tensor]));
    const gradientNorm = normOf(gradients);
    const take = (): HostTensors => {
      const old = Object.fromEntries(Object.keys(gradients).map((name) => [name, this.weights[name]]));
      adamInPlace(this.weights, this.moments, gradients, gradientNorm, learningRate, ++this.updates, this.settings);
      // other arrays over the same memory: an engine that holds what was there knows them by their arrays
      this.weights = { ...this.weights, ...Object.fromEntries(Object.keys(gradients).map((name) => [name, { ...this.weights[name], data: this.weights[name].data.subarray() }])) };
      return old;
    };
    return { metrics, gradientNorm, take };
  }

  /** Computes an update and forgets it: what it takes in memory shows, and its program is compiled. Weights, moments and count stay. */
  async rehearse(batch: Batch): Promise<void> {
    const [lossScale] = lossScales(this.programs.precision);
    if (this.config.recompute) await this.run(batch, lossScale, false, {}, this.gradients);
    else await this.run(batch, lossScale, true, { learningRate: scalar(0), corrections: scalar(1, 1) }, this.spare);
  }

  /** Finds what is broken, causes first: weights and moments, the batch, then the loss and the gradients that follow from them. */
  private async notFinite(batches: readonly Batch[], { metrics, gradientNorm }: Tried): Promise<NotFiniteError> {
    const causes = [...brokenIn('weight', this.weights), ...brokenIn('moment', this.moments), ...batches.flatMap(({ inputs }) => brokenIn('input', inputs))];
    const losses = statisticsOf('loss', { shape: [metrics.length], data: metrics.map(([loss]) => loss) });
    const what = losses.nan > 0 ? 'is NaN' : losses.infinite > 0 ? 'is infinite' : undefined;
    const clause = what === undefined ? `the gradient of update ${this.updates + 1} has the norm ${gradientNorm}` : `the loss of update ${this.updates + 1} ${what}`;
    return new NotFiniteError(clause, [...causes, ...(what === undefined ? [] : [losses]), ...(await this.brokenGradients(batches.at(-1)!))]);
  }

  /** The gradients, by a program that gives them: the one of an update has clipped them by their norm, which breaks all. */
  private async brokenGradients(last: Batch): Promise<TensorStatistics[]> {
    const names = Object.keys(this.gradients);
    const gradients = await this.run(last, 1, false, {}).catch(() => undefined); // the engine has failed too: there is enough to tell without
    if (!gradients) return [];
    const found = Object.fromEntries(names.map((name) => [name.slice(carried('').length), gradients[name]]));
    const broken = brokenIn('gradient', found);
    const size = ({ min, max }: TensorStatistics): number => Math.max(Math.abs(min ?? 0), Math.abs(max ?? 0));
    // all finite, and yet their squares add up to more than a float holds: the largest
    return broken.length > 0 ? broken : Object.entries(found).map(([name, tensor]) => statisticsOf(`gradient ${name}`, tensor)).sort((a, b) => size(b) - size(a)).slice(0, 1);
  }

  private swap(results: HostTensors): HostTensors {
    const trained = Object.keys(this.weights).filter((name) => isTrained(this.config, name));
    const old = { ...Object.fromEntries(trained.map((name) => [name, this.weights[name]])), ...this.moments };
    const pick = (names: readonly string[]): HostTensors => Object.fromEntries(names.map((name) => [name, results[name]]));
    this.weights = { ...this.weights, ...(pick(trained) as Weights) };
    this.moments = pick(Object.keys(this.moments));
    this.spare = old;
    this.updates++;
    return old;
  }

  private async run(batch: Batch, lossScale: number, apply: boolean, more: HostTensors, into?: HostTensors): Promise<HostTensors> {
    const scaling: HostTensors = this.programs.precision === 'float32' ? {} : { lossScale: scalar(lossScale) };
    const inputs = { ...scaling, ...this.weights, ...(this.config.recompute ? {} : this.gradients), ...batch.inputs, ...(apply ? { ...this.moments, ...more } : {}) };
    const compiled = await this.programs.get(`${batch.objective.name} ${batch.key}${apply ? ' update' : ''} ${this.key}`, () => ({
      releaseMemory: true,
      steady: Object.keys(this.weights),
      program: updateProgram(this.config, batch.objective, this.settings, apply),
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }])) as TensorSpecs,
    }));
    return compiled.run(inputs, into);
  }
}
