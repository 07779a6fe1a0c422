import type { ProgramCache } from '../compute/program-cache.ts';
import type { Experiment } from '../config/schema.ts';
import type { PolicyConfig } from '../policy/config.ts';
import { Generator } from '../policy/generator.ts';
import type { Tokenizer } from '../policy/tokenizer.ts';
import type { Weights } from '../policy/weights.ts';
import { collect } from '../rollout/collect.ts';
import type { Episode } from '../rollout/episode.ts';
import { hash } from '../world/random.ts';
import { defaultLimits } from '../world/toolset.ts';
import type { World } from '../world/world.ts';
import type { AttemptResult } from './summary.ts';
import { callsOf } from './tool-failures.ts';

/** A policy as it can be run. */
export interface Policy {
  readonly programs: ProgramCache;
  readonly config: PolicyConfig;
  readonly tokenizer: Tokenizer;
  readonly weights: Weights;
}

export interface Attempt {
  readonly episode: Episode;
  readonly result: AttemptResult;
}

/**
 * Lets the policy attempt the tasks of the evaluation's splits: the same tasks, with the same transient errors, whenever
 * it is called for an experiment. Temperature 0 takes the most likely token.
 */
export async function attemptSplits(world: World, policy: Policy, { evaluation, rollout, seed }: Pick<Experiment, 'evaluation' | 'rollout' | 'seed'>, onEpisode?: (finished: number, all: number) => void, signal?: AbortSignal): Promise<Attempt[]> {
  const { splits, tasksPerSplit, samplesPerTask, temperature } = evaluation;
  const greedy = temperature === 0;
  const jobs = splits.flatMap((split) => Array.from({ length: tasksPerSplit }, (_, index) => world.task(split, index))
    .flatMap((task) => Array.from({ length: samplesPerTask }, (_, sample) => ({ task, sample }))));
  const { programs, config, tokenizer, weights } = policy;
  const generator = new Generator(programs, config, weights, Math.min(rollout.liveEpisodes, jobs.length), greedy ? 1 : temperature);
  const episodes = await collect(jobs, {
    world, tokenizer, generator, seed: hash('evaluation', seed), limits: rollout, calls: { ...defaultLimits, seconds: rollout.toolSeconds },
    sampling: { greedy, temperature: greedy ? 1 : temperature, topP: 1 }, onEpisode, signal,
  });
  return episodes.map((episode) => ({ episode, result: resultOf(world, episode) }));
}

export const resultOf = (world: World, { task, sample, steps, outcome }: Episode): AttemptResult => ({
  taskId: task.id, split: task.split, level: task.level, sample,
  solved: world.isSolved(task, steps), steps: steps.length, oracleSteps: world.oracleSteps(task),
  outcome: outcome!, ...callsOf(steps),
});
