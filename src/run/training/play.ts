/** A few attempts of a policy, rewarded as in training: for looking at. */
import { Generator } from '../../policy/generator.ts';
import type { Weights } from '../../policy/weights.ts';
import { rewardTrajectory } from '../../reward/score.ts';
import { collect } from '../../rollout/collect.ts';
import { hash } from '../../world/random.ts';
import { defaultLimits } from '../../world/toolset.ts';
import type { Trajectory } from '../../world/trajectory.ts';
import { toTrajectory } from './records.ts';
import type { Setup } from './setup.ts';

export interface PlaySettings {
  readonly split: string;
  readonly tasks: number;
  readonly samples: number;
  readonly seed: number;
  /** 0 takes the likeliest token. */
  readonly temperature: number;
}

export interface Attempt {
  readonly trajectory: Trajectory;
  /** The whole dialogue as the policy read and wrote it. */
  readonly ids: readonly number[];
}

/** Plays the first tasks of a split. Each step carries its reward parts and, as `step`, their combination. */
export async function play(setup: Setup, weights: Weights, settings: PlaySettings, signal?: AbortSignal, onEpisode?: (finished: number, all: number) => void): Promise<Attempt[]> {
  const { experiment: { rollout, reward }, world, tokenizer, config, programs } = setup;
  const { split, tasks, samples, seed, temperature } = settings;
  const greedy = temperature === 0;
  const jobs = Array.from({ length: tasks }, (_, index) => world.task(split, index)).flatMap((task) => Array.from({ length: samples }, (_, sample) => ({ task, sample })));
  const generator = new Generator(programs, config, weights, Math.min(rollout.liveEpisodes, jobs.length), greedy ? 1 : temperature);
  const episodes = await collect(jobs, {
    world, tokenizer, generator, seed: hash('play', seed), limits: rollout, calls: { ...defaultLimits, seconds: rollout.toolSeconds },
    sampling: { greedy, temperature: greedy ? 1 : temperature, topP: greedy ? 1 : rollout.topP }, signal, onEpisode,
  });
  return episodes.map((episode) => {
    const trajectory = toTrajectory(episode, { iteration: 0, weightsVersion: 0, prefix: 'play' }, world.isSolved(episode.task, episode.steps));
    const scores = rewardTrajectory(trajectory, reward, trajectory.solved);
    trajectory.steps.forEach((step, t) => { step.reward.step = scores[t]; });
    return { trajectory, ids: episode.tokens.ids };
  });
}
