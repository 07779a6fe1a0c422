/** The figures of one iteration, for `metrics.jsonl`. */
import { callsOf, toolFailureRate } from '../../evaluate/tool-failures.ts';
import type { Learnt } from '../../learn/step-ppo.ts';
import type { Played } from '../../rollout/episode.ts';
import { isTruncated, type Trajectory } from '../../world/trajectory.ts';
import type { Iteration } from './iterate.ts';
import type { Metrics } from './records.ts';

/** @param compilations of programs since the run, or its last part, began */
export function iterationMetrics({ episodes, trajectories, scores, learnt, seconds, recalled, traffic }: Iteration, { epochs }: { epochs: number }, compilations: number): Metrics {
  const trained = tokensOf(episodes) * epochs;
  return {
    ...rolloutMetrics(trajectories, episodes, scores),
    ...learningMetrics(learnt),
    ...(recalled && { 'rollout/pass': recalled.pass, 'rollout/cutShare': recalled.cutShare }),
    'speed/rolloutTokensPerSecond': writtenTokens(episodes) / seconds.rollout,
    'speed/trainTokensPerSecond': trained / seconds.update,
    'speed/seconds.rollout': seconds.rollout,
    'speed/seconds.update': seconds.update,
    'memory/residentMB': process.memoryUsage().rss / 1e6,
    'compute/compilations': compilations,
    'compute/upMB': traffic.up / 1e6,
    'compute/downMB': traffic.down / 1e6,
  };
}

/** Tokens of episodes, what they were given included. */
export const tokensOf = (episodes: readonly Played[]): number => episodes.reduce((sum, { length }) => sum + length, 0);

const mean = (values: readonly number[]): number | null => (values.length ? values.reduce((a, b) => a + b, 0) / values.length : null);

/** Figures of the collected episodes; `scores` are the combined step rewards of each. */
function rolloutMetrics(trajectories: readonly Trajectory[], episodes: readonly Played[], scores: readonly (readonly number[])[]): Metrics {
  const steps = trajectories.flatMap((trajectory) => trajectory.steps);
  const share = (test: (trajectory: Trajectory) => boolean): number | null => mean(trajectories.map((trajectory) => Number(test(trajectory))));
  const part = (name: string): number | null => mean(steps.flatMap(({ reward }) => (reward[name] === undefined ? [] : [reward[name]])));
  const cutOff = part('cutOff');
  const sums = scores.map((ofSteps) => ofSteps.reduce((a, b) => a + b, 0));
  const byTask = new Map<string, number[]>();
  trajectories.forEach(({ taskId }, i) => byTask.set(taskId, [...(byTask.get(taskId) ?? []), sums[i]]));
  const groups = [...byTask.values()].filter(({ length }) => length > 1);
  return {
    'reward/succCalling': part('succCalling'),
    'reward/contribution': part('contribution'),
    'reward/isSolved': part('isSolved'),
    ...(cutOff !== null && { 'reward/cutOff': cutOff }),
    'reward/step': mean(scores.flat()),
    'reward/episode': mean(sums),
    'rollout/passRate': share(({ solved }) => solved),
    'rollout/steps': mean(trajectories.map((trajectory) => trajectory.steps.length)),
    'rollout/finishRate': share(({ outcome }) => outcome === 'answered'),
    'rollout/gaveUpRate': share(({ outcome }) => outcome === 'gaveUp'),
    'rollout/truncatedRate': share(({ outcome }) => isTruncated(outcome)),
    'rollout/toolFailureRate': toolFailureRate([callsOf(steps)]),
    'rollout/tokens': tokensOf(episodes),
    'rollout/actionTokens': writtenTokens(episodes),
    // a sample by itself differs from none
    ...(groups.length > 0 && { 'rollout/zeroVarianceRate': mean(groups.map((rewards) => Number(new Set(rewards).size === 1))) }),
    'policy/entropy': meanEntropy(episodes),
  };
}

const writtenTokens = (episodes: readonly Played[]): number =>
  episodes.reduce((sum, { tokens }) => sum + tokens.mask.reduce((a, b) => a + b, 0), 0);

const meanEntropy = (episodes: readonly Played[]): number =>
  episodes.reduce((sum, { tokens }) => sum + tokens.entropies.reduce((a, b) => a + b, 0), 0) / Math.max(1, writtenTokens(episodes));

const learningMetrics = (learnt: Learnt): Metrics => ({
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
  'learn/learningRate': learnt.learningRate,
});
