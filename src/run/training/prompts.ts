/** How long the prompts of an experiment are. */
import { promptIds } from '../../policy/format.ts';
import type { Experiment } from '../../config/schema.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { World } from '../../world/world.ts';
import { trainingIndex } from './training-tasks.ts';

/** The first tasks of the training split, which a policy is tried on before it is trained. */
const tried = 8;
/** Tasks of training, and of each split that is measured, that are looked at, a quarter of a millisecond each and up to a whole one with a
 * chat template. What is longer among those of training to come is replaced; what is longer among those measured ends the first measurement. */
const looked = 128;

type Played = Pick<Experiment, 'algorithm' | 'rollout' | 'evaluation' | 'seed'>;

/** Tokens of the longest prompt among the first tasks that the experiment measures and trains on: one on recorded trajectories measures alone. */
export function longestPrompt(world: World, tokenizer: Tokenizer, experiment: Played): number {
  let longest = 0;
  for (const [split, index] of played(experiment)) longest = Math.max(longest, promptIds(tokenizer, world.task(split, index)).length);
  return longest;
}

function* played({ algorithm, rollout, evaluation, seed }: Played): Generator<readonly [split: string, index: number]> {
  for (const split of new Set(evaluation.splits)) for (let index = 0; index < Math.min(looked, evaluation.tasksPerSplit); index++) yield [split, index];
  if (algorithm.iterations === 0 || rollout.recorded.file !== null) return;
  for (let index = 0; index < tried; index++) yield ['train', index];
  const { tasksPerIteration } = rollout;
  const tasks = Math.min(looked, algorithm.iterations * tasksPerIteration);
  for (let task = 0; task < tasks; task++) yield ['train', trainingIndex(seed, 1 + Math.floor(task / tasksPerIteration), task % tasksPerIteration)];
}
