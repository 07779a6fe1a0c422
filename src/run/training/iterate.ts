import { trafficSince, type Traffic } from '../../compute/traffic.ts';
import type { Experience } from '../../learn/experience.ts';
import type { Learnt, StepPpo } from '../../learn/step-ppo.ts';
import { Generator } from '../../policy/generator.ts';
import { rewardTrajectory } from '../../reward/score.ts';
import { collect } from '../../rollout/collect.ts';
import type { Episode } from '../../rollout/episode.ts';
import { hash } from '../../world/random.ts';
import { defaultLimits } from '../../world/toolset.ts';
import type { Trajectory } from '../../world/trajectory.ts';
import { toTrajectory } from './records.ts';
import type { Setup } from './setup.ts';

export interface Iteration {
  readonly episodes: readonly Episode[];
  readonly trajectories: readonly Trajectory[];
  /** Combined step rewards of each trajectory. */
  readonly scores: readonly (readonly number[])[];
  readonly learnt: Learnt;
  readonly seconds: { readonly rollout: number; readonly update: number };
  readonly traffic: Traffic;
}

/** One round: tasks are drawn, attempted several times each, rewarded step by step, and learnt from. */
export async function iterate(setup: Setup, learner: StepPpo, iteration: number, told: { collecting: (finished: number, all: number) => void; updating: () => void }, signal?: AbortSignal): Promise<Iteration> {
  const { experiment, world, tokenizer, config, programs } = setup;
  const { rollout, reward, seed } = experiment;
  const started = performance.now();
  const before = programs.traffic;
  const weightsVersion = learner.optimizer.updates;
  const jobs = Array.from({ length: rollout.tasksPerIteration }, (_, index) => world.task('train', hash('train task', seed, iteration, index)))
    .flatMap((task) => Array.from({ length: rollout.samplesPerTask }, (_, sample) => ({ task, sample })));
  const generator = new Generator(programs, config, learner.optimizer.weights, Math.min(rollout.liveEpisodes, jobs.length), rollout.temperature);
  const episodes = await collect(jobs, {
    world, tokenizer, generator, seed: hash('rollout', seed, iteration), limits: rollout, calls: { ...defaultLimits, seconds: rollout.toolSeconds },
    sampling: { greedy: false, temperature: rollout.temperature, topP: rollout.topP }, onEpisode: told.collecting, signal,
  });
  const collected = performance.now();

  const trajectories = episodes.map((episode) => toTrajectory(episode, { iteration, weightsVersion, prefix: 't' }, world.isSolved(episode.task, episode.steps)));
  const scores = trajectories.map((trajectory) => rewardTrajectory(trajectory, reward, trajectory.solved));
  told.updating();
  const learnt = await learner.learn(episodes.map((episode, i) => toExperience(episode, scores[i])), [seed, iteration], signal);
  trajectories.forEach(({ steps }, i) => steps.forEach((step, t) => { step.reward.step = scores[i][t]; }));
  return { episodes, trajectories, scores, learnt, seconds: { rollout: (collected - started) / 1e3, update: (performance.now() - collected) / 1e3 }, traffic: trafficSince(programs.traffic, before) };
}

const toExperience = ({ task, promptLength, tokens, steps, outcome, bootstrap }: Episode, scores: readonly number[]): Experience => ({
  taskId: task.id, promptLength, ids: tokens.ids, mask: tokens.mask, logProbs: tokens.logProbs, values: tokens.values, steps, scores, outcome: outcome!, bootstrap,
});

