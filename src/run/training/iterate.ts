import { trafficSince, type Traffic } from '../../compute/traffic.ts';
import type { Learnt, StepPpo } from '../../learn/step-ppo.ts';
import { Generator } from '../../policy/generator.ts';
import { rewardTrajectory } from '../../reward/score.ts';
import { collect } from '../../rollout/collect.ts';
import { hash } from '../../world/random.ts';
import { defaultLimits } from '../../world/toolset.ts';
import { toExperience, type Collected } from './collected.ts';
import { recall, type Recalled } from './recall.ts';
import { toTrajectory } from './records.ts';
import type { Setup } from './setup.ts';
import { trainingTasks, type Replaced } from './training-tasks.ts';

export interface Iteration extends Omit<Collected, 'experiences'> {
  readonly learnt: Learnt;
  readonly seconds: { readonly rollout: number; readonly update: number };
  readonly traffic: Traffic;
  /** Of recorded trajectories alone. */
  readonly recalled?: Recalled;
  /** Tasks that others took the place of, since their prompts are too long. */
  readonly replaced: readonly Replaced[];
}

/** One round: tasks are drawn, attempted several times each, rewarded step by step, and learnt from; or recorded attempts are. */
export async function iterate(setup: Setup, learner: StepPpo, iteration: number, told: { collecting: (finished: number, all: number) => void; updating: () => void }, signal?: AbortSignal): Promise<Iteration> {
  const started = performance.now();
  const before = setup.programs.traffic;
  const recalled = setup.recorded && (await recall({ ...setup, recorded: setup.recorded }, learner, iteration, signal));
  const { episodes, trajectories, scores, experiences, replaced } = recalled ? { ...recalled, replaced: [] } : (await attempt(setup, learner, iteration, told.collecting, signal));
  if (recalled) told.collecting(episodes.length, episodes.length);
  const collected = performance.now();

  told.updating();
  const learnt = await learner.learn(experiences, [setup.experiment.seed, iteration], signal);
  trajectories.forEach(({ steps }, i) => steps.forEach((step, t) => { step.reward.step = scores[i][t]; }));
  return { episodes, trajectories, scores, replaced, learnt, seconds: { rollout: (collected - started) / 1e3, update: (performance.now() - collected) / 1e3 }, traffic: trafficSince(setup.programs.traffic, before), ...(recalled && { recalled: recalled.recalled }) };
}

/** Tasks of the training split, attempted by the policy as it is now. */
async function attempt(setup: Setup, learner: StepPpo, iteration: number, onEpisode: (finished: number, all: number) => void, signal?: AbortSignal): Promise<Collected & Pick<Iteration, 'replaced'>> {
  const { experiment, world, tokenizer, config, programs } = setup;
  const { rollout, reward, seed } = experiment;
  const weightsVersion = learner.optimizer.updates;
  const { tasks, replaced } = trainingTasks(world, tokenizer, experiment, iteration);
  const jobs = tasks.flatMap((task) => Array.from({ length: rollout.samplesPerTask }, (_, sample) => ({ task, sample })));
  const generator = new Generator(programs, config, learner.optimizer.weights, Math.min(rollout.liveEpisodes, jobs.length), rollout.temperature);
  const episodes = await collect(jobs, {
    world, tokenizer, generator, seed: hash('rollout', seed, iteration), limits: rollout, calls: { ...defaultLimits, seconds: rollout.toolSeconds },
    sampling: { greedy: false, temperature: rollout.temperature, topP: rollout.topP }, onEpisode, signal,
  });
  const trajectories = episodes.map((episode) => toTrajectory(episode, { iteration, weightsVersion, prefix: 't' }, world.isSolved(episode.task, episode.steps)));
  const scores = trajectories.map((trajectory) => rewardTrajectory(trajectory, reward, trajectory.solved));
  return { replaced, episodes, trajectories, scores, experiences: episodes.map((episode, i) => toExperience(episode, scores[i])) };
}
