/**
 * How a dialogue is framed for one kind of model: which control tokens stand where, and how a turn is written.
 *
 * A format gives fragments, never a finished text. What comes from tasks, tools and people is a `text` fragment, encoded
 * without control tokens, so that a tool's output that spells `<|im_end|>` stays text; control tokens are named on their own.
 */
import type { Task } from '../../world/world.ts';
import type { ParsedTurn } from './turn.ts';

export type Fragment = { readonly kind: 'control'; readonly token: string } | { readonly kind: 'text'; readonly text: string };
export const control = (token: string): Fragment => ({ kind: 'control', token });
export const text = (text: string): Fragment => ({ kind: 'text', text });
/** The control token that a fragment is, if it is one. */
export const tokenOf = (fragment: Fragment | undefined): string | undefined => (fragment?.kind === 'control' ? fragment.token : undefined);

/** What a format needs of a task. */
export type Shown = Pick<Task, 'tools' | 'query'>;

export interface Turn {
  readonly thought: string;
  readonly action: string;
  readonly arguments: string;
}

export interface Dialogue {
  readonly name: string;
  /** Control token that ends a turn: what the policy writes last, and what is put there where it was cut. */
  readonly end: string;
  /** What the policy sees first, up to where its first turn begins. */
  prompt(task: Shown): readonly Fragment[];
  /** Whether the prompt has the token that begins a sequence where it is meant to, so that none is put before it. */
  readonly beginsItself?: boolean;
  /** What follows `end`, up to where the next turn begins. */
  observation(observation: string): readonly Fragment[];
  /** A turn as the policy should write it, without `end`. What frames a call may be control tokens; what the turn says is text. */
  write(turn: Turn): readonly Fragment[];
  /** Control tokens that belong to what a turn says: they are read with it. */
  readonly spoken?: readonly string[];
  /** A finished turn read back; what is no call becomes an `unreadable` action. */
  parse(text: string): ParsedTurn;
}

/** The control tokens that a format writes for any task. */
export const controlsOf = (dialogue: Dialogue): readonly string[] =>
  [...dialogue.prompt({ tools: [], query: '' }), ...dialogue.observation(''), ...dialogue.write({ thought: '', action: '', arguments: '{}' }), control(dialogue.end)]
    .map(tokenOf).filter((token) => token !== undefined);

/** The names of the formats, as `policy.dialogue` has them. */
export const dialogueNames = ['auto', 'steptool', 'toolllama', 'qwen2', 'llama3-1', 'chat-template', 'react'] as const;
export type DialogueName = (typeof dialogueNames)[number];
