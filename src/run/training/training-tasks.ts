/** Which tasks a run trains on: drawn from its seed, and the next one where a prompt leaves no room for a turn. */
import type { Experiment } from '../../config/schema.ts';
import { promptIds } from '../../policy/format.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import { hash } from '../../world/random.ts';
import type { Task, World } from '../../world/world.ts';

/** A task whose prompt is too long, and the one that was taken for it. */
export interface Replaced {
  readonly task: string;
  readonly tokens: number;
  readonly by: string;
}

export interface TrainingTasks {
  readonly tasks: readonly Task[];
  readonly replaced: readonly Replaced[];
}

/** Tasks that are tried in place of one: where none of so many fits, it is the settings that do not. */
const tries = 1000;

/** The number in the training split of an iteration's task `index`. */
export const trainingIndex = (seed: number, iteration: number, index: number): number => hash('train task', seed, iteration, index);

/**
 * The tasks of an iteration, the same whenever they are asked for: a run that goes on meets those that it would have met.
 * @throws with what to change, if a task and all that could take its place are too long
 */
export function trainingTasks(world: World, tokenizer: Tokenizer, { rollout, seed }: Pick<Experiment, 'rollout' | 'seed'>, iteration: number): TrainingTasks {
  const replaced: Replaced[] = [];
  const room = rollout.maxTokens - rollout.maxTokensPerTurn;
  const tasks = Array.from({ length: rollout.tasksPerIteration }, (_, index) => {
    const first = trainingIndex(seed, iteration, index);
    const drawn = world.task('train', first);
    const tokens = promptIds(tokenizer, drawn).length;
    if (tokens <= room) return drawn;
    for (let next = first + 1; next <= first + tries; next++) {
      const task = world.task('train', next);
      if (promptIds(tokenizer, task).length > room) continue;
      replaced.push({ task: drawn.id, tokens, by: task.id });
      return task;
    }
    throw new Error(`The prompt of task ${drawn.id} has ${tokens} tokens, and neither it nor those of the next ${tries} tasks fit rollout.maxTokens = ${rollout.maxTokens} with a turn of ${rollout.maxTokensPerTurn}. Raise that (and policy.context), or lower world.distractors.`);
  });
  return { tasks, replaced };
}

/** What to tell of tasks that were replaced; undefined where none was. */
export function saidOf(replaced: readonly Replaced[], iteration: number, { maxTokens, maxTokensPerTurn }: Experiment['rollout']): string | undefined {
  if (replaced.length === 0) return undefined;
  const least = Math.max(...replaced.map(({ tokens }) => tokens)) + maxTokensPerTurn;
  const list = replaced.map(({ task, tokens, by }) => `${task} (${tokens} tokens) by ${by}`).join(', ');
  return `Iteration ${iteration}: prompts that leave no room for a turn of ${maxTokensPerTurn} tokens ("rollout.maxTokensPerTurn") were replaced by the next that do: ${list}. To train on these too, begin a run with "rollout.maxTokens" ${least} or more in place of ${maxTokens}.`;
}
