/** Where a run is: its iteration, counters and clock, as they come into metrics and checkpoints. */
import { requireFiniteWeights } from '../../learn/not-finite.ts';
import type { MetricsLine } from '../folder/lines.ts';
import type { RunWriter } from '../folder/writer.ts';
import { kept } from './base.ts';
import type { Listener } from './events.ts';
import { stateOf, type Counters, type Place } from './place.ts';
import type { Setup } from './setup.ts';
import type { Reached } from './warm-start.ts';

export class Ledger {
  iteration = 0;
  /** The iteration of the newest checkpoint. */
  saved?: number;
  counters: Counters;
  private readonly clock = performance.now();
  private secondsBefore = 0;

  constructor(private readonly setup: Setup, private readonly writer: RunWriter, private readonly listener: Listener) {
    this.counters = { updates: 0, tokens: 0, seconds: 0, klCoefficient: setup.experiment.algorithm.kl.coefficient };
  }

  /** Goes on from a checkpoint. */
  resume(iteration: number, counters: Counters): void {
    this.iteration = this.saved = iteration;
    this.counters = counters;
    this.secondsBefore = counters.seconds;
  }

  /** What every line of metrics begins with. */
  place(): Pick<MetricsLine, 'iteration' | 'updates' | 'tokens' | 'seconds'> {
    const { updates, tokens } = this.counters;
    return { iteration: this.iteration, updates, tokens, seconds: this.seconds() };
  }

  /** Writes a checkpoint. @throws NotFiniteError for weights that nothing can go on from */
  save({ weights, moments }: Reached, more: Omit<Place, 'counters'>): void {
    const stored = kept(this.setup.config, weights);
    requireFiniteWeights(stored);
    this.counters.seconds = this.seconds();
    this.writer.checkpoint(
      { iteration: this.iteration, weights: stored, optimizer: moments, state: stateOf({ counters: this.counters, ...more }, this.setup) },
      { keep: this.setup.experiment.checkpoints.keep, pinned: (iteration) => iteration === 0 }, // the reference policy
    );
    this.saved = this.iteration;
    this.listener({ kind: 'checkpoint', iteration: this.iteration });
  }

  /** Of the whole run, earlier parts included. */
  private seconds(): number {
    return Math.round((this.secondsBefore + (performance.now() - this.clock) / 1e3) * 1e3) / 1e3;
  }
}
