/** Whether a policy can call tools at all: if nothing that it writes reaches one, there is next to nothing to reward. */
import type { Experiment } from '../../config/schema.ts';
import type { ToolOutcome } from '../../world/tool.ts';
import type { Step } from '../../world/trajectory.ts';
import type { Weights } from '../../policy/weights.ts';
import { play } from './play.ts';
import type { Setup } from './setup.ts';

/** A tool took the call up: it exists, and its arguments could be read. What it answered does not matter here. */
const reached: ReadonlySet<ToolOutcome> = new Set(['ok', 'empty', 'notFound', 'transient', 'timeout', 'error']);

const names: Readonly<Partial<Record<ToolOutcome, string>>> = {
  unreadableCall: 'no call that can be read', unknownTool: 'a tool that is not on offer', invalidArguments: 'arguments that do not fit',
  invalidFinish: 'an end without an answer', answered: 'an answer', gaveUp: 'a surrender',
};

/**
 * What to do about a policy none of whose calls reached a tool.
 * @param attempts the steps of each
 * @param warmed whether a warm start came `before`, or is `planned` by the experiment and still to come
 * @returns undefined where one did, and where nothing was attempted
 */
export function withoutCalls(attempts: readonly (readonly Pick<Step, 'toolOutcome'>[])[], { warmStart }: Pick<Experiment, 'warmStart'>, warmed: 'before' | 'planned' | 'never'): string | undefined {
  const outcomes = attempts.flat().map(({ toolOutcome }) => toolOutcome);
  if (outcomes.length === 0 || outcomes.some((outcome) => reached.has(outcome))) return undefined;
  const counts = [...new Set(outcomes)].map((outcome) => ({ outcome, count: outcomes.filter((each) => each === outcome).length })).sort((a, b) => b.count - a.count);
  const instead = counts.map(({ outcome, count }) => `${count} × ${names[outcome] ?? outcome}`).join(', ');
  const cure = {
    before: `Warm-start it for longer: raise warmStart.steps above ${warmStart.steps}.`,
    planned: 'This is the policy before the warm start that the experiment has planned (warmStart.mode "always"), which is to teach it.',
    never: 'Warm-start it first: set warmStart.mode to "always". Or the dialogue format is not the one it knows: see policy.dialogue.',
  }[warmed];
  return `In ${attempts.length} ${attempts.length === 1 ? 'attempt' : 'attempts'} the policy wrote not one call that reached a tool (${instead}), so that reinforcement learning will find next to nothing to reward. ${cure}`;
}

/** Tasks of a preflight: enough for one call that can be read, few enough to cost seconds. */
const tries = 4;

/**
 * A few tries of training tasks, before anything that takes long: what a policy that comes with the program need not be asked.
 * @returns what the log is to say, and what to warn of, if no call reached a tool
 */
export async function preflight(setup: Setup, weights: Weights, warmed: boolean, signal?: AbortSignal): Promise<{ readonly said: string; readonly warning?: string } | undefined> {
  const { experiment } = setup;
  if (experiment.policy.checkpoint === 'bundled' || experiment.rollout.recorded.file !== null) return undefined;
  const attempts = await play(setup, weights, { split: 'train', tasks: tries, samples: 1, seed: experiment.seed, temperature: experiment.rollout.temperature }, signal);
  const steps = attempts.flatMap(({ trajectory }) => trajectory.steps);
  const calls = steps.filter(({ toolOutcome }) => reached.has(toolOutcome)).length;
  const warning = withoutCalls(attempts.map(({ trajectory }) => trajectory.steps), experiment, warmed ? 'before' : 'never');
  return { said: `In ${tries} tries ${calls} of ${steps.length} steps were calls that reached a tool`, ...(warning === undefined ? {} : { warning }) };
}

/** Whether a run of an experiment began with a warm start. Of `auto` with a checkpoint that was not found this is not known, and said to be none. */
export const wasWarmStarted = ({ warmStart, policy }: Pick<Experiment, 'warmStart' | 'policy'>): boolean =>
  warmStart.mode === 'always' || (warmStart.mode === 'auto' && policy.checkpoint === null);
