/** The measurements of a run: what each leaves in the run folder, which one is owed, and how far the policy has changed. */
import { comparePassRates, TasksDiffer, type Comparison, type Solved } from '../../evaluate/compare.ts';
import type { Summary } from '../../evaluate/summary.ts';
import type { Weights } from '../../policy/weights.ts';
import { runPath } from '../folder/paths.ts';
import type { RunWriter } from '../folder/writer.ts';
import type { Listener, Stage } from './events.ts';
import type { Ledger } from './ledger.ts';
import { measuredTrajectories, measurePolicy, type Measurement } from './measurement.ts';
import { recallStart } from './recall-start.ts';
import { evaluationMetrics } from './records.ts';
import { rescued } from './rescue.ts';
import type { Setup } from './setup.ts';
import type { StopRequest } from './stop-request.ts';
import type { Warnings } from './warnings.ts';

/** Before ids of attempts that were measured: ahead of a warm start, and from reinforcement learning on. */
const prefixOf = (stage: Stage): 'before' | 'e' => (stage === 'before' ? 'before' : 'e');

export class Measurements {
  /** The measurement that should have been made by now: one is being made, or was left for a resume. */
  owed?: Stage;
  readonly summaries = new Map<Stage, Summary>();
  /** The attempts of the policy that reinforcement learning started from: what later ones are compared with. */
  private start?: readonly Solved[];

  constructor(private readonly setup: Setup, private readonly writer: RunWriter, private readonly ledger: Ledger, private readonly warnings: Warnings, private readonly listener: Listener, private readonly stop: StopRequest) {}

  /** Of a run that goes on: the attempts at its start, as its folder has them. */
  async recall(): Promise<void> {
    this.start = await recallStart(runPath.trajectories(this.writer.folder), this.setup.experiment);
    if (!this.start) this.warnings.tell('How far the pass rate changes is not recorded: attempts that were measured when reinforcement learning began are missing from trajectories.jsonl.');
  }

  /**
   * Measures the policy. Asked to stop it leaves that, whole, for a resume: the measurement is then owed.
   * @param keep keeps what was reached, if computing fails
   */
  async measure(stage: Stage, weights: Weights, keep: () => void): Promise<Measurement | undefined> {
    const { setup, ledger } = this;
    this.owed = stage;
    const measuring = measurePolicy(setup, weights, (episodes, all) => this.listener({ kind: 'evaluating', stage, episodes, all }), this.stop);
    const measured = await rescued(measuring, this.writer, keep);
    if (!measured) return undefined;
    const { summary } = measured;
    const change = this.changeOf(stage, measured);
    this.summaries.set(stage, summary);
    this.writer.metrics({ ...ledger.place(), stage, ...evaluationMetrics(summary, change) });
    const at = { iteration: ledger.iteration, weightsVersion: ledger.counters.updates, prefix: prefixOf(stage) };
    for (const trajectory of measuredTrajectories(measured, at, setup)) this.writer.trajectory(trajectory);
    this.owed = undefined;
    this.listener({ kind: 'evaluated', stage, iteration: ledger.iteration, summary, ...(change && { change: change.macro }) });
    return measured;
  }

  /** How the policy compares with the one that reinforcement learning started from, where that was measured. */
  private changeOf(stage: Stage, { attempts }: Measurement): Comparison | undefined {
    const results = attempts.map(({ result }) => result);
    if (stage === 'warmStart') this.start = results;
    if (stage === 'before' || stage === 'warmStart' || !this.start) return undefined;
    try {
      return comparePassRates(this.start, results, { confidence: this.setup.experiment.evaluation.confidence });
    } catch (error) {
      if (!(error instanceof TasksDiffer)) throw error;
      this.warnings.tell(`How far the pass rate changes is not recorded: ${error.message}.`);
      this.start = undefined; // said once
      return undefined;
    }
  }
}
