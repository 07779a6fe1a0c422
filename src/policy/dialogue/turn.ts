/** A turn's text: ToolBench's ReAct lines (arXiv 2307.16789). */
import type { Action } from '../../world/toolset.ts';
import type { Turn } from './dialogue.ts';

/** A turn read back, with a failure where the released parser slices garbage. */
export interface ParsedTurn {
  readonly thought: string;
  /** As far as they could be read. */
  readonly name: string;
  readonly input: string;
  readonly action: Action;
}

export const reactText = ({ thought, action, arguments: input }: Turn): string =>
  `Thought: ${thought}\nAction: ${action}\nAction Input: ${input}`;

/** A turn that is no call. */
export const unreadable = (text: string): ParsedTurn => ({ thought: text, name: '', input: '', action: { kind: 'unreadable', text } });

/**
 * Reads a turn's text. A thought may have several lines, and ends where the first line with an action begins, as in the released
 * parser (steptool.md 3.6); all that follows `Action Input:` is the input, whatever it spells. Text that is no call comes back as an
 * `unreadable` action, whole in `thought`. What is read is kept to the letter, so that it can be written again.
 */
export function parseReact(text: string): ParsedTurn {
  const said = text.trim();
  const thinks = said.startsWith(markers.thought);
  const action = thinks ? said.indexOf(`\n${markers.action}`) + 1 : 0;
  const end = said.indexOf('\n', action);
  const input = end + 1;
  if (!said.startsWith(markers.action, action) || end < 0 || !said.startsWith(markers.input, input)) return unreadable(text);
  // an input before the action is some other form
  if (said.slice(0, action).includes(`\n${markers.input}`)) return unreadable(text);
  const name = withoutBlanks(said.slice(action + markers.action.length, end));
  if (name === '') return unreadable(text);
  const args = withoutBlanks(said.slice(input + markers.input.length));
  const thought = thinks ? said.slice(markers.thought.length, action - 1).replace(/^[ \t]/, '') : '';
  return { thought, name, input: args, action: { kind: 'call', name, args } };
}

const markers = { thought: 'Thought:', action: 'Action:', input: 'Action Input:' } as const;

/** Without spaces and tabs at both ends. No pattern: those with a repetition before the end take a time that grows with the square of a hostile text. */
function withoutBlanks(text: string): string {
  let [from, to] = [0, text.length];
  while (text[from] === ' ' || text[from] === '\t') from++;
  while (to > from && (text[to - 1] === ' ' || text[to - 1] === '\t')) to--;
  return text.slice(from, to);
}
