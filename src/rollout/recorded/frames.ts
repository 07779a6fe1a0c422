/**
 * The three ways in which the released training files frame a dialogue (steptool.md 3.2), read back: which of the text is
 * frame and which was said. Control tokens come from the frame alone; what an observation spells stays text.
 */
import { control, text, type Fragment } from '../../policy/dialogue/dialogue.ts';
import type { FramedTurn } from './recording.ts';

/** What was said before the first turn. */
export interface Opening {
  readonly system: string;
  readonly query: string;
  readonly fragments: readonly Fragment[];
}

export interface Frame {
  readonly name: 'toolllama' | 'qwen2' | 'llama3-1';
  /** Each undefined for a text that is framed otherwise. */
  opening(prompt: string): Opening | undefined;
  observation(prompt: string): { readonly said: string; readonly fragments: readonly Fragment[] } | undefined;
  turn(response: string): FramedTurn;
}

type Part = { readonly control: string } | { readonly text: string } | { readonly hole: true };
const token = (name: string): Part => ({ control: name });
const words = (said: string): Part => ({ text: said });
const hole: Part = { hole: true };

/** The texts of a pattern's holes, and all of it as fragments; undefined where the text does not fit. The last hole takes the most. */
function match(pattern: readonly Part[], given: string): { said: string[]; fragments: Fragment[] } | undefined {
  const literal = (from: number, to: number): string => pattern.slice(from, to).map((part) => ('hole' in part ? '' : 'control' in part ? part.control : part.text)).join('');
  const holes = pattern.flatMap((part, i) => ('hole' in part ? [i] : []));
  const [before, after] = [literal(0, holes[0]), literal(holes[holes.length - 1] + 1, pattern.length)];
  if (!given.startsWith(before) || !given.endsWith(after) || given.length < before.length + after.length) return undefined;
  const last = given.length - after.length;
  const said: string[] = [];
  let at = before.length;
  for (const [k, position] of holes.slice(0, -1).entries()) {
    const separator = literal(position + 1, holes[k + 1]);
    const found = given.indexOf(separator, at);
    if (found < 0 || found + separator.length > last) return undefined;
    said.push(given.slice(at, found));
    at = found + separator.length;
  }
  said.push(given.slice(at, last));
  return { said, fragments: join(pattern, said) };
}

/** Texts next to each other are one, as they were to the released tokenizers. */
function join(pattern: readonly Part[], said: readonly string[]): Fragment[] {
  const fragments: Fragment[] = [];
  let [run, next] = ['', 0];
  const flush = (): void => {
    if (run !== '') fragments.push(text(run));
    run = '';
  };
  for (const part of pattern) {
    if ('control' in part) {
      flush();
      fragments.push(control(part.control));
    } else run += 'hole' in part ? said[next++] : part.text;
  }
  flush();
  return fragments;
}

/** Where a query begins and ends within what the user says. */
const queryOf = (said: string): string => said.replace(/^\n/, '').replace(/\nBegin!\n+$/, '');

function frame(name: Frame['name'], opening: readonly Part[], observation: readonly Part[], end?: string): Frame {
  return {
    name,
    opening: (prompt) => {
      const found = match(opening, prompt);
      return found && { system: found.said[0], query: queryOf(found.said[1]), fragments: found.fragments };
    },
    observation: (prompt) => {
      const found = match(observation, prompt);
      return found && { said: found.said[0], fragments: found.fragments };
    },
    turn: (response) => {
      const trimmed = response.trimEnd();
      const after = response.slice(trimmed.length);
      return end !== undefined && trimmed.endsWith(end) ? { body: trimmed.slice(0, trimmed.length - end.length), end, after } : { body: response, after: '' };
    },
  };
}

const chatMl = (role: string, ...said: Part[]): Part[] => [token('<|im_start|>'), words(`${role}\n`), ...said];
const chatMlEnd = [token('<|im_end|>'), words('\n')];
const header = (role: string, ...said: Part[]): Part[] => [token('<|start_header_id|>'), words(role), token('<|end_header_id|>'), words('\n\n'), ...said];

export const frames: readonly Frame[] = [
  frame('toolllama', [words('System:\n'), hole, words('\nUser:\n'), hole, words('\nAssistant:\n')], [words('Function:\n'), hole, words('\nAssistant:\n')]),
  frame('qwen2', [...chatMl('system', hole), ...chatMlEnd, ...chatMl('user', hole), ...chatMlEnd, ...chatMl('assistant')], [...chatMl('function', hole), ...chatMlEnd, ...chatMl('assistant')], '<|im_end|>'),
  frame('llama3-1', [...header('system', hole), token('<|eot_id|>'), ...header('user', hole), token('<|eot_id|>'), ...header('assistant')], [...header('function', hole), token('<|eot_id|>'), ...header('assistant')], '<|eot_id|>'),
];
