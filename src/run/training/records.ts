/** What an iteration and an evaluation leave in the run folder. */
import { evaluationName, type MetricName } from '../metrics.ts';
import type { TokenRow } from '../folder/tokens.ts';
import type { Comparison } from '../../evaluate/compare.ts';
import type { Summary, SplitSummary } from '../../evaluate/summary.ts';
import type { Played } from '../../rollout/episode.ts';
import type { Trajectory } from '../../world/trajectory.ts';

export type Metrics = { [Name in MetricName]?: number | null };

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

/** An evaluation's figures, a set for each split and one, `macro`, for their mean; with how it compares with the start of reinforcement learning. */
export function evaluationMetrics({ splits, macro }: Summary, change?: Comparison): Metrics {
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
  for (const { split, difference } of change ? [...change.splits, { split: 'macro', difference: change.macro }] : []) {
    metrics[evaluationName(split, 'change')] = difference.estimate;
    metrics[evaluationName(split, 'changeLow')] = difference.low;
    metrics[evaluationName(split, 'changeHigh')] = difference.high;
  }
  return metrics;
}

const solvedMetrics = ({ split, solvedSteps }: SplitSummary): Metrics => ({
  [evaluationName(split, 'stepsSolved')]: solvedSteps?.steps ?? null,
  [evaluationName(split, 'oracleRatio')]: solvedSteps?.ratio.estimate ?? null,
});

