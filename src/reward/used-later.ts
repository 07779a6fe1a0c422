// Contribution by use: a step contributed if something that only its observation told was used afterwards.
import { finishAction } from '../world/tool.ts';
import type { Json } from '../world/tool.ts';
import type { Step } from '../world/trajectory.ts';
import { leaves, Passages, valuesOf } from './values.ts';

type UsingStep = Pick<Step, 'action' | 'arguments' | 'observation' | 'toolOutcome'>;

function parseInput(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The final answer that a step gives, or undefined. What cannot be read as a call of `Finish` with an answer gives none. */
export function finalAnswer(step: Pick<Step, 'action' | 'arguments' | 'toolOutcome'>): string | undefined {
  if (step.action !== finishAction || step.toolOutcome !== 'answered') return undefined;
  const input = parseInput(step.arguments);
  const answer = typeof input === 'object' && input !== null && !Array.isArray(input) ? input.final_answer : undefined;
  return typeof answer === 'string' ? answer : undefined;
}

/** The texts in which a step can use a value: the arguments of its call, or its final answer. Thoughts use nothing. */
function usesOf(step: UsingStep): string[] {
  if (step.action === finishAction) {
    const answer = finalAnswer(step);
    return answer === undefined ? [] : [answer];
  }
  const input = parseInput(step.arguments);
  return input === undefined ? [step.arguments] : leaves(input);
}

/**
 * For each step, 1 if a value of its observation occurs in the arguments of a later call or in the final answer and was
 * new, else 0. New means: neither the query, nor an earlier observation, nor the policy's own arguments up to this
 * step named it. So a repeated call earns nothing, nor does a call that echoes what it was given, nor a failed one.
 *
 * It sees use, not need: a value that is passed on to a call which leads nowhere counts, a value that was only compared
 * or computed with in the head does not, and one that happens to equal a number of the query is taken for copied.
 */
export function usedLater(query: string, steps: readonly UsingStep[]): number[] {
  const known = new Passages();
  known.add(query);
  return steps.map((step, at) => {
    for (const text of usesOf(step)) known.add(text);
    const fresh = step.toolOutcome === 'ok' ? valuesOf(step.observation).filter((value) => !known.mention(value)) : [];
    for (const value of valuesOf(step.observation)) known.add(value);
    if (fresh.length === 0) return 0;
    const later = new Passages();
    for (const text of steps.slice(at + 1).flatMap(usesOf)) later.add(text);
    return Number(fresh.some((value) => later.mention(value)));
  });
}
