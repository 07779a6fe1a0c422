/** One trajectory, whole: its task, what it earned, its steps, its tokens; and all that can be done with it. */
import { el, fill } from '../shared/dom.ts';
import { button } from '../shared/ui.ts';
import { comparison } from './compare.ts';
import type { Connection } from './connection.ts';
import { trajectoryDetail } from './detail.ts';
import type { OtherFile, Scored, Shown } from './protocol.ts';
import { ScoreKeeping } from './score-keeping.ts';
import { wholeScores } from './scored.ts';
import { partsOf, restOf } from './shown-parts.ts';
import { StepCursor } from './step-cursor.ts';
import type { StepParts } from './step.ts';
import { say } from './strings.ts';
import { oneLine } from './text.ts';
import { fillTokens } from './token-place.ts';
import type { Colouring } from './token-view.ts';

export interface ReaderOptions {
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
  readonly #scores: ScoreKeeping;
  readonly #content = el('div', { class: 'reader-content' });
  readonly #others: OtherFile[] = [];
  readonly #cursor = new StepCursor();
  #shown: Shown | undefined;
  #tokens: Colouring | undefined;
  #asked = 0;
  #compares = false;

  constructor(options: ReaderOptions, tokens: Colouring | undefined) {
    this.#options = options;
    this.#tokens = tokens;
    const press = (text: string, key: string, action: () => void): HTMLElement => button(text, action, { label: `${text} (${key})` });
    this.#scores = new ScoreKeeping({ ...options, changed: (scored) => this.#scored(scored), tell: (text) => { this.#said.textContent = text; } });
    this.#bar = el('div', { class: 'reader-bar', role: 'toolbar', 'aria-label': say('actions') },
      press(say('previousFailed'), 'b', () => this.failed(-1)), press(say('nextFailed'), 'n', () => this.failed(1)),
      press(say('tokens'), 't', () => this.toggleTokens()), press(say('compare'), 'm', () => this.toggleCompare()), press(say('copy'), 'c', () => this.copy()),
      this.#scores.undoButton, this.#scores.redoButton, this.#said);
    this.element = el('section', { class: 'reader', 'aria-label': say('trajectory'), tabindex: -1 }, this.#bar, this.#content);
  }

  get line(): number | undefined {
    return this.#shown?.line;
  }

  /** Whether a score is being typed. */
  get isScoring(): boolean {
    return this.element.querySelector('.score-form') !== null;
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
      if (!keepPlace) this.#cursor.reset();
      this.#options.changed(line, this.#tokens);
    } catch (error) {
      if (question === this.#asked) this.#empty(el('p', { class: 'problem', role: 'alert' }, error instanceof Error ? error.message : String(error)));
    }
  }

  /** Says why a line has no trajectory. */
  showProblem(why: string): void {
    this.#empty(el('p', { class: 'problem' }, oneLine(why, 500)));
  }

  /** Shows nothing, and says what to do. */
  clear(why: string): void {
    this.#empty(el('p', { class: 'muted empty' }, why));
  }

  #empty(said: HTMLElement): void {
    this.#asked++;
    this.#shown = undefined;
    this.#cursor.draw([], []);
    fill(this.#content, said);
  }

  #draw(): void {
    const shown = this.#shown;
    if (!shown) return;
    const { connection, name, changed } = this.#options;
    if (this.#compares) {
      this.#cursor.draw([], []);
      fill(this.#content, comparison(shown, name, this.#others, {
        connection, parts: (one) => this.#parts(one), failed: (error) => this.#tell(error), close: () => this.toggleCompare(),
      }));
      return;
    }
    const { trajectory, lacks } = shown;
    const tokens = el('div', {});
    const { element, cards } = trajectoryDetail(trajectory, (index) => this.goToStep(index), {
      rest: restOf(shown, connection, 'query'), lacks, steps: this.#parts(shown),
      between: [wholeScores(shown.scores.filter(({ step }) => step === null), this.#scores.of(shown)), tokens],
    });
    this.#cursor.draw(trajectory.steps, cards);
    fill(this.#content, element);
    if (this.#tokens) void fillTokens(tokens, shown, this.#tokens, {
      connection, isShown: () => shown === this.#shown, recoloured: (to) => { this.#tokens = to; changed(shown.line, to); },
    });
  }

  #parts(shown: Shown): StepParts {
    return partsOf(shown, this.#options.connection, this.#scores.of(shown));
  }

  async #scored({ line, step, scores }: Scored): Promise<void> {
    if (this.#shown?.line !== line) await this.show(line);
    else {
      const scroll = this.element.scrollTop;
      this.#shown = { ...this.#shown, scores };
      this.#draw();
      this.element.scrollTop = scroll;
    }
    if (step === null) this.element.querySelector<HTMLElement>('.whole .score-button')?.focus();
    else this.goToStep(step);
  }

  #tell(error: unknown): void {
    this.#said.textContent = error instanceof Error ? error.message : String(error);
  }

  /** Puts the focus on a step. */
  goToStep(index: number): void {
    this.#cursor.goTo(index);
  }

  /** Moves by steps, or onto the first. */
  step(by: 1 | -1): void {
    this.#cursor.move(by);
  }

  /** Goes to the next or previous step that failed. */
  failed(by: 1 | -1): void {
    if (this.#compares || this.#cursor.toFailed(by)) return;
    this.#said.textContent = say(by > 0 ? 'noNextFailed' : 'noPreviousFailed');
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
    this.#cursor.card?.querySelector<HTMLElement>('.score-button')?.click();
  }

  /** Opens the score form of the trajectory as a whole. */
  scoreWhole(): void {
    this.element.querySelector<HTMLElement>('.whole .score-button')?.click();
  }

  /** Copies the step that has the focus, or the whole trajectory, as JSON. */
  copy(): void {
    const shown = this.#shown;
    if (!shown) return;
    const { focused } = this.#cursor;
    this.#options.connection.ask('copy', { file: shown.file, line: shown.line, ...(focused >= 0 ? { step: focused } : {}) })
      .then(() => { this.#said.textContent = focused >= 0 ? say('copiedStep', focused + 1) : say('copied'); }, (error: unknown) => this.#tell(error));
  }

  undo(): void {
    this.#scores.undo();
  }

  redo(): void {
    this.#scores.redo();
  }
}
