/**
 * The dialogue as tokens. Ids are only ever appended: a turn that was sampled is never written out as text and read in
 * again, since another tokenisation of the same text would be another action. How a dialogue is framed is the business of
 * the tokenizer's dialogue format.
 */
import type { Task } from '../world/world.ts';
import { control, type Turn } from './dialogue/dialogue.ts';
import { parseReact, reactText, type ParsedTurn } from './dialogue/turn.ts';
import type { Tokenizer } from './tokenizer.ts';

export type { ParsedTurn };

/** The dialogue's beginning with the tools and the query: what the policy sees first. */
export const promptIds = (tokenizer: Tokenizer, task: Pick<Task, 'tools' | 'query'>): number[] => tokenizer.prompt(tokenizer.dialogue.prompt(task));

/** What follows a turn that did not end the episode, up to where the next turn begins. */
export const observationIds = (tokenizer: Tokenizer, text: string): number[] => tokenizer.ids(tokenizer.dialogue.observation(text), control(tokenizer.dialogue.end));

/** A turn as the policy should write it, its end token included. */
export const turnIds = (tokenizer: Tokenizer, turn: Turn): number[] => tokenizer.turn(tokenizer.dialogue.write(turn));

export const turnText = reactText;
export const parseTurn = parseReact;
