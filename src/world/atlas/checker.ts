// Decides whether an attempt solved a task: the right values, in an answer that commits to them, read from the right calls.
import { parseArguments } from '../arguments.ts';
import { finishAction } from '../tool.ts';
import type { Json } from '../tool.ts';
import type { Step } from '../trajectory.ts';
import { offerOf } from './catalog/index.ts';
import type { Facts } from './facts.ts';
import { plain } from './names.ts';
import type { Puzzle } from './puzzle.ts';

/** What of a step the checker looks at. */
export type CheckedStep = Pick<Step, 'action' | 'arguments' | 'observation' | 'toolOutcome'>;

/** An answer may be this many times as long as the values it has to contain, and `slackCharacters` on top for a short sentence. */
export const lengthFactor = 3;
export const slackCharacters = 24;

const numberPattern = /(?<![\p{L}\p{N}.:])-?\d+(?:\.\d+)?(?![\p{L}\p{N}:]|\.\d)/gu;
const numbersIn = (text: string): number[] => (text.replace(/(?<=\d),(?=\d{3}(?!\d))/g, '').match(numberPattern) ?? []).map(Number);

/** Whether the text names the value as a word of its own; numbers are compared as numbers, so 48.50 is 48.5. */
function mentions(text: string, value: Json): boolean {
  if (typeof value === 'number') return numbersIn(text).includes(value);
  const [hay, needle] = [plain(text), plain(String(value))];
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) {
    if (!/[\p{L}\p{N}]/u.test(hay[at - 1] ?? ' ') && !/[\p{L}\p{N}]/u.test(hay[at + needle.length] ?? ' ')) return true;
  }
  return false;
}

/** Results of the calls that worked, as the policy read them; a result cut short by a length limit was not read. */
function readings(steps: readonly CheckedStep[]): { readonly step: CheckedStep; readonly response: { [field: string]: Json } }[] {
  return steps.flatMap((step) => {
    if (step.toolOutcome !== 'ok') return [];
    const read = parseArguments(step.observation);
    const response = read.ok ? read.args.response : undefined;
    return typeof response === 'object' && response !== null && !Array.isArray(response) ? [{ step, response }] : [];
  });
}

/**
 * Solved means: the last step gives an answer; the answer contains every asked value, is not much longer than needed, is no JSON, and
 * names no other number and no other value that was read on the way (unless the query names it), so that listing what was seen does
 * not pass; and every asked value was read from a call of the right API with the right arguments in this attempt.
 */
export function isSolved(puzzle: Puzzle, steps: readonly CheckedStep[], facts: Facts): boolean {
  const last = steps.at(-1);
  if (!last || last.toolOutcome !== 'answered' || last.action !== finishAction) return false;
  const finish = parseArguments(last.arguments);
  const answer = finish.ok ? finish.args.final_answer : undefined;
  if (typeof answer !== 'string') return false;

  const { query } = puzzle.task;
  const needed = puzzle.values.map(String).join(' ').length;
  if (answer.length > lengthFactor * needed + slackCharacters || /[{}[\]]/.test(answer)) return false;
  if (!puzzle.values.every((value) => mentions(answer, value))) return false;

  const seen = readings(steps);
  const wasRead = puzzle.shape.asks.every(({ call, field }, i) => {
    const { api } = puzzle.shape.calls[call]!;
    const wanted = facts.canonical(api, puzzle.resolved[call]!.args);
    return seen.some(({ step, response }) => {
      const offer = offerOf.get(step.action);
      if (offer?.api !== api || response[field.name] !== puzzle.values[i]) return false;
      const args = parseArguments(step.arguments);
      return args.ok && facts.canonical(api, args.args) === wanted;
    });
  });
  if (!wasRead) return false;

  const text = puzzle.values.filter((value) => typeof value === 'string').join(' ');
  const allowed = new Set([...puzzle.values.filter((value) => typeof value === 'number'), ...numbersIn(query), ...numbersIn(text)]);
  if (numbersIn(answer).some((number) => !allowed.has(number))) return false;
  return !seen.some(({ response }) => Object.values(response).some((value) =>
    typeof value === 'string' && !puzzle.values.some((asked) => plain(String(asked)) === plain(value)) &&
    mentions(answer, value) && !mentions(query, value)));
}
