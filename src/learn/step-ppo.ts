/**
 * Step-grained PPO (arXiv 2410.07745, section 3.3): each step's rewards are credited to the tokens the policy wrote in
 * it, and PPO's clipped objective (arXiv 1707.06347) moves the policy on those tokens alone.
 *
 *   for each batch of episodes:
 *     reference log-probabilities of the written tokens
 *     credit: rewards of steps -> advantage and return of each written token, less what the task's other samples had at
 *       that step, whitened over the batch
 *     for each epoch, for each minibatch: one optimizer step on the clipped loss
 *     move the KL coefficient
 */
import type { Experiment } from '../config/schema.ts';
import type { ProgramCache } from '../compute/program-cache.ts';
import type { PolicyConfig } from '../policy/config.ts';
import { random, shuffle } from '../world/random.ts';
import { isTruncated } from '../world/trajectory.ts';
import { assignCredit } from './credit/assign.ts';
import { withGroupBaseline } from './credit/group-baseline.ts';
import type { Credit } from './credit/input.ts';
import { klOfTokens, nextKlCoefficient, type KlController } from './credit/kl.ts';
import { whiten } from './credit/whiten.ts';
import type { Batch } from './batch-programs.ts';
import { dealt } from './dealing.ts';
import { requireFinite, toSequence, type Experience } from './experience.ts';
import { klOf, Totals, valueFigures } from './figures.ts';
import type { Optimizer } from './optimizer.ts';
import { pack, perAction, updateRows, type Sequence } from './packing.ts';
import { ppoLoss, ppoMetrics, type PpoBatch, type PpoLossSettings, type PpoMetric } from './ppo-loss.ts';
import type { Reference } from './reference.ts';
import { score } from './score.ts';
import type { Objective } from './update-program.ts';

export type StepPpoSettings = Pick<Experiment, 'credit' | 'algorithm'> & { readonly temperature: number };

/** Means over an iteration's updates; `firstRatioError` is of the first minibatch, before any update. */
export interface Learnt {
  readonly loss: Record<PpoMetric, number>;
  readonly firstRatioError: number;
  readonly gradientNorm: number;
  readonly skipped: number;
  readonly updates: number;
  readonly explainedVariance: number;
  readonly meanValue: number;
  /** KL to the reference, k1: mean over written tokens. */
  readonly kl: number;
  /** Of the last update. */
  readonly learningRate: number;
  readonly klCoefficient: number;
  /** Raw advantages (before whitening) and reference log-probabilities, per token of each sequence; 0 where not written. */
  readonly advantages: readonly Float32Array[];
  readonly refLogProbs: readonly Float32Array[];
}

export class StepPpo {
  constructor(private readonly programs: ProgramCache, private readonly config: PolicyConfig, readonly optimizer: Optimizer, private readonly reference: Reference,
    private readonly settings: StepPpoSettings, /** The KL coefficient now. */ public klCoefficient: number) {}

  /**
   * Learns from one iteration's episodes. `key` names the iteration for the dealing of minibatches.
   * @throws NotFiniteError if rewards, log-probabilities or values are not finite, before the first update, or if a loss or gradient is
   */
  async learn(experiences: readonly Experience[], key: readonly [seed: number, iteration: number], signal?: AbortSignal): Promise<Learnt> {
    const { algorithm, temperature } = this.settings;
    const sequences = experiences.map(toSequence);
    const reference = await this.reference(async (weights) => {
      const scores = (await score(this.programs, this.config, weights, sequences, ['logProbs'], temperature)).map(({ logProbs }) => logProbs);
      requireFinite(experiences, scores, this.optimizer.weights, weights);
      return scores;
    });
    const refLogProbs = experiences.map(({ promptLength, ids }, i) => {
      const all = new Float32Array(ids.length);
      all.set(reference[i], promptLength);
      return all;
    });
    const alone = experiences.map((experience, i) => this.credit(experience, refLogProbs[i]));
    const credits = this.settings.credit.groupBaseline ? withGroupBaseline(alone, experiences.map(({ taskId }) => taskId)) : alone;
    credits.forEach((credit, i) => writeCredit(credit, experiences[i]));
    const raw = credits.map(({ advantages }) => advantages);
    const white = this.settings.credit.whiten ? whiten(raw).advantages : raw;

    const totals = new Totals();
    let { learningRate } = this;
    for (let epoch = 0; epoch < algorithm.epochs; epoch++) {
      const order = shuffle(random('minibatch', ...key, epoch), sequences.map((_, i) => i));
      for (const chosen of dealt(order, algorithm.minibatches)) {
        signal?.throwIfAborted();
        const batches = this.batches(experiences, sequences, chosen, { refLogProbs, white, credits });
        learningRate = this.learningRate;
        totals.add(await this.optimizer.update(batches, learningRate));
      }
    }
    await this.optimizer.settle();

    const kl = klOf(experiences, refLogProbs);
    const coefficient = this.klCoefficient;
    this.klCoefficient = nextKlCoefficient(controllerOf(algorithm.kl), coefficient, kl.perTrajectory, experiences.length);
    return {
      ...totals.means(), ...valueFigures(alone), learningRate, kl: kl.perToken, klCoefficient: coefficient, refLogProbs,
      advantages: credits.map(({ positions, advantages }, i) => {
        const all = new Float32Array(experiences[i].ids.length);
        positions.forEach((position, k) => { all[position] = advantages[k]; });
        return all;
      }),
    };
  }

  /** Of the next update. The first ones are of Adam's that has seen no scale yet, and of a critic that knows nothing: both learn while the policy waits. */
  private get learningRate(): number {
    const { learningRate, warmupUpdates } = this.settings.algorithm;
    return learningRate * Math.min(1, (this.optimizer.updates + 1) / Math.max(1, warmupUpdates));
  }

  /** Computes, and forgets, the largest batch that episodes of `tokens` can make: lines full of the longest ones, each token written by the policy. */
  async rehearse(tokens: number): Promise<void> {
    const sequence: Sequence = { group: '', prompt: [0], response: new Array<number>(tokens - 1).fill(0), mask: new Array<number>(tokens - 1).fill(1) };
    const sequences = Array.from({ length: Math.max(1, Math.floor(updateRows / tokens)) }, (_, i) => ({ ...sequence, group: String(i) }));
    const [batch] = pack(this.config, sequences, sequences.map((_, i) => i), updateRows);
    const zeros = perAction(batch, () => 0);
    const facts = Object.fromEntries(['oldLogProb', 'refLogProb', 'oldValue', 'advantage', 'target', 'weight'].map((name) => [name, zeros]));
    await this.optimizer.rehearse({ key: batch.key, objective: this.objective(batch), inputs: { ...batch.inputs, ...facts, klCoefficient: { shape: [], dtype: 'float32', data: Float32Array.of(0) } } });
  }

  /** Credit of one episode; writes the step's share of the KL penalty into its rewards. */
  private credit(experience: Experience, refLogProbs: Float32Array): Credit {
    const { credit, algorithm: { kl } } = this.settings;
    const { steps, mask, values, logProbs, scores, outcome } = experience;
    const inReward = kl.place === 'reward';
    const credited = assignCredit({
      mode: credit.mode, gamma: credit.gamma, lam: credit.lambda, stepWeight: credit.stepWeight,
      beta: inReward ? this.klCoefficient : 0,
      kl: inReward ? klOfTokens(kl.estimator, logProbs, refLogProbs) : undefined,
      mask, values, scores, steps: steps.map(({ tokens }) => tokens),
      bootstrap: credit.bootstrapTruncated && isTruncated(outcome) ? experience.bootstrap : 0,
    });
    if (inReward) credited.steps.forEach((step, t) => { steps[t].reward.kl = step.reward - weightedScore(step.score, scores, credit.stepWeight); });
    return credited;
  }

  private batches(experiences: readonly Experience[], sequences: readonly Sequence[], chosen: readonly number[], credit: { refLogProbs: Float32Array[]; white: Float64Array[]; credits: Credit[] }): Batch[] {
    const packed = pack(this.config, sequences, chosen, updateRows);
    const actions = packed.reduce((sum, batch) => sum + batch.actions.length, 0);
    // credit's arrays run over written tokens; batches ask by position
    const byPosition = new Map(chosen.map((i) => [i, new Map(Array.from(credit.credits[i].positions, (position, k) => [position, k]))]));
    return packed.map((batch) => {
      const at = (value: (sequence: number, token: number, action: number) => number) =>
        perAction(batch, (sequence, position) => {
          const token = experiences[sequence].promptLength + position;
          return value(sequence, token, byPosition.get(sequence)!.get(token)!);
        });
      return {
        key: batch.key,
        objective: this.objective(batch),
        inputs: {
          ...batch.inputs,
          oldLogProb: at((i, token) => experiences[i].logProbs[token]),
          refLogProb: at((i, token) => credit.refLogProbs[i][token]),
          oldValue: at((i, token) => experiences[i].values[token]),
          advantage: at((i, _, k) => credit.white[i][k]),
          target: at((i, _, k) => credit.credits[i].returns[k]),
          weight: perAction(batch, () => 1 / actions),
          klCoefficient: { shape: [], dtype: 'float32', data: Float32Array.of(this.klCoefficient) },
        },
      };
    });
  }

  private objective({ size }: { size: Parameters<typeof ppoLoss>[2] }): Objective {
    const { algorithm, temperature } = this.settings;
    const { clipRange, valueClipRange, valueCoefficient, entropyCoefficient, kl, ratioGuard } = algorithm;
    const klInLoss = kl.place !== 'loss' ? 'none' : kl.estimator === 'k3' ? 'k3' : 'k2';
    const settings: PpoLossSettings = { clipRange, valueClipRange, valueCoefficient, entropyCoefficient, klInLoss, temperature };
    return {
      name: `ppo ${JSON.stringify(settings)}`,
      program: (weights, batch) => ppoLoss(weights, this.config, size, batch as PpoBatch, settings),
      guard: ratioGuard > 0 ? { metric: ppoMetrics.indexOf('ratio'), bound: ratioGuard } : undefined,
    };
  }
}

/** Return, advantage and value of each step, for records and views. */
function writeCredit(credit: Credit, { steps }: Experience): void {
  credit.steps.forEach((step, t) => {
    steps[t].return = step.return;
    steps[t].advantage = step.advantage;
    steps[t].value = step.value;
  });
}

function weightedScore(index: number, scores: readonly number[], weight: Experiment['credit']['stepWeight']): number {
  const remaining = scores.length - 1 - index;
  return scores[index] * (weight === 'one' ? 1 : weight === 'remaining' ? remaining : remaining + 1);
}

const controllerOf = ({ controller, target, horizon }: Experiment['algorithm']['kl']): KlController =>
  controller === 'fixed' ? { kind: 'fixed' } : { kind: 'adaptive', target, horizon };
