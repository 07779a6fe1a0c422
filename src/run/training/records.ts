/** What an iteration and an evaluation leave in the run folder. */
import { evaluationName, type MetricName } from '../metrics.ts';
import type { TokenRow } from '../folder/tokens.ts';
import type { Summary, SplitSummary } from '../../evaluate/summary.ts';
import { isToolFailure } from '../../evaluate/attempts.ts';
import type { Learnt } from '../../learn/step-ppo.ts';
import type { Played } from '../../rollout/episode.ts';
import { isTruncated, type Trajectory } from '../../world/trajectory.ts';

type Metrics = { [Name in MetricName]?: number | null };

/** An episode as a line of `trajectories.jsonl`. Its steps are shared, so rewards and credit set later show. */
export function toTrajectory(episode: Played, place: { iteration: number; weightsVersion: number; prefix: string }, solved: boolean): Trajectory {
  const { task, sample, seed, steps, outcome } = episode;
  return {
    id: `${place.prefix}${place.iteration}/${task.id}/${sample}`, iteration: place.iteration, taskId: task.id, split: task.split, level: task.level,
    query: task.query, tools: task.tools.map(({ name }) => name), sample, seed, weightsVersion: place.weightsVersion,
    outcome: outcome!, solved, steps,
  };
}

export const toTokenRow = (trajectory: Trajectory, { tokens }: Played, refLogProb: ArrayLike<number>, advantage: ArrayLike<number>): TokenRow => ({
  id: trajectory.id, ids: tokens.ids, mask: tokens.mask, logProb: tokens.logProbs, refLogProb, value: tokens.values, advantage, entropy: tokens.entropies,
});

const mean = (values: readonly number[]): number | null => (values.length ? values.reduce((a, b) => a + b, 0) / values.length : null);

/** Figures of the collected episodes; `scores` are the combined step rewards of each. */
export function rolloutMetrics(trajectories: readonly Trajectory[], episodes: readonly Played[], scores: readonly (readonly number[])[]): Metrics {
  const steps = trajectories.flatMap((trajectory) => trajectory.steps);
  const share = (test: (trajectory: Trajectory) => boolean): number | null => mean(trajectories.map((trajectory) => Number(test(trajectory))));
  const part = (name: string): number | null => mean(steps.flatMap(({ reward }) => (reward[name] === undefined ? [] : [reward[name]])));
  const sums = scores.map((ofSteps) => ofSteps.reduce((a, b) => a + b, 0));
  const byTask = new Map<string, Set<number>>();
  trajectories.forEach(({ taskId }, i) => byTask.set(taskId, (byTask.get(taskId) ?? new Set()).add(sums[i])));
  return {
    'reward/succCalling': part('succCalling'),
    'reward/contribution': part('contribution'),
    'reward/isSolved': part('isSolved'),
    'reward/step': mean(scores.flat()),
    'reward/episode': mean(sums),
    'rollout/passRate': share(({ solved }) => solved),
    'rollout/steps': mean(trajectories.map((trajectory) => trajectory.steps.length)),
    'rollout/finishRate': share(({ outcome }) => outcome === 'answered'),
    'rollout/gaveUpRate': share(({ outcome }) => outcome === 'gaveUp'),
    'rollout/truncatedRate': share(({ outcome }) => isTruncated(outcome)),
    'rollout/toolFailureRate': mean(steps.filter(({ toolOutcome }) => toolOutcome !== 'answered' && toolOutcome !== 'gaveUp').map(({ toolOutcome }) => Number(isToolFailure(toolOutcome)))),
    'rollout/tokens': episodes.reduce((sum, { length }) => sum + length, 0),
    'rollout/actionTokens': writtenTokens(episodes),
    'rollout/zeroVarianceRate': mean([...byTask.values()].map((different) => Number(different.size === 1))),
    'policy/entropy': meanEntropy(episodes),
  };
}

export const writtenTokens = (episodes: readonly Played[]): number =>
  episodes.reduce((sum, { tokens }) => sum + tokens.mask.reduce((a, b) => a + b, 0), 0);

const meanEntropy = (episodes: readonly Played[]): number =>
  episodes.reduce((sum, { tokens }) => sum + tokens.entropies.reduce((a, b) => a + b, 0), 0) / Math.max(1, writtenTokens(episodes));

export const learningMetrics = (learnt: Learnt, learningRate: number): Metrics => ({
  'policy/kl': learnt.kl,
  'policy/klCoefficient': learnt.klCoefficient,
  'policy/clipFraction': learnt.loss.clipFraction,
  'policy/approxKl': learnt.loss.approxKl,
  'policy/ratioMax': learnt.loss.ratioMax,
  'policy/firstRatioError': learnt.firstRatioError,
  'policy/loss': learnt.loss.policyLoss,
  'policy/gradientNorm': learnt.gradientNorm,
  'policy/skippedMinibatches': learnt.skipped,
  'value/loss': learnt.loss.valueLoss,
  'value/explainedVariance': learnt.explainedVariance,
  'value/mean': learnt.meanValue,
  'learn/learningRate': learningRate,
});

/** An evaluation's figures, a set for each split and one, `macro`, for their mean. */
export function evaluationMetrics({ splits, macro }: Summary): Metrics {
  const metrics: Metrics = {};
  for (const split of splits) {
    metrics[evaluationName(split.split, 'passRate')] = split.passRate.estimate;
    metrics[evaluationName(split.split, 'low')] = split.passRate.low;
    metrics[evaluationName(split.split, 'high')] = split.passRate.high;
    metrics[evaluationName(split.split, 'tasks')] = split.tasks;
    metrics[evaluationName(split.split, 'steps')] = split.meanSteps;
    metrics[evaluationName(split.split, 'finishRate')] = split.finishRate;
    metrics[evaluationName(split.split, 'gaveUpRate')] = split.gaveUpRate;
    metrics[evaluationName(split.split, 'truncatedRate')] = split.truncatedRate;
    metrics[evaluationName(split.split, 'toolFailureRate')] = split.failureShare;
    Object.assign(metrics, solvedMetrics(split));
  }
  metrics[evaluationName('macro', 'passRate')] = macro.passRate.estimate;
  metrics[evaluationName('macro', 'low')] = macro.passRate.low;
  metrics[evaluationName('macro', 'high')] = macro.passRate.high;
  metrics[evaluationName('macro', 'steps')] = macro.meanSteps;
  metrics[evaluationName('macro', 'finishRate')] = macro.finishRate;
  metrics[evaluationName('macro', 'toolFailureRate')] = macro.failureShare;
  return metrics;
}

const solvedMetrics = ({ split, solvedSteps }: SplitSummary): Metrics => ({
  [evaluationName(split, 'stepsSolved')]: solvedSteps?.steps ?? null,
  [evaluationName(split, 'oracleRatio')]: solvedSteps?.ratio.estimate ?? null,
});

