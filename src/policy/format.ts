/**
 * The dialogue as tokens. Ids are only ever appended: a turn that was sampled is never written out as text and read in
 * again, since another tokenisation of the same text would be another action.
 */
import { signature, type Action } from '../world/toolset.ts';
import type { Task } from '../world/world.ts';
import type { Tokenizer } from './tokenizer.ts';

/** `<|system|>` tools `<|user|>` query `<|assistant|>`: what the policy sees first. */
export function promptIds(tokenizer: Tokenizer, { tools, query }: Pick<Task, 'tools' | 'query'>): number[] {
  return [
    tokenizer.id('<|system|>'),
    // a space first, as after `Action:`: a tool's name is then the same tokens in both places
    ...tools.flatMap((tool) => tokenizer.encode(` ${signature(tool)}\n`)),
    tokenizer.id('<|user|>'),
    ...tokenizer.encode(query),
    tokenizer.id('<|assistant|>'),
  ];
}

/** `<|tool|>` observation `<|assistant|>`: what follows a turn that did not end the episode. */
export const observationIds = (tokenizer: Tokenizer, text: string): number[] =>
  [tokenizer.id('<|tool|>'), ...tokenizer.encode(text), tokenizer.id('<|assistant|>')];

/** A turn as the policy should write it, `<|end|>` included. */
export const turnIds = (tokenizer: Tokenizer, turn: { thought: string; action: string; arguments: string }): number[] =>
  [...tokenizer.encode(turnText(turn)), tokenizer.id('<|end|>')];

export const turnText = ({ thought, action, arguments: input }: { thought: string; action: string; arguments: string }): string =>
  `Thought: ${thought}\nAction: ${action}\nAction Input: ${input}`;

/** A turn read back: ToolBench's ReAct text (arXiv 2307.16789), with a failure where the released parser slices garbage. */
export interface ParsedTurn {
  readonly thought: string;
  /** As far as they could be read. */
  readonly name: string;
  readonly input: string;
  readonly action: Action;
}

const turnPattern = /^(?:Thought:[ \t]?(?<thought>[^\n]*)\n)?Action:[ \t]*(?<name>[^\n]*?)[ \t]*\nAction Input:[ \t]*(?<input>[\s\S]*)$/;

/** Reads a turn's text. Text that is no call comes back as an `unreadable` action, whole in `thought`. */
export function parseTurn(text: string): ParsedTurn {
  const groups = turnPattern.exec(text.trim())?.groups;
  if (!groups?.name) return { thought: text, name: '', input: '', action: { kind: 'unreadable', text } };
  const { name, input } = groups;
  return { thought: groups.thought ?? '', name, input, action: { kind: 'call', name, args: input } };
}
