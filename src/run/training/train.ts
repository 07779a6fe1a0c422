/** The training loop: warm start, then iterations of collect, reward, credit, update, with measurements and checkpoints. */
import type { Summary } from '../../evaluate/summary.ts';
import type { StepPpo } from '../../learn/step-ppo.ts';
import type { Weights } from '../../policy/weights.ts';
import type { Checkpoint } from '../folder/checkpoint-read.ts';
import type { MetricsLine } from '../folder/lines.ts';
import type { RunWriter } from '../folder/writer.ts';
import { completed, kept } from './base.ts';
import type { Listener, Stage } from './events.ts';
import { iterate, type Iteration } from './iterate.ts';
import { iterationMetrics, tokensOf } from './iteration-metrics.ts';
import { Ledger } from './ledger.ts';
import type { Measurement } from './measurement.ts';
import { Measurements } from './measurements.ts';
import { openLearner, openRunLearner } from './open-learner.ts';
import { isOwed, readPlace, type Owed } from './place.ts';
import { preflight, wasWarmStarted, withoutCalls } from './preflight.ts';
import { toTokenRow } from './records.ts';
import { checkMoments } from './resumable.ts';
import { isTight, rehearse } from './rehearse.ts';
import { rescued } from './rescue.ts';
import type { Setup } from './setup.ts';
import { Stopped, type StopRequest } from './stop-request.ts';
import { warmStart } from './warm-start.ts';
import { Warnings } from './warnings.ts';

export interface TrainingResult {
  readonly status: 'finished' | 'stopped';
  readonly iteration: number;
  readonly summaries: ReadonlyMap<Stage, Summary>;
}

/**
 * Trains into the run folder and ends the run there, `finished` or `stopped`. On an error the folder is left to the
 * caller, which records it.
 * @param resumed where to go on, the setup then being opened with the weights of checkpoint 0; without one the run begins
 */
export async function train(setup: Setup, writer: RunWriter, listener: Listener, stop: StopRequest, resumed?: Checkpoint): Promise<TrainingResult> {
  const run = new Run(setup, writer, listener, stop);
  if (resumed) await run.restore(resumed);
  else await run.begin();
  return run.go();
}

/** Checkpoints of a whole warm start: a kill loses at most one part in so many of it. */
const warmStartCheckpoints = 20;

class Run {
  private readonly ledger: Ledger;
  private learner!: StepPpo;
  private readonly measurements: Measurements;
  /** Whether the policy comes from a warm start of this run, before a resume or after it. */
  private warmed: boolean;
  /** Whether the largest step was tried. */
  private isRehearsed = false;
  private readonly warnings: Warnings;

  constructor(private readonly setup: Setup, private readonly writer: RunWriter, private readonly listener: Listener, private readonly stop: StopRequest) {
    this.warmed = setup.needsWarmStart;
    this.ledger = new Ledger(setup, writer, listener);
    this.warnings = new Warnings(setup, writer, listener);
    this.measurements = new Measurements(setup, writer, this.ledger, this.warnings, listener, stop);
  }

  /** A new run: warm start if there is nothing to start from, the first measurements, checkpoint 0. */
  async begin(): Promise<void> {
    const { initial, needsWarmStart } = this.setup;
    if (!needsWarmStart) return this.start(initial);
    // what would fail after an hour of warm start fails now
    await this.rehearse(() => openLearner(this.setup, initial, initial, this.ledger.counters.klCoefficient, { takesOver: true }));
    await this.measure('before', initial);
    if (this.measurements.owed) throw new Stopped(); // nothing is lost: there is no checkpoint yet, and no training
    await this.warmStart();
  }

  /** A run that goes on: counters, weights and moments of a checkpoint. */
  async restore(checkpoint: Checkpoint): Promise<void> {
    const { counters, owed, warmStart: place } = readPlace(checkpoint, this.setup);
    this.ledger.resume(checkpoint.iteration, counters);
    this.warmed = place !== undefined || wasWarmStarted(this.setup.experiment);
    const { config, base } = this.setup;
    const weights = place ? this.setup.initial : completed(await checkpoint.weights(), checkpoint.state, config, base, checkpoint.folder);
    const moments = checkMoments(await checkpoint.optimizer(), kept(config, weights), checkpoint.folder);
    if (place) return this.warmStart({ place, moments });
    this.learner = openRunLearner(this.setup, this.writer.folder, weights, this.setup.initial, counters.klCoefficient, { updates: counters.updates, moments });
    if (owed !== 'warmStart') await this.measurements.recall();
    if (owed) await this.payOff(owed);
  }

  private async warmStart(from?: Parameters<typeof warmStart>[3]): Promise<void> {
    const { gently, now } = this.stop;
    let keep = async (): Promise<void> => {};
    const weights = await rescued(warmStart(this.setup, async ({ reached, place, update, updates, loss, accuracy, tokensPerSecond }) => {
      this.writer.metrics({ ...this.ledger.place(), 'warmStart/update': update, 'warmStart/loss': loss, 'warmStart/accuracy': accuracy });
      this.listener({ kind: 'warmStart', update, updates, loss, tokensPerSecond });
      if (update === updates) return;
      keep = async () => this.ledger.save(await reached(), { warmStart: place });
      if (gently?.aborted || update % Math.ceil(updates / warmStartCheckpoints) === 0) await keep();
      if (gently?.aborted) throw new Stopped();
    }, now, from), this.writer, () => keep());
    await this.start(weights);
  }

  /** What reinforcement learning starts from, and refers to. */
  private async start(weights: Weights): Promise<void> {
    this.learner = openRunLearner(this.setup, this.writer.folder, weights, weights, this.ledger.counters.klCoefficient);
    await this.rehearse(() => this.learner);
    await this.tryCalls(weights);
    await this.measure('warmStart', weights);
    this.checkpoint();
  }

  /** Makes up for a measurement that a stop put off; the checkpoint then says that it is done. */
  private async payOff(owed: Owed): Promise<void> {
    await this.measure(owed, this.learner.optimizer.weights);
    if (!this.measurements.owed) this.checkpoint();
  }

  async go(): Promise<TrainingResult> {
    const { algorithm: { iterations }, evaluation, checkpoints } = this.setup.experiment;
    const { gently, now } = this.stop;
    if (this.ledger.iteration < iterations) await this.rehearse(() => this.learner);
    while (this.ledger.iteration < iterations) {
      if (gently?.aborted) return this.finish('stopped');
      this.ledger.iteration++;
      this.record(await rescued(iterate(this.setup, this.learner, this.ledger.iteration, {
        collecting: (episodes, all) => this.listener({ kind: 'collecting', iteration: this.ledger.iteration, episodes, all }),
        updating: () => this.listener({ kind: 'updating', iteration: this.ledger.iteration }),
      }, now), this.writer, () => this.keepIterationBefore()));
      const isLast = this.ledger.iteration === iterations;
      if (evaluation.every > 0 && this.ledger.iteration % evaluation.every === 0 && !isLast) await this.measure('training', this.learner.optimizer.weights);
      if (isLast || gently?.aborted || this.ledger.iteration % checkpoints.every === 0) this.checkpoint();
      else this.writer.commit();
    }
    if (iterations > 0) await this.measure('final', this.learner.optimizer.weights);
    return this.finish(this.measurements.owed ? 'stopped' : 'finished');
  }

  /** Whether the policy calls tools at all. A stop is left to the measurement that comes next, which knows what to keep. */
  private async tryCalls(weights: Weights): Promise<void> {
    this.measurements.owed = 'warmStart';
    const { gently, now } = this.stop;
    if (gently?.aborted) return;
    const trying = preflight(this.setup, weights, this.warmed, now).catch((error: unknown) => { if (!now?.aborted) throw error; });
    const tried = await rescued(trying, this.writer, () => this.checkpoint());
    if (tried) this.writer.log('info', tried.said);
    this.warnings.silence(tried?.warning);
  }

  /** Tries the largest step once, where memory may be short. */
  private async rehearse(learner: () => StepPpo): Promise<void> {
    if (this.isRehearsed || this.setup.experiment.algorithm.iterations === 0 || !isTight(this.setup)) return;
    this.isRehearsed = true;
    await rehearse(this.setup, learner(), this.writer);
  }

  /** An iteration failed: where it has not changed the policy yet, that is what the one before came to. */
  private keepIterationBefore(): void {
    if (this.learner.optimizer.updates !== this.ledger.counters.updates) return;
    this.ledger.iteration--;
    if (this.ledger.saved !== this.ledger.iteration) this.checkpoint();
  }

  /** Writes what an iteration did. */
  private record(iteration: Iteration): void {
    const { learner, setup, ledger: { counters } } = this;
    const { episodes, trajectories, learnt } = iteration;
    const { algorithm } = setup.experiment;
    counters.updates = learner.optimizer.updates;
    counters.klCoefficient = learner.klCoefficient;
    counters.tokens += tokensOf(episodes);
    const line: MetricsLine = { ...this.ledger.place(), ...iterationMetrics(iteration, algorithm, setup.programs.compilations) };
    for (const trajectory of trajectories) this.writer.trajectory(trajectory);
    this.writer.tokens(this.ledger.iteration, trajectories.map((trajectory, i) => toTokenRow(trajectory, episodes[i], learnt.refLogProbs[i], learnt.advantages[i])));
    this.writer.metrics(line);
    this.listener({ kind: 'iteration', iteration: this.ledger.iteration, iterations: algorithm.iterations, metrics: line });
    this.warnings.after(iteration, line);
  }

  private async measure(stage: Stage, weights: Weights): Promise<void> {
    const measured = await this.measurements.measure(stage, weights, () => { if (isOwed(stage)) this.checkpoint(); });
    if (measured && stage === 'warmStart') this.warnOfSilence(measured);
  }

  /** Before reinforcement learning begins, of a policy that it cannot teach. */
  private warnOfSilence({ attempts }: Measurement): void {
    const { experiment } = this.setup;
    this.warnings.silence(withoutCalls(attempts.map(({ episode }) => episode.steps), experiment, this.warmed ? 'before' : 'never'));
  }

  private checkpoint(): void {
    const { learner: { optimizer }, measurements: { owed } } = this;
    this.ledger.save({ weights: optimizer.weights, moments: optimizer.state }, isOwed(owed) ? { owed } : {});
  }

  private finish(status: 'finished' | 'stopped'): TrainingResult {
    this.writer.end(status);
    return { status, iteration: this.ledger.iteration, summaries: this.measurements.summaries };
  }
}
