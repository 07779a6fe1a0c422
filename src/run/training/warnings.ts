/** What a run tells its user to look at: in its log, and to whoever listens. */
import type { MetricsLine } from '../folder/lines.ts';
import type { RunWriter } from '../folder/writer.ts';
import { Answering } from './answering.ts';
import type { Listener } from './events.ts';
import type { Setup } from './setup.ts';

export class Warnings {
  private isSilenceTold = false;
  private readonly answering = new Answering();

  constructor(private readonly setup: Setup, private readonly writer: RunWriter, private readonly listener: Listener) {}

  tell(message: string): void {
    this.writer.log('warning', message);
    this.listener({ kind: 'warning', message });
  }

  /** Once, of a policy whose calls reach no tool: reinforcement learning cannot teach it. @param message undefined where some do */
  silence(message: string | undefined): void {
    if (message === undefined || this.isSilenceTold) return;
    this.isSilenceTold = true;
    this.tell(message);
  }

  /** After an iteration: whether the policy still answers. Recorded trajectories do not say. */
  answers(line: MetricsLine): void {
    if (this.setup.recorded) return;
    const message = this.answering.see(line.iteration, Number(line['rollout/truncatedRate']), this.setup.experiment.algorithm);
    if (message !== undefined) this.tell(message);
  }
}
