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

const turnPattern = /^(?:Thought:[ \t]?(?<thought>[^\n]*)\n)?Action:[ \t]*(?<name>[^\n]*?)[ \t]*\nAction Input:[ \t]*(?<input>[\s\S]*)$/;

export const reactText = ({ thought, action, arguments: input }: Turn): string =>
  `Thought: ${thought}\nAction: ${action}\nAction Input: ${input}`;

/** A turn that is no call. */
export const unreadable = (text: string): ParsedTurn => ({ thought: text, name: '', input: '', action: { kind: 'unreadable', text } });

/** Reads a turn's text. Text that is no call comes back as an `unreadable` action, whole in `thought`. */
export function parseReact(text: string): ParsedTurn {
  const groups = turnPattern.exec(text.trim())?.groups;
  if (!groups?.name) return unreadable(text);
  const { name, input } = groups;
  return { thought: groups.thought ?? '', name, input, action: { kind: 'call', name, args: input } };
}
