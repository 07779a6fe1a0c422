/** Whether a policy can call tools at all: if nothing that it writes reaches one, there is next to nothing to reward. */
import type { Experiment } from '../../config/schema.ts';
import type { ToolOutcome } from '../../world/tool.ts';
import type { Step } from '../../world/trajectory.ts';

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

/** Whether a run of an experiment began with a warm start. Of `auto` with a checkpoint that was not found this is not known, and said to be none. */
export const wasWarmStarted = ({ warmStart, policy }: Pick<Experiment, 'warmStart' | 'policy'>): boolean =>
  warmStart.mode === 'always' || (warmStart.mode === 'auto' && policy.checkpoint === null);
