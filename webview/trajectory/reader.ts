/** One trajectory, whole: its task, what it earned, its steps, its tokens; and all that can be done with it. */
import type { Strings } from '../../src/editor/trajectory-page/strings.ts';
import { el, fill } from '../shared/dom.ts';
import { button } from '../shared/ui.ts';
import { comparison } from './compare.ts';
import type { Connection } from './connection.ts';
import { provenance, toolList } from './detail.ts';
import { maskStrip } from './mask.ts';
import { episodeBadges, isFailure } from './outcome.ts';
import type { OtherFile, Scored, Shown } from './protocol.ts';
import { rewardMatrix } from './rewards.ts';
import { say } from './say.ts';
import { ScoreKeeping } from './score-keeping.ts';
import { wholeScores } from './scored.ts';
import { partsOf, restOf } from './shown-parts.ts';
import { stepCard, type StepParts } from './step.ts';
import { oneLine, textBlock } from './text.ts';
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
  readonly #scores: ScoreKeeping;
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
    this.#scores = new ScoreKeeping({ ...options, changed: (scored) => this.#scored(scored), tell: (text) => { this.#said.textContent = text; } });
    this.#bar = el('div', { class: 'reader-bar', role: 'toolbar', 'aria-label': strings.actions },
      press(strings.previousFailed, 'b', () => this.failed(-1)), press(strings.nextFailed, 'n', () => this.failed(1)),
      press(strings.tokens, 't', () => this.toggleTokens()), press(strings.compare, 'm', () => this.toggleCompare()), press(strings.copy, 'c', () => this.copy()),
      this.#scores.undoButton, this.#scores.redoButton, this.#said);
    this.element = el('section', { class: 'reader', 'aria-label': strings.trajectory, tabindex: -1 }, this.#bar, this.#content);
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
      if (!keepPlace) this.#step = -1;
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
    this.#cards = [];
    fill(this.#content, said);
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
        el('div', { class: 'query' }, textBlock(trajectory.query, strings.query, restOf(shown, this.#options.connection, 'query'))),
        el('p', { class: 'small muted' }, provenance(trajectory))),
      lacks.length > 0 && el('p', { class: 'small muted lacks' }, say(strings.lacks, lacks.slice(0, 12).join(', '))),
      toolList(trajectory), maskStrip(trajectory.steps, choose), rewardMatrix(trajectory.steps, choose),
      wholeScores(shown.scores.filter(({ step }) => step === null), this.#scores.of(shown)), tokens,
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

  /** Opens the score form of the trajectory as a whole. */
  scoreWhole(): void {
    this.element.querySelector<HTMLElement>('.whole .score-button')?.click();
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
    this.#scores.undo();
  }

  redo(): void {
    this.#scores.redo();
  }
}
