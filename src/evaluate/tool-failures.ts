/** Calls that fail, counted in one way wherever they are counted. */
import type { ToolOutcome } from '../world/tool.ts';

/** Outcomes of steps that ended their episode: these are no calls. A Finish that was not well-formed is one, and fails. */
const ends: readonly ToolOutcome[] = ['answered', 'gaveUp'];
/** A tool that found nothing has worked. */
const fine: readonly ToolOutcome[] = ['ok', 'empty', ...ends];

export interface Calls {
  readonly calls: number;
  readonly toolFailures: number;
}

/** Whether a step's call failed, in whatever way. */
export const isToolFailure = (outcome: ToolOutcome): boolean => !fine.includes(outcome);

/** How many calls some steps made, and how many of these failed. */
export const callsOf = (steps: readonly { readonly toolOutcome: ToolOutcome }[]): Calls => ({
  calls: steps.filter(({ toolOutcome }) => !ends.includes(toolOutcome)).length,
  toolFailures: steps.filter(({ toolOutcome }) => isToolFailure(toolOutcome)).length,
});

/** Failed calls among the calls of all; null where there are none. */
export function toolFailureRate(all: readonly Calls[]): number | null {
  const [calls, failures] = all.reduce(([c, f], { calls, toolFailures }) => [c + calls, f + toolFailures], [0, 0]);
  return calls === 0 ? null : failures / calls;
}
