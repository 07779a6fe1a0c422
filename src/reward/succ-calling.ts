// SuccCalling: did the call of the step succeed, in form and content? (arXiv 2410.07745, section 3.2; steptool.md 1.4)
import type { Json, ToolOutcome } from '../world/tool.ts';
import type { Step } from '../world/trajectory.ts';
import { afterPrefix, readObservation, successPrefix } from './observation.ts';
import type { SuccCallingRule } from './settings.ts';

/**
 * The typed outcome: a call succeeds if the tool answered with data. A call that worked and found nothing does not: the
 * paper asks for form and content, the released text rules reject "is empty" too, and paying for empty results would
 * pay for calling tools at random. A transient failure is not the policy's fault, yet no success either.
 */
function byOutcome(outcome: ToolOutcome): boolean {
  switch (outcome) {
    case 'ok': return true;
    case 'empty': case 'notFound': case 'invalidArguments': case 'unknownTool': case 'unreadableCall':
    case 'transient': case 'timeout': case 'error': case 'invalidFinish': case 'answered': case 'gaveUp': return false;
  }
}

/** Rule 5: words that a response uses to say that nothing came of the call. As released: case matters. */
const soundsGood = (response: string): boolean =>
  !['wrong', 'error', 'is empty'].some((word) => response.includes(word)) && !response.startsWith('Please');

/** Rules 4 and 5. A response of null is no response. */
function responseIsGood(response: Json): boolean {
  if (typeof response === 'string') return soundsGood(response);
  if (typeof response === 'object' && response !== null && !Array.isArray(response)) return response.status !== 400;
  return response !== null;
}

/**
 * The released notebook's rule on the text of the observation. With `strict` the checks of the response also apply to
 * observations without an error, where `released` is content with the prefix and they are almost dead.
 * An observation that is not in ToolBench's form fails under both.
 */
function byText(text: string, strict: boolean): boolean {
  if (text.startsWith(successPrefix) && !strict) return true;
  const reading = readObservation(text);
  switch (reading.kind) {
    case 'toolBench': return reading.error === '' && responseIsGood(reading.response);
    case 'json': return false;
    // A long response that was cut is still a response: its text is judged.
    case 'text': return text.startsWith(successPrefix) && soundsGood(afterPrefix(text).replace(/^"/, ''));
  }
}

/** SuccCalling of an intermediate step, 0 or 1. `Finish` calls no tool: an invalid one has 0. */
export function succCalling(step: Pick<Step, 'observation' | 'toolOutcome'>, rule: SuccCallingRule): number {
  switch (rule) {
    case 'outcome': return Number(byOutcome(step.toolOutcome));
    case 'released': return Number(byText(step.observation, false));
    case 'strict': return Number(byText(step.observation, true));
  }
}
