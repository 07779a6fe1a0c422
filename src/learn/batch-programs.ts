/** The compiled programs of batches: one for each shape, objective and optimizer. */
import type { HostTensors, TensorSpecs } from '../compute/engine.ts';
import type { ProgramCache } from '../compute/program-cache.ts';
import { configKey, type PolicyConfig } from '../policy/config.ts';
import { isTrained, weightShapes, type Weights } from '../policy/weights.ts';
import { firstMoment, secondMoment, type AdamSettings } from './adam.ts';
import { scalar } from './named-tensors.ts';
import { carried, updateProgram, type Objective } from './update-program.ts';

/** A batch of an update. `key` says everything that shapes depend on. */
export interface Batch {
  readonly key: string;
  readonly inputs: HostTensors;
  /** Builds the loss for this batch's shape. */
  readonly objective: Objective;
}

/** What a program is given beside its batch. */
export interface Given {
  readonly weights: Weights;
  readonly lossScale: number;
  /** Sums of gradients so far; of the last batch, what its optimizer's step takes too. */
  readonly more: HostTensors;
}

export class BatchPrograms {
  /** Of weights that are trained. */
  readonly trained: readonly string[];
  /** Of weights and moments. */
  readonly state: readonly string[];
  /** Of sums of gradients. */
  readonly sums: readonly string[];
  /** Of the model and of Adam, which programs are compiled for. */
  private readonly key: string;

  /** @param writes whether the host writes to what programs are given: an engine may then keep none of it */
  constructor(readonly cache: ProgramCache, private readonly config: PolicyConfig, private readonly settings: AdamSettings, private readonly writes: boolean) {
    this.trained = weightShapes(config).map(({ name }) => name).filter((name) => isTrained(config, name));
    this.state = [...this.trained, ...this.trained.map(firstMoment), ...this.trained.map(secondMoment)];
    this.sums = this.trained.map(carried);
    this.key = `${configKey(config)} ${JSON.stringify(settings)}`;
  }

  /** Adds a batch's gradients to the sums. @returns `metrics`, and the sums */
  add(batch: Batch, given: Given, into?: HostTensors): Promise<HostTensors> {
    return this.run(batch, given, false, into);
  }

  /** Adds a batch's gradients to the sums, and makes the optimizer's step by them. @returns `metrics`, `norm`, weights and moments */
  apply(batch: Batch, given: Given, into?: HostTensors): Promise<HostTensors> {
    return this.run(batch, given, true, into);
  }

  private async run(batch: Batch, { weights, lossScale, more }: Given, apply: boolean, into?: HostTensors): Promise<HostTensors> {
    const scaling: HostTensors = this.cache.precision === 'float32' ? {} : { lossScale: scalar(lossScale) };
    const inputs = { ...scaling, ...weights, ...batch.inputs, ...more };
    const compiled = await this.cache.get(`${batch.objective.name} ${batch.key}${apply ? ' update' : ''} ${this.key}`, () => ({
      releaseMemory: true,
      steady: this.writes ? [] : [...Object.keys(weights), ...this.state, ...this.sums],
      stay: apply ? this.state : this.sums,
      program: updateProgram(this.config, batch.objective, this.settings, apply),
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }])) as TensorSpecs,
    }));
    return compiled.run(inputs, into);
  }
}
