// Turns demonstrations and hand-written attempts into steps, for the tests of this folder.
import type { Step } from '../../src/world/trajectory.ts';
import { act } from '../../src/world/toolset.ts';
import type { DemonstratedStep, ExpertFlaws, Task, World } from '../../src/world/world.ts';

export const noFlaws: ExpertFlaws = { redundantCall: 0, wrongArgument: 0, surrender: 0 };

export const asSteps = (steps: readonly DemonstratedStep[]): Step[] => steps.map((step, index) => ({
  index, thought: step.thought, action: step.action, arguments: step.arguments, observation: step.observation.text,
  toolOutcome: step.observation.outcome, tokens: { start: 0, end: 0 }, reward: {}, seconds: 0,
}));

/** What happens when these actions (name, input) are taken in an attempt. */
export async function attempt(world: World, task: Task, actions: readonly (readonly [string, string])[], seed = 0): Promise<Step[]> {
  const session = world.open(task, seed);
  const steps: DemonstratedStep[] = [];
  for (const [action, args] of actions) {
    steps.push({ thought: '', action, arguments: args, observation: await act(session, task, { kind: 'call', name: action, args }) });
  }
  return asSteps(steps);
}

export const answering = (answer: string): readonly [string, string] =>
  ['Finish', JSON.stringify({ return_type: 'give_answer', final_answer: answer })];
