/** The training loop: warm start, then iterations of collect, reward, credit, update, with measurements and checkpoints. */
import { attemptSplits, type Attempt } from '../../evaluate/attempts.ts';
import { summarize, type Summary } from '../../evaluate/summary.ts';
import { Optimizer } from '../../learn/optimizer.ts';
import { StepPpo } from '../../learn/step-ppo.ts';
import { scoreTrajectory } from '../../reward/score.ts';
import { valueHead, type Weights } from '../../policy/weights.ts';
import type { Checkpoint } from '../folder/checkpoint-read.ts';
import type { MetricsLine } from '../folder/lines.ts';
import type { RunWriter } from '../folder/writer.ts';
import { checkWeights } from '../policy-folder.ts';
import { fingerprint, readCounters, type Counters } from './counters.ts';
import type { Listener, Stage } from './events.ts';
import { iterate, type Iteration } from './iterate.ts';
import { evaluationMetrics, learningMetrics, rolloutMetrics, toTokenRow, toTrajectory, writtenTokens } from './records.ts';
import { checkMoments } from './resumable.ts';
import type { Setup } from './setup.ts';
import { warmStart } from './warm-start.ts';

/** How a run is asked to stop. */
export interface StopRequest {
  /** True: finish the iteration, write a checkpoint, stop. */
  readonly requested: () => boolean;
  /** Aborts what is going on; the run resumes from its last checkpoint. */
  readonly signal?: AbortSignal;
}

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

class Run {
  private iteration = 0;
  private counters: Counters;
  private learner!: StepPpo;
  private readonly clock = performance.now();
  private secondsBefore = 0;
  private readonly summaries = new Map<Stage, Summary>();

  constructor(private readonly setup: Setup, private readonly writer: RunWriter, private readonly listener: Listener, private readonly stop: StopRequest) {
    this.counters = { updates: 0, tokens: 0, seconds: 0, klCoefficient: setup.experiment.algorithm.kl.coefficient };
  }

  /** A new run: warm start if there is nothing to start from, the first measurements, checkpoint 0. */
  async begin(): Promise<void> {
    const { setup } = this;
    let weights = setup.initial;
    if (setup.needsWarmStart) {
      await this.measure('before', weights);
      weights = await warmStart(setup, ({ weights: _, ...progress }) => {
        this.listener({ kind: 'warmStart', ...progress });
        if (this.stop.requested()) throw new Stopped();
      }, this.stop.signal);
    }
    this.open(weights, weights);
    await this.measure('warmStart', weights);
    this.checkpoint();
  }

  /** A run that goes on: counters, weights and moments of a checkpoint. */
  async restore(checkpoint: Checkpoint): Promise<void> {
    this.counters = readCounters(checkpoint, this.setup);
    this.secondsBefore = this.counters.seconds;
    this.iteration = checkpoint.iteration;
    const weights = checkWeights(await checkpoint.weights(), this.setup.config, checkpoint.folder);
    this.open(weights, this.setup.initial, { updates: this.counters.updates, moments: checkMoments(await checkpoint.optimizer(), weights, checkpoint.folder) });
  }

  private open(weights: Weights, reference: Weights, state?: ConstructorParameters<typeof Optimizer>[4]): void {
    const { programs, config, experiment } = this.setup;
    const { adam, maxGradientNorm, learningRate, valueLearningRate } = experiment.algorithm;
    const faster = valueLearningRate / learningRate;
    const rates = { [valueHead.weight]: faster, [valueHead.bias]: faster };
    const optimizer = new Optimizer(programs, config, weights, { ...adam, maxGradientNorm, weightDecay: 0, rates }, state);
    const settings = { credit: experiment.credit, algorithm: experiment.algorithm, temperature: experiment.rollout.temperature };
    this.learner = new StepPpo(programs, config, optimizer, reference, settings, this.counters.klCoefficient);
  }

  async go(): Promise<TrainingResult> {
    const { algorithm: { iterations }, evaluation, checkpoints } = this.setup.experiment;
    while (this.iteration < iterations) {
      if (this.stop.requested()) return this.finish('stopped');
      this.iteration++;
      this.record(await iterate(this.setup, this.learner, this.iteration, {
        collecting: (episodes, all) => this.listener({ kind: 'collecting', iteration: this.iteration, episodes, all }),
        updating: () => this.listener({ kind: 'updating', iteration: this.iteration }),
      }, this.stop.signal));
      const isLast = this.iteration === iterations;
      if (evaluation.every > 0 && this.iteration % evaluation.every === 0 && !isLast) await this.measure('training', this.learner.optimizer.weights);
      if (isLast || this.stop.requested() || this.iteration % checkpoints.every === 0) this.checkpoint();
      else this.writer.commit();
    }
    if (iterations > 0) await this.measure('final', this.learner.optimizer.weights);
    return this.finish('finished');
  }

  /** Writes what an iteration did. */
  private record({ episodes, trajectories, scores, learnt, seconds }: Iteration): void {
    const { counters, learner, setup } = this;
    counters.updates = learner.optimizer.updates;
    counters.klCoefficient = learner.klCoefficient;
    counters.tokens += episodes.reduce((sum, { length }) => sum + length, 0);
    const { algorithm } = setup.experiment;
    const trained = episodes.reduce((sum, { length }) => sum + length, 0) * algorithm.epochs;
    const line: MetricsLine = {
      ...this.place(),
      ...rolloutMetrics(trajectories, episodes, scores),
      ...learningMetrics(learnt, algorithm.learningRate),
      'speed/rolloutTokensPerSecond': writtenTokens(episodes) / seconds.rollout,
      'speed/trainTokensPerSecond': trained / seconds.update,
      'speed/seconds.rollout': seconds.rollout,
      'speed/seconds.update': seconds.update,
      'memory/residentMB': process.memoryUsage().rss / 1e6,
      'compute/compilations': setup.programs.compilations,
    };
    for (const trajectory of trajectories) this.writer.trajectory(trajectory);
    this.writer.tokens(this.iteration, trajectories.map((trajectory, i) => toTokenRow(trajectory, episodes[i], learnt.refLogProbs[i], learnt.advantages[i])));
    this.writer.metrics(line);
    this.listener({ kind: 'iteration', iteration: this.iteration, iterations: algorithm.iterations, metrics: line });
  }

  private async measure(stage: Stage, weights: Weights): Promise<void> {
    const { experiment, world, programs, config, tokenizer } = this.setup;
    const attempts = await attemptSplits(world, { programs, config, tokenizer, weights }, experiment,
      (episodes, all) => this.listener({ kind: 'evaluating', stage, episodes, all }), this.stop.signal);
    const summary = summarize(attempts.map(({ result }) => result), { confidence: experiment.evaluation.confidence, seed: experiment.seed });
    this.summaries.set(stage, summary);
    this.writer.metrics({ ...this.place(), stage, ...evaluationMetrics(summary) });
    for (const trajectory of this.evaluated(stage, attempts)) this.writer.trajectory(trajectory);
    this.listener({ kind: 'evaluated', stage, iteration: this.iteration, summary });
  }

  private evaluated(stage: Stage, attempts: readonly Attempt[]) {
    const prefix = stage === 'before' ? 'before' : 'e';
    return attempts.map(({ episode, result }) => {
      const trajectory = toTrajectory(episode, { iteration: this.iteration, weightsVersion: this.counters.updates, prefix }, result.solved);
      scoreTrajectory(trajectory, this.setup.experiment.reward, result.solved).forEach((parts, t) => Object.assign(trajectory.steps[t].reward, parts));
      return trajectory;
    });
  }

  private checkpoint(): void {
    const { learner: { optimizer }, setup } = this;
    this.counters.seconds = this.seconds();
    this.writer.checkpoint(
      { iteration: this.iteration, weights: optimizer.weights, optimizer: optimizer.state, state: { ...this.counters, experiment: fingerprint(setup.experiment), tokenizer: setup.tokenizerHash } },
      { keep: setup.experiment.checkpoints.keep, pinned: (iteration) => iteration === 0 }, // the reference policy
    );
    this.listener({ kind: 'checkpoint', iteration: this.iteration });
  }

  private finish(status: 'finished' | 'stopped'): TrainingResult {
    this.writer.end(status);
    return { status, iteration: this.iteration, summaries: this.summaries };
  }

  private place(): Pick<MetricsLine, 'iteration' | 'updates' | 'tokens' | 'seconds'> {
    const { updates, tokens } = this.counters;
    return { iteration: this.iteration, updates, tokens, seconds: this.seconds() };
  }

  private seconds(): number {
    return Math.round((this.secondsBefore + (performance.now() - this.clock) / 1e3) * 1e3) / 1e3;
  }
}

/** Thrown to leave the warm start when a stop is asked for; there is no checkpoint yet. */
export class Stopped extends Error {
  constructor() {
    super('Stopped during the warm start, before the first checkpoint. Resuming starts the warm start again.');
  }
}
