/** What a step earned, with what judges and people say beside it, and the form in which a person scores it. */
import type { Strings } from '../../src/editor/trajectory-page/strings.ts';
import type { Annotation } from '../../src/run/folder/lines.ts';
import type { Step } from '../../src/world/trajectory.ts';
import { el, fill, on } from '../shared/dom.ts';
import { partName, signed } from '../shared/format.ts';
import { button } from '../shared/ui.ts';
import { columnsOf } from './rewards.ts';
import { say } from './say.ts';
import { oneLine } from './text.ts';

/** What the form needs. `author` is missing where scores cannot be kept. */
export interface Scoring {
  readonly strings: Strings;
  readonly author?: string;
  readonly whyNot?: string;
  /** Sets or, with null, takes back the score of a part. Rejects with a message for people. */
  readonly score: (step: number | null, part: string, value: number | null, reason: string) => Promise<void>;
}

/** Parts that every reward has, offered where a step has none of its own yet. */
const usualParts = ['contribution', 'succCalling', 'isSolved'];

/** `human:ada` as `ada`; judges and rules keep their kind. */
const authorName = (author: string): string => oneLine(author.replace(/^human:/, ''), 40);

function others(scores: readonly Annotation[], part: string): HTMLElement[] {
  return scores.filter((score) => score.part === part).map((score) =>
    el('dd', { class: `number given-score ${score.author.startsWith('human:') ? 'human' : 'judge'}`, title: score.reason ? oneLine(score.reason, 500) : undefined },
      el('span', { class: 'score-author' }, authorName(score.author)), ' ', signed(score.value ?? 0), score.reason && el('span', { class: 'note', 'aria-label': oneLine(score.reason, 500) }, ' \u270e')));
}

/** The parts of a step with the automatic value and every score, and a button that opens the form. `scores` are those of the step. */
export function scoredEarnings(step: Step, scores: readonly Annotation[], scoring: Scoring): HTMLElement {
  const { strings } = scoring;
  const columns = columnsOf([step]);
  const names = [...new Set([...columns.map(({ name }) => name), ...scores.map(({ part }) => part)])];
  const items = names.map((name) => {
    const column = columns.find((one) => one.name === name);
    const value = column?.value(step);
    const isCredit = column?.kind === 'credit';
    const tone = value === undefined || value === 0 || name === 'value' || name === 'return' ? '' : value > 0 ? 'good' : 'bad';
    const mark = tone === 'good' ? '\u25b2' : tone === 'bad' ? '\u25bc' : '';
    return el('div', { class: isCredit ? 'credit' : 'part' },
      el('dt', {}, oneLine(partName(name), 60)),
      el('dd', { class: `number ${tone}` }, mark && el('span', { class: 'mark', 'aria-hidden': 'true' }, mark), value === undefined ? '\u2013' : signed(value)),
      ...others(scores, name));
  });
  const place = el('div', { class: 'score-place' });
  const open = button(strings.score, () => openForm(), { label: scoring.author === undefined ? scoring.whyNot : say(strings.scoreStep, step.index + 1) });
  open.classList.add('score-button');
  if (scoring.author === undefined) open.setAttribute('disabled', '');
  const close = (): void => { fill(place); open.focus(); };
  const openForm = (): void => {
    fill(place, scoreForm(step.index, [...new Set([...columns.filter(({ kind }) => kind === 'part').map(({ name }) => name).filter((name) => name !== 'step' && name !== 'kl'), ...usualParts])], scores, scoring, close));
    place.querySelector<HTMLElement>('input[type="number"]')?.focus();
  };
  return el('div', { class: 'earned' }, el('dl', { class: 'earnings' }, ...items), open, place);
}

/** A form for one score; the browser's own fields, which say to everyone what they are. */
function scoreForm(step: number, parts: readonly string[], scores: readonly Annotation[], { strings, author, score }: Scoring, close: () => void): HTMLElement {
  const mine = (part: string): Annotation | undefined => scores.find((one) => one.part === part && one.author === author);
  const list = `parts-${step}`;
  const part = el('input', { type: 'text', list, required: true, maxlength: 100, value: parts[0], autocomplete: 'off' });
  const value = el('input', { type: 'number', step: 'any', required: true, value: mine(parts[0])?.value ?? '' });
  const note = el('input', { type: 'text', maxlength: 2000, value: mine(parts[0])?.reason ?? '', placeholder: strings.noteHint });
  const said = el('p', { class: 'problem small', role: 'alert' });
  const label = (text: string, input: HTMLElement): HTMLElement => el('label', { class: 'field' }, el('span', { class: 'name' }, text), input);
  on(part, 'change', () => {
    const current = mine(part.value.trim());
    if (current) [value.value, note.value] = [String(current.value ?? ''), current.reason ?? ''];
  });
  const keep = (to: number | null): void => {
    score(step, part.value.trim(), to, note.value.trim()).catch((error: unknown) => fill(said, error instanceof Error ? error.message : String(error)));
  };
  const takeBack = button(strings.takeBack, () => keep(null));
  const form = el('form', { class: 'score-form', 'aria-label': say(strings.scoreStep, step + 1) },
    label(strings.part, part), el('datalist', { id: list }, ...parts.map((name) => el('option', { value: name }))),
    label(strings.value, value), label(strings.note, note),
    el('div', { class: 'form-buttons' }, button(strings.keep, () => form.requestSubmit(), { primary: true }), scores.some((one) => one.author === author) && takeBack, button(strings.cancel, close)),
    said);
  on(form, 'submit', (event) => {
    event.preventDefault();
    if (Number.isFinite(value.valueAsNumber)) keep(value.valueAsNumber);
  });
  on(form, 'keydown', (event) => {
    // Without a submit button of the browser's own, Enter would do nothing.
    if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    }
  });
  return form;
}
