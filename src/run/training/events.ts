import type { Interval } from '../../evaluate/intervals.ts';
import type { Summary } from '../../evaluate/summary.ts';
import type { MetricsLine } from '../folder/lines.ts';

/** When a policy was measured. `before`: random weights, ahead of the warm start; `warmStart`: what reinforcement learning starts from. */
export type Stage = 'before' | 'warmStart' | 'training' | 'final';

/** What a run tells whoever watches. Views read the run folder; this is for the process that trains. */
export type TrainingEvent =
  // Before all else: reading a model, and trying engines for the first time, take a while. `what` is read.
  | { readonly kind: 'opening'; readonly what: string }
  // Of a run that goes on: the checkpoint's iteration, and if it is of the warm start the updates done there.
  | { readonly kind: 'started'; readonly folder: string; readonly engine: string; readonly reason: string; readonly parameters: number; readonly trained?: number; readonly iterations: number; readonly resumedFrom?: number; readonly warmStartFrom?: number }
  | { readonly kind: 'warmStart'; readonly update: number; readonly updates: number; readonly loss: number; readonly tokensPerSecond: number }
  | { readonly kind: 'collecting'; readonly iteration: number; readonly episodes: number; readonly all: number }
  | { readonly kind: 'updating'; readonly iteration: number }
  | { readonly kind: 'iteration'; readonly iteration: number; readonly iterations: number; readonly metrics: MetricsLine }
  | { readonly kind: 'evaluating'; readonly stage: Stage; readonly episodes: number; readonly all: number }
  // `change`: of the mean over splits, since reinforcement learning began.
  | { readonly kind: 'evaluated'; readonly stage: Stage; readonly iteration: number; readonly summary: Summary; readonly change?: Interval }
  | { readonly kind: 'checkpoint'; readonly iteration: number }
  | { readonly kind: 'warning'; readonly message: string };

export type Listener = (event: TrainingEvent) => void;
