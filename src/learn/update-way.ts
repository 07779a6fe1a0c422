/** How an update is computed: where weights, moments and gradients are while it is. */
import type { HostTensors } from '../compute/engine.ts';
import type { Weights } from '../policy/weights.ts';
import type { Batch } from './batch-programs.ts';

/** What training changes. */
export interface Trained {
  weights: Weights;
  /** Adam's, two for each weight that is trained. */
  moments: HostTensors;
  /** Updates so far. */
  updates: number;
}

/** An update that has been computed, and not taken yet. */
export interface Tried {
  /** Metrics of each batch. */
  readonly metrics: readonly Float32Array[];
  /** Global norm of the gradient, before clipping. */
  readonly gradientNorm: number;
  /** Makes its weights and moments those of the policy. */
  take(): Promise<void>;
  /** Forgets it. */
  drop(): Promise<void>;
}

export interface UpdateWay {
  /** Computes an update on the sum of the batches' losses. One of `take` and `drop` is to follow. */
  attempt(batches: readonly Batch[], learningRate: number, lossScale: number): Promise<Tried>;
  /** Computes an update by one batch, and forgets it. */
  rehearse(batch: Batch, lossScale: number): Promise<void>;
  /** A batch's gradients by the names of their weights, neither scaled nor clipped. */
  gradientsOf(batch: Batch): Promise<HostTensors>;
}
