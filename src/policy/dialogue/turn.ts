/** A turn's text: ToolBench's ReAct lines (arXiv 2307.16789), or a native call as chat templates have it. */
import type { Action } from '../../world/toolset.ts';
import { control, text, type Fragment, type Turn } from './dialogue.ts';

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

const unreadable = (text: string): ParsedTurn => ({ thought: text, name: '', input: '', action: { kind: 'unreadable', text } });

/** Reads a turn's text. Text that is no call comes back as an `unreadable` action, whole in `thought`. */
export function parseReact(text: string): ParsedTurn {
  const groups = turnPattern.exec(text.trim())?.groups;
  if (!groups?.name) return unreadable(text);
  const { name, input } = groups;
  return { thought: groups.thought ?? '', name, input, action: { kind: 'call', name, args: input } };
}

const opening = '<tool_call>';
const closing = '</tool_call>';
export const callTags: readonly string[] = [opening, closing];

/**
 * A call in tags, as Qwen's and Hermes' templates have it.
 * @param controls the model's control tokens: a tag that is one is written as that, as the model itself writes it
 */
export function taggedTurn({ thought, action, arguments: input }: Turn, controls: readonly string[]): Fragment[] {
  const tag = (name: string): Fragment => (controls.includes(name) ? control(name) : text(name));
  const said = thought === '' ? [] : [text(`${thought}\n`)];
  return [...said, tag(opening), text(`\n{"name": ${JSON.stringify(action)}, "arguments": ${input}}\n`), tag(closing)];
}

/** Reads a call in tags, else one in ReAct lines. One call a turn: text behind it makes the turn unreadable. */
export function parseTagged(text: string): ParsedTurn {
  const start = text.indexOf(opening);
  if (start < 0) return parseReact(text);
  const end = text.indexOf(closing, start);
  if (end < 0 || text.slice(end + closing.length).trim() !== '') return unreadable(text);
  let call: unknown;
  try {
    call = JSON.parse(text.slice(start + opening.length, end));
  } catch {
    return unreadable(text);
  }
  if (typeof call !== 'object' || call === null) return unreadable(text);
  const { name, arguments: args } = call as { name?: unknown; arguments?: unknown };
  if (typeof name !== 'string' || name === '') return unreadable(text);
  const input = typeof args === 'string' ? args : JSON.stringify(args ?? {});
  return { thought: text.slice(0, start).trim(), name, input, action: { kind: 'call', name, args: input } };
}
