/** What a step, or a whole trajectory, earned: the automatic values, with what judges and people say beside them. */
import type { Annotation } from '../../src/run/folder/lines.ts';
import type { Step } from '../../src/world/trajectory.ts';
import { el } from '../shared/dom.ts';
import { signed } from '../shared/format.ts';
import { columnName, columnsOf, markedValue } from './rewards.ts';
import { scoreButton, type Scoring } from './score-form.ts';
import { say } from './strings.ts';
import { oneLine } from './text.ts';

/** Parts that every reward has, offered where a step has none of its own yet. */
const usualParts = ['contribution', 'succCalling', 'isSolved'];
/** What is asked of a whole attempt. */
const wholeParts = ['isSolved', 'quality'];

/** `human:ada` as `ada`; judges and rules keep their kind. */
const authorName = (author: string): string => oneLine(author.replace(/^human:/, ''), 40);

function others(scores: readonly Annotation[], part: string): HTMLElement[] {
  return scores.filter((score) => score.part === part).map((score) =>
    el('dd', { class: `number given-score ${score.author.startsWith('human:') ? 'human' : 'judge'}`, title: score.reason ? oneLine(score.reason, 500) : undefined },
      el('span', { class: 'score-author' }, authorName(score.author)), ' ', signed(score.value ?? 0), score.reason && el('span', { class: 'note', 'aria-label': oneLine(score.reason, 500) }, ' \u270e')));
}

/** The parts of a step with the automatic value and every score, and a button that opens the form. `scores` are those of the step. */
export function scoredEarnings(step: Step, scores: readonly Annotation[], scoring: Scoring): HTMLElement {
  const columns = columnsOf([step]);
  const names = [...new Set([...columns.map(({ name }) => name), ...scores.map(({ part }) => part)])];
  const items = names.map((name) => {
    const column = columns.find((one) => one.name === name);
    return el('div', { class: column?.kind ?? 'part' }, el('dt', {}, oneLine(columnName(name), 60)), markedValue(name, column?.value(step)), ...others(scores, name));
  });
  const own = columns.filter(({ kind, name }) => kind === 'part' && name !== 'step' && name !== 'kl').map(({ name }) => name);
  return el('div', { class: 'earned' }, el('dl', { class: 'earnings' }, ...items), ...scoreButton({ step: step.index, parts: [...new Set([...own, ...usualParts])], scores }, scoring));
}

/** The scores of the trajectory as a whole, which no step has, and a button that opens the form. `scores` are those of no step. */
export function wholeScores(scores: readonly Annotation[], scoring: Scoring): HTMLElement {
  const names = [...new Set(scores.map(({ part }) => part))];
  return el('section', { class: 'earned whole', 'aria-label': say('wholeTrajectory') },
    names.length > 0 && el('dl', { class: 'earnings' }, ...names.map((name) => el('div', { class: 'part' }, el('dt', {}, oneLine(columnName(name), 60)), ...others(scores, name)))),
    ...scoreButton({ step: null, parts: [...new Set([...names, ...wholeParts])], scores }, scoring));
}
