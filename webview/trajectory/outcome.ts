/** Typed outcomes as badges: a sign, a word and a colour, of which any one is enough. */
import type { Outcome } from '../../src/world/trajectory.ts';
import type { ToolOutcome } from '../../src/world/tool.ts';
import { el } from '../shared/dom.ts';
import { capital, words } from '../shared/format.ts';

type Tone = 'good' | 'bad' | 'mild';

/** How a step's outcome reads: a tool that finds nothing is no failure. */
function toneOf(outcome: ToolOutcome): Tone {
  switch (outcome) {
    case 'ok': case 'answered': return 'good';
    case 'empty': case 'notFound': case 'transient': case 'gaveUp': return 'mild';
    case 'invalidArguments': case 'unknownTool': case 'unreadableCall': case 'timeout': case 'error': case 'invalidFinish': return 'bad';
    default: return 'mild'; // a run folder of a later version
  }
}

/** Whether a step's call failed. */
export const isFailure = (outcome: ToolOutcome): boolean => toneOf(outcome) === 'bad';

const signs: Readonly<Record<Tone, string>> = { good: '\u2713', bad: '\u2715', mild: '\u25cb' };

function badge(tone: Tone, text: string, title: string): HTMLElement {
  return el('span', { class: `badge ${tone}`, title }, el('span', { 'aria-hidden': 'true' }, signs[tone]), text);
}

/** The badge of a step's outcome. */
export const stepBadge = (outcome: ToolOutcome): HTMLElement => badge(toneOf(outcome), words(outcome), `This step's outcome: ${words(outcome)}`);

/** How an episode ended, in words. */
export function ending(outcome: Outcome): string {
  switch (outcome) {
    case 'answered': return 'answered';
    case 'gaveUp': return 'gave up';
    case 'truncatedTurns': return 'truncated: out of turns';
    case 'truncatedTokens': return 'truncated: out of tokens';
    case 'truncatedTime': return 'truncated: out of time';
    default: return words(outcome);
  }
}

/** The badges of an episode: whether the task is solved, and how it ended. */
export function episodeBadges(solved: boolean, outcome: Outcome): HTMLElement[] {
  return [
    badge(solved ? 'good' : 'bad', solved ? 'solved' : 'not solved', solved ? 'The checker accepts the answer' : 'The checker does not accept the answer'),
    badge('mild', ending(outcome), outcome.startsWith('truncated') ? 'Truncated: a budget ran out' : 'Terminated by the policy itself'),
  ];
}

/** The sign alone, for lists. */
export const solvedSign = (solved: boolean): HTMLElement => el('span', { class: `sign ${solved ? 'good' : 'bad'}`, role: 'img', 'aria-label': solved ? 'solved' : 'not solved' }, solved ? signs.good : signs.bad);

/** An outcome as a filter's option. */
export const outcomeOption = (outcome: Outcome): readonly [string, string] => [outcome, capital(ending(outcome))];
