/** What a run tells its user to look at: in its log, and to whoever listens. */
import type { MetricsLine } from '../folder/lines.ts';
import type { RunWriter } from '../folder/writer.ts';
import { Answering } from './answering.ts';
import type { Listener } from './events.ts';
import type { Iteration } from './iterate.ts';
import type { Setup } from './setup.ts';
import { saidOf } from './training-tasks.ts';

export class Warnings {
  private isSilenceTold = false;
  /** The first such iteration is told of; the log has them all. */
  private areReplacedTold = false;
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

  /** After an iteration: whether tasks were replaced, and whether the policy still answers, which recorded trajectories do not say. */
  after({ replaced }: Pick<Iteration, 'replaced'>, line: MetricsLine): void {
    const said = saidOf(replaced, line.iteration, this.setup.experiment.rollout);
    if (said !== undefined && this.areReplacedTold) this.writer.log('info', said);
    else if (said !== undefined) this.tell(said);
    this.areReplacedTold ||= said !== undefined;
    if (this.setup.recorded) return;
    const message = this.answering.see(line.iteration, Number(line['rollout/truncatedRate']), this.setup.experiment.algorithm);
    if (message !== undefined) this.tell(message);
  }
}
