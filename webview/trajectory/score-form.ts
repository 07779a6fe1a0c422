/** The form in which a person scores a part of a step, or of the whole trajectory. */
import type { Annotation } from '../../src/run/folder/lines.ts';
import { el, fill, on } from '../shared/dom.ts';
import { button } from '../shared/ui.ts';
import { say } from './strings.ts';

/** What the form needs. `author` is missing where scores cannot be kept. */
export interface Scoring {
  readonly author?: string;
  readonly whyNot?: string;
  /** Sets or, with null, takes back the score of a part; of the whole trajectory where the step is null. Rejects with a message for people. */
  readonly score: (step: number | null, part: string, value: number | null, reason: string) => Promise<void>;
}

/** What is scored: a step by its number, or with null the whole trajectory; the parts that are offered; the scores it has. */
export interface ToScore {
  readonly step: number | null;
  readonly parts: readonly string[];
  readonly scores: readonly Annotation[];
}

const nameOf = (step: number | null): string => (step === null ? say('scoreWhole') : say('scoreStep', step + 1));

/** A button that opens the form, and the place where it opens. */
export function scoreButton(scored: ToScore, scoring: Scoring): readonly [button: HTMLElement, place: HTMLElement] {
  const { author, whyNot } = scoring;
  const place = el('div', { class: 'score-place' });
  const open = button(scored.step === null ? say('scoreTrajectory') : say('score'), () => {
    fill(place, scoreForm(scored, scoring, () => { fill(place); open.focus(); }));
    place.querySelector<HTMLElement>('input[type="number"]')?.focus();
  }, { label: author === undefined ? whyNot : nameOf(scored.step) });
  open.classList.add('score-button');
  if (author === undefined) open.setAttribute('disabled', '');
  return [open, place];
}

/** A form for one score; the browser's own fields, which say to everyone what they are. */
function scoreForm({ step, parts, scores }: ToScore, { author, score }: Scoring, close: () => void): HTMLElement {
  const mine = (part: string): Annotation | undefined => scores.find((one) => one.part === part && one.author === author);
  const list = `parts-${step ?? 'whole'}`;
  const part = el('input', { type: 'text', list, required: true, maxlength: 100, value: parts[0], autocomplete: 'off' });
  const value = el('input', { type: 'number', step: 'any', required: true, value: mine(parts[0])?.value ?? '' });
  const note = el('input', { type: 'text', maxlength: 2000, value: mine(parts[0])?.reason ?? '', placeholder: say('noteHint') });
  const said = el('p', { class: 'problem small', role: 'alert' });
  const label = (text: string, input: HTMLElement): HTMLElement => el('label', { class: 'field' }, el('span', { class: 'name' }, text), input);
  on(part, 'change', () => {
    const current = mine(part.value.trim());
    if (current) [value.value, note.value] = [String(current.value ?? ''), current.reason ?? ''];
  });
  const keep = (to: number | null): void => {
    score(step, part.value.trim(), to, note.value.trim()).catch((error: unknown) => fill(said, error instanceof Error ? error.message : String(error)));
  };
  const takeBack = button(say('takeBack'), () => keep(null));
  const form = el('form', { class: 'score-form', 'aria-label': nameOf(step) },
    label(say('part'), part), el('datalist', { id: list }, ...parts.map((name) => el('option', { value: name }))),
    label(say('value'), value), label(say('note'), note),
    el('div', { class: 'form-buttons' }, button(say('keep'), () => form.requestSubmit(), { primary: true }), scores.some((one) => one.author === author) && takeBack, button(say('cancel'), close)),
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
