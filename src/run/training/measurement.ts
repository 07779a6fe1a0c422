/** Measuring a policy in the course of a run: as whole as it is, or not at all. */
import { attemptSplits, type Attempt } from '../../evaluate/attempts.ts';
import { summarize, type Summary } from '../../evaluate/summary.ts';
import type { Weights } from '../../policy/weights.ts';
import { scoreTrajectory } from '../../reward/score.ts';
import type { Trajectory } from '../../world/trajectory.ts';
import { toTrajectory } from './records.ts';
import type { Setup } from './setup.ts';
import { isAbort, type StopRequest } from './stop-request.ts';

export interface Measurement {
  readonly attempts: readonly Attempt[];
  readonly summary: Summary;
}

/**
 * Lets the policy attempt the held-out tasks. Undefined when a gentle stop came before the last attempt was done: some of
 * the attempts would be the quick ones, and prove nothing.
 * @throws the reason of the stop's `now`
 */
export async function measurePolicy(setup: Setup, weights: Weights, onEpisode: (episodes: number, all: number) => void, { gently, now }: StopRequest): Promise<Measurement | undefined> {
  const { experiment, world, programs, config, tokenizer } = setup;
  try {
    gently?.throwIfAborted();
    const attempts = await attemptSplits(world, { programs, config, tokenizer, weights }, experiment, onEpisode, gently);
    return { attempts, summary: summarize(attempts.map(({ result }) => result), { confidence: experiment.evaluation.confidence, seed: experiment.seed }) };
  } catch (error) {
    if (isAbort(error) && gently?.aborted && !now?.aborted) return undefined;
    throw error;
  }
}

/** The attempts as trajectories with their reward parts. */
export function measuredTrajectories({ attempts }: Measurement, at: Parameters<typeof toTrajectory>[1], { experiment }: Pick<Setup, 'experiment'>): Trajectory[] {
  return attempts.map(({ episode, result }) => {
    const trajectory = toTrajectory(episode, at, result.solved);
    scoreTrajectory(trajectory, experiment.reward, result.solved).forEach((parts, t) => Object.assign(trajectory.steps[t].reward, parts));
    return trajectory;
  });
}
