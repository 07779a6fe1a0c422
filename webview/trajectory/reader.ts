/** One trajectory, whole: its task, what it earned, its steps, its tokens; and all that can be done with it. */
import type { Strings } from '../../src/editor/trajectory-page/strings.ts';
import { el, fill } from '../shared/dom.ts';
import { button } from '../shared/ui.ts';
import { comparison } from './compare.ts';
import type { Connection } from './connection.ts';
import { provenance, toolList } from './detail.ts';
import { foldable, jsonView } from './json-view.ts';
import { maskStrip } from './mask.ts';
import { episodeBadges, isFailure } from './outcome.ts';
import type { OtherFile, Scored, Shown, TextField } from './protocol.ts';
import { rewardMatrix } from './rewards.ts';
import { say } from './say.ts';
import { scoredEarnings, type Scoring } from './score-form.ts';
import { stepCard, type StepParts } from './step.ts';
import { oneLine, pretty, textBlock, type TextRest } from './text.ts';
import { tokenView, type Colouring } from './token-view.ts';

export interface ReaderOptions {
  readonly strings: Strings;
  readonly connection: Connection;
  readonly name: string;
  readonly author?: string;
  readonly whyNot?: string;
  /** The line shown, or the token view's state, changed. */
  readonly changed: (line: number | undefined, tokens: Colouring | undefined) => void;
}

export class Reader {
  readonly element: HTMLElement;
  readonly #options: ReaderOptions;
  readonly #said = el('p', { class: 'said small', role: 'status' });
  readonly #bar: HTMLElement;
  readonly #undo: HTMLElement;
  readonly #redo: HTMLElement;
  readonly #content = el('div', { class: 'reader-content' });
  readonly #others: OtherFile[] = [];
  #shown: Shown | undefined;
  #cards: HTMLElement[] = [];
  #step = -1;
  #tokens: Colouring | undefined;
  #asked = 0;
  #compares = false;

  constructor(options: ReaderOptions, tokens: Colouring | undefined) {
    this.#options = options;
    this.#tokens = tokens;
    const { strings } = options;
    const press = (text: string, key: string, action: () => void): HTMLElement => button(text, action, { label: `${text} (${key})` });
    this.#undo = press(strings.undo, 'u', () => this.undo());
    this.#redo = press(strings.redo, 'U', () => this.redo());
    this.#offerUndo(0, 0);
    this.#bar = el('div', { class: 'reader-bar', role: 'toolbar', 'aria-label': strings.actions },
      press(strings.previousFailed, 'b', () => this.failed(-1)), press(strings.nextFailed, 'n', () => this.failed(1)),
      press(strings.tokens, 't', () => this.toggleTokens()), press(strings.compare, 'm', () => this.toggleCompare()), press(strings.copy, 'c', () => this.copy()),
      this.#undo, this.#redo, this.#said);
    this.element = el('section', { class: 'reader', 'aria-label': strings.trajectory, tabindex: -1 }, this.#bar, this.#content);
  }

  get line(): number | undefined {
    return this.#shown?.line;
  }

  /** Shows the trajectory of a line; errors are shown in its place. */
  async show(line: number, keepPlace = false): Promise<void> {
    const question = ++this.#asked;
    try {
      const shown = await this.#options.connection.ask('trajectory', { file: 0, line });
      if (question !== this.#asked) return;
      const scroll = this.element.scrollTop;
      this.#shown = shown;
      this.#compares &&= keepPlace;
      this.#draw();
      this.element.scrollTop = keepPlace ? scroll : 0;
      if (!keepPlace) this.#step = -1;
      this.#options.changed(line, this.#tokens);
    } catch (error) {
      if (question !== this.#asked) return;
      this.#shown = undefined;
      this.#cards = [];
      fill(this.#content, el('p', { class: 'problem', role: 'alert' }, error instanceof Error ? error.message : String(error)));
    }
  }

  /** Says why a line has no trajectory. */
  showProblem(why: string): void {
    this.#asked++;
    this.#shown = undefined;
    this.#cards = [];
    fill(this.#content, el('p', { class: 'problem' }, oneLine(why, 500)));
  }

  /** Shows nothing, and says what to do. */
  clear(why: string): void {
    this.#asked++;
    this.#shown = undefined;
    this.#cards = [];
    fill(this.#content, el('p', { class: 'muted empty' }, why));
  }

  #draw(): void {
    const shown = this.#shown;
    if (!shown) return;
    const { strings } = this.#options;
    const { trajectory, lacks } = shown;
    if (this.#compares) {
      this.#cards = [];
      fill(this.#content, comparison(shown, this.#options.name, this.#others, {
        strings, connection: this.#options.connection, parts: (one) => this.#parts(one), failed: (error) => this.#tell(error), close: () => this.toggleCompare(),
      }));
      return;
    }
    const parts = this.#parts(shown);
    this.#cards = trajectory.steps.map((step) => stepCard(step, parts));
    const choose = (index: number): void => this.goToStep(index);
    const tokens = el('div', {});
    fill(this.#content, el('article', { class: 'trajectory', 'aria-label': say(strings.trajectoryOf, oneLine(trajectory.id, 60)) },
      el('header', {},
        el('div', { class: 'badges' }, ...episodeBadges(trajectory.solved, trajectory.outcome)),
        el('div', { class: 'query' }, textBlock(trajectory.query, strings.query, this.#rest(shown, 'query'))),
        el('p', { class: 'small muted' }, provenance(trajectory))),
      lacks.length > 0 && el('p', { class: 'small muted lacks' }, say(strings.lacks, lacks.slice(0, 12).join(', '))),
      toolList(trajectory), maskStrip(trajectory.steps, choose), rewardMatrix(trajectory.steps, choose), tokens,
      trajectory.steps.length === 0 ? el('p', { class: 'muted empty' }, strings.noSteps) : el('ol', { class: 'steps' }, ...this.#cards)));
    if (this.#tokens) void this.#drawTokens(shown, tokens, this.#tokens);
  }

  async #drawTokens(shown: Shown, place: HTMLElement, colouring: Colouring): Promise<void> {
    const { strings, connection, changed } = this.#options;
    try {
      fill(place, el('p', { class: 'small muted', role: 'status' }, strings.loading));
      const answer = await connection.ask('tokens', { file: shown.file, line: shown.line });
      if (shown !== this.#shown) return;
      fill(place, 'missing' in answer ? el('p', { class: 'muted tokens' }, answer.missing)
        : tokenView(strings, answer, shown.trajectory.steps, colouring, (to) => { this.#tokens = to; changed(shown.line, to); }));
    } catch (error) {
      fill(place, el('p', { class: 'problem', role: 'alert' }, error instanceof Error ? error.message : String(error)));
    }
  }

  #rest({ file, line, cuts }: Shown, field: TextField, step?: number): TextRest | undefined {
    const cut = cuts.find((one) => one.field === field && one.step === step);
    return cut && { length: cut.length, load: async (from) => (await this.#options.connection.ask('text', { file, line, field, from, ...(step === undefined ? {} : { step }) })).text };
  }

  #parts(shown: Shown): StepParts {
    const { strings, author, whyNot, connection } = this.#options;
    const scoring: Scoring = {
      strings, ...(shown.file === 0 && author !== undefined ? { author } : { whyNot: whyNot ?? strings.scoreHere }),
      score: async (step, part, value, reason) => this.#scored(await connection.ask('score', { line: shown.line, step, part, value, reason }), value === null ? strings.takenBack : strings.kept),
    };
    return {
      text: (text, field, label, step) => {
        const rest = this.#rest(shown, field, step);
        const value = rest || field === 'thought' ? undefined : foldable(text);
        return value ? jsonView(value) : textBlock(field === 'thought' || rest ? text : pretty(text), label, rest);
      },
      earned: (step) => scoredEarnings(step, shown.scores.filter((score) => score.step === step.index), scoring),
    };
  }

  #offerUndo(undo: number, redo: number): void {
    this.#undo.hidden = undo === 0;
    this.#redo.hidden = redo === 0;
  }

  async #scored(scored: Scored, said: string): Promise<void> {
    const { strings } = this.#options;
    this.#offerUndo(scored.undo, scored.redo);
    if (this.#shown?.line !== scored.line) await this.show(scored.line);
    else {
      const scroll = this.element.scrollTop;
      this.#shown = { ...this.#shown, scores: scored.scores };
      this.#draw();
      this.element.scrollTop = scroll;
    }
    if (scored.step !== null) this.goToStep(scored.step);
    this.#said.textContent = `${scored.step === null ? '' : `${say(strings.stepNumber, scored.step + 1)}, `}${oneLine(scored.part, 60)}: ${said} ${scored.undo > 0 ? strings.undoHint : ''}`;
  }

  #tell(error: unknown): void {
    this.#said.textContent = error instanceof Error ? error.message : String(error);
  }

  /** Puts the focus on a step. */
  goToStep(index: number): void {
    const card = this.#cards[index];
    if (!card) return;
    this.#step = index;
    card.scrollIntoView({ block: 'nearest' });
    card.focus({ preventScroll: true });
  }

  /** Moves by steps, or onto the first. */
  step(by: 1 | -1): void {
    this.goToStep(Math.max(0, Math.min(this.#cards.length - 1, this.#step + by)));
  }

  /** Goes to the next or previous step that failed. */
  failed(by: 1 | -1): void {
    const steps = this.#shown?.trajectory.steps ?? [];
    const from = this.#step < 0 && by < 0 ? steps.length : this.#step;
    for (let index = from + by; index >= 0 && index < steps.length; index += by) {
      if (isFailure(steps[index].toolOutcome)) return this.goToStep(index);
    }
    this.#said.textContent = by > 0 ? this.#options.strings.noNextFailed : this.#options.strings.noPreviousFailed;
  }

  toggleTokens(): void {
    this.#tokens = this.#tokens ? undefined : 'advantage';
    this.#compares = false;
    this.#draw();
    this.#options.changed(this.line, this.#tokens);
    const place = this.element.querySelector('.tokens');
    place?.scrollIntoView({ block: 'nearest' });
  }

  toggleCompare(): void {
    if (!this.#shown) return;
    this.#compares = !this.#compares;
    this.#draw();
    this.element.scrollTop = 0;
  }

  /** Opens the score form of the step that has the focus, or of the first. */
  score(): void {
    this.#cards[Math.max(0, this.#step)]?.querySelector<HTMLElement>('.score-button')?.click();
  }

  /** Copies the step that has the focus, or the whole trajectory, as JSON. */
  copy(): void {
    const shown = this.#shown;
    if (!shown) return;
    const focused = this.#cards.findIndex((card) => card.contains(document.activeElement));
    const { strings, connection } = this.#options;
    connection.ask('copy', { file: shown.file, line: shown.line, ...(focused >= 0 ? { step: focused } : {}) })
      .then(() => { this.#said.textContent = focused >= 0 ? say(strings.copiedStep, focused + 1) : strings.copied; }, (error: unknown) => this.#tell(error));
  }

  undo(): void {
    const { strings, connection } = this.#options;
    connection.ask('undo', {}).then((scored) => (scored ? this.#scored(scored, strings.undone) : void (this.#said.textContent = strings.nothingToUndo))).catch((error: unknown) => this.#tell(error));
  }

  redo(): void {
    const { strings, connection } = this.#options;
    connection.ask('redo', {}).then((scored) => (scored ? this.#scored(scored, strings.redone) : void (this.#said.textContent = strings.nothingToRedo))).catch((error: unknown) => this.#tell(error));
  }
}
