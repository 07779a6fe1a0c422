/** The step that the reader is at, and how they move from one to the next. */
import type { Step } from '../../src/world/trajectory.ts';
import { isFailure } from './outcome.ts';

export class StepCursor {
  #steps: readonly Step[] = [];
  #cards: readonly HTMLElement[] = [];
  #at = -1;

  /** The cards that are drawn now; the reader stays at the step they were at. */
  draw(steps: readonly Step[], cards: readonly HTMLElement[]): void {
    this.#steps = steps;
    this.#cards = cards;
  }

  /** The reader is at no step. */
  reset(): void {
    this.#at = -1;
  }

  /** Index of the step that has the focus within it; -1 for none. */
  get focused(): number {
    return this.#cards.findIndex((card) => card.contains(document.activeElement));
  }

  /** The card of the step that the reader is at, or the first. */
  get card(): HTMLElement | undefined {
    return this.#cards[Math.max(0, this.#at)];
  }

  /** Puts the focus on a step. */
  goTo(index: number): void {
    const card = this.#cards[index];
    if (!card) return;
    this.#at = index;
    card.scrollIntoView({ block: 'nearest' });
    card.focus({ preventScroll: true });
  }

  /** Moves by steps, or onto the first. */
  move(by: 1 | -1): void {
    this.goTo(Math.max(0, Math.min(this.#cards.length - 1, this.#at + by)));
  }

  /** Goes to the next or previous step that failed; false if there is none. */
  toFailed(by: 1 | -1): boolean {
    const steps = this.#cards.length > 0 ? this.#steps : [];
    for (let index = (this.#at < 0 && by < 0 ? steps.length : this.#at) + by; index >= 0 && index < steps.length; index += by) {
      if (!isFailure(steps[index].toolOutcome)) continue;
      this.goTo(index);
      return true;
    }
    return false;
  }
}
