/** Typed outcomes as badges: a sign, a word and a colour, of which any one is enough. */
import { el } from '../shared/dom.ts';
import { capital, words } from '../shared/format.ts';
import { say, type Key } from './strings.ts';

export type Tone = 'good' | 'bad' | 'mild';

/** What is known of an outcome of a step: how it reads, and what it is called. A tool that finds nothing is no failure. */
const known: ReadonlyMap<string, readonly [tone: Tone, name: Key]> = new Map([
  ['ok', ['good', 'outcomeOk']], ['answered', ['good', 'answered']],
  ['empty', ['mild', 'outcomeEmpty']], ['notFound', ['mild', 'outcomeNotFound']], ['transient', ['mild', 'outcomeTransient']], ['gaveUp', ['mild', 'gaveUp']],
  ['invalidArguments', ['bad', 'outcomeInvalidArguments']], ['unknownTool', ['bad', 'outcomeUnknownTool']], ['unreadableCall', ['bad', 'outcomeUnreadableCall']],
  ['unknown', ['mild', 'outcomeUnknown']], // of a line of others that has none
  ['timeout', ['bad', 'outcomeTimeout']], ['error', ['bad', 'outcomeError']], ['invalidFinish', ['bad', 'outcomeInvalidFinish']],
] as const);

/** How a step's outcome reads; one of a later version reads as neither good nor bad. */
export const toneOf = (outcome: string): Tone => known.get(outcome)?.[0] ?? 'mild';

/** A step's outcome in words. */
export function outcomeName(outcome: string): string {
  const key = known.get(outcome)?.[1];
  return key ? say(key) : words(outcome);
}

/** Whether a step's call failed. */
export const isFailure = (outcome: string): boolean => toneOf(outcome) === 'bad';

export const signs: Readonly<Record<Tone, string>> = { good: '\u2713', bad: '\u2715', mild: '\u25cb' };

function badge(tone: Tone, text: string, title: string): HTMLElement {
  return el('span', { class: `badge ${tone}`, title }, el('span', { 'aria-hidden': 'true' }, signs[tone]), text);
}

/** The badge of a step's outcome. */
export const stepBadge = (outcome: string): HTMLElement => badge(toneOf(outcome), outcomeName(outcome), say('stepOutcome', outcomeName(outcome)));

const endings: ReadonlyMap<string, Key> = new Map([
  ['answered', 'answered'], ['gaveUp', 'gaveUp'], ['truncatedTurns', 'outOfTurns'], ['truncatedTokens', 'outOfTokens'], ['truncatedTime', 'outOfTime'],
] as const);

/** How an episode ended, in words. */
export function ending(outcome: string): string {
  const key = outcome === 'unknown' ? 'outcomeUnknown' : endings.get(outcome);
  return key ? say(key) : words(outcome);
}

const solvedWord = (solved: boolean): string => say(solved ? 'isSolved' : 'isNotSolved');

/** The badges of an episode: whether the task is solved, and how it ended. */
export function episodeBadges(solved: boolean, outcome: string): HTMLElement[] {
  return [
    badge(solved ? 'good' : 'bad', solvedWord(solved), say(solved ? 'accepted' : 'notAccepted')),
    badge('mild', ending(outcome), say(outcome.startsWith('truncated') ? 'truncated' : 'terminated')),
  ];
}

/** The sign alone, for lists. */
export const solvedSign = (solved: boolean): HTMLElement => el('span', { class: `sign ${solved ? 'good' : 'bad'}`, role: 'img', 'aria-label': solvedWord(solved) }, signs[solved ? 'good' : 'bad']);

/** The endings that a filter offers: those that this version knows. */
export const endingOptions = (): (readonly [string, string])[] => [...endings.keys()].map(outcomeOption);

/** An outcome as a filter's option. */
export const outcomeOption = (outcome: string): readonly [string, string] => [outcome, capital(ending(outcome))];
