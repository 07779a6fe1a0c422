// What the tasks of a world are like, in figures: for choosing a budget and for noticing when a change of the grammar shifts them.
import { signature } from '../toolset.ts';
import type { Level } from '../world.ts';
import type { Atlas } from './atlas.ts';

export interface TaskStatistics {
  readonly split: string;
  readonly tasks: number;
  /** Share of tasks of each level. */
  readonly levels: Readonly<Record<Level, number>>;
  /** `calls[n]`: tasks that the oracle solves with n calls, `Finish` not counted. */
  readonly calls: readonly number[];
  readonly meanCalls: number;
  /** Share of tasks in which the oracle meets an empty result. */
  readonly empties: number;
  /** Characters of the list of signatures with the query. */
  readonly promptCharacters: { readonly mean: number; readonly most: number };
  /** Most characters of an observation, an action with its input, and a thought of the oracle. */
  readonly mostCharacters: { readonly observation: number; readonly action: number; readonly thought: number };
}

/** Figures of tasks `0 … tasks - 1` of a split, as the oracle meets them in attempt 0. */
export function describeTasks(world: Atlas, split: string, tasks: number): TaskStatistics {
  const levels: Record<Level, number> = { I1: 0, I2: 0, I3: 0 };
  const calls: number[] = [];
  const most = { observation: 0, action: 0, thought: 0 };
  let [total, empties, characters, longest] = [0, 0, 0, 0];
  for (let index = 0; index < tasks; index++) {
    const task = world.task(split, index);
    const needed = world.oracleSteps(task) - 1;
    const prompt = task.tools.map(signature).join('\n').length + 1 + task.query.length;
    levels[task.level] += 1 / tasks;
    calls[needed] = (calls[needed] ?? 0) + 1;
    total += needed;
    characters += prompt;
    longest = Math.max(longest, prompt);
    const steps = world.demonstrate(task, 0, { redundantCall: 0, wrongArgument: 0, surrender: 0 });
    if (steps.some(({ observation }) => observation.outcome === 'empty')) empties += 1;
    for (const { thought, action, arguments: args, observation } of steps) {
      most.thought = Math.max(most.thought, thought.length);
      most.action = Math.max(most.action, action.length + 1 + args.length);
      most.observation = Math.max(most.observation, observation.text.length);
    }
  }
  return {
    split, tasks, levels, calls: Array.from(calls, (count) => count ?? 0), meanCalls: total / tasks, empties: empties / tasks,
    promptCharacters: { mean: characters / tasks, most: longest }, mostCharacters: most,
  };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** The figures as lines of text. */
export function formatStatistics(figures: TaskStatistics): string {
  const { split, tasks, levels, calls, meanCalls, empties, promptCharacters, mostCharacters } = figures;
  return [
    `${split}: ${tasks} tasks`,
    `  levels             ${Object.entries(levels).map(([level, share]) => `${level} ${percent(share)}`).join(', ')}`,
    `  calls              ${calls.flatMap((count, n) => (count > 0 ? [`${n}: ${percent(count / tasks)}`] : [])).join(', ')}; mean ${meanCalls.toFixed(2)}`,
    `  with empty result  ${percent(empties)}`,
    `  prompt             mean ${promptCharacters.mean.toFixed(0)}, at most ${promptCharacters.most} characters`,
    `  at most            observation ${mostCharacters.observation}, action ${mostCharacters.action}, thought ${mostCharacters.thought} characters`,
  ].join('\n');
}
