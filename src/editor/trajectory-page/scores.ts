/** A person's scores of a run, with undo: each change is a line appended to `annotations.jsonl`, and so is what undoes it. */
import type { Annotation } from '../../run/folder/lines.ts';
import { humanAuthor } from '../../run/folder/lines.ts';

/** One change: what the score was before and after; undefined is no score. */
interface Change {
  readonly line: number;
  readonly before: Annotation;
  readonly after: Annotation;
}

/** What is scored. */
export interface Target {
  /** Of the file; so that an undo can show it. */
  readonly line: number;
  readonly trajectory: string;
  readonly step: number | null;
  readonly part: string;
}

/** A person's name as an author: one line, at most 60 characters. */
export const authorOf = (name: string): string => `${humanAuthor}${name.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim().slice(0, 60) || 'unnamed'}`;

/** Undo and redo of scores, as long as the page is open. `append` writes lines and throws for people if it cannot. */
export class Scores {
  readonly author: string;
  readonly #append: (scores: readonly Annotation[]) => void;
  readonly #now: () => Date;
  #done: Change[] = [];
  #undone: Change[] = [];

  constructor(author: string, append: (scores: readonly Annotation[]) => void, now: () => Date = () => new Date()) {
    this.author = author;
    this.#append = append;
    this.#now = now;
  }

  /** How many changes can be undone, and how many redone. */
  get depth(): { readonly undo: number; readonly redo: number } {
    return { undo: this.#done.length, redo: this.#undone.length };
  }

  /**
   * Scores, or with a null value takes the score back.
   * @param current the author's score that counted until now, if any
   */
  set(target: Target, value: number | null, reason: string, current: Annotation | undefined): void {
    const { line, trajectory, step, part } = target;
    const at = { trajectory, step, part, author: this.author };
    const after: Annotation = { ...at, value, ...(reason === '' ? {} : { reason }) };
    this.#write(after);
    this.#done.push({ line, before: current ?? { ...at, value: null }, after });
    this.#undone = [];
  }

  /** Takes the last change back. Gives where it was; undefined if there is none. */
  undo(): Target | undefined {
    return this.#move(this.#done, this.#undone, 'before');
  }

  /** Makes the last change that was undone again. */
  redo(): Target | undefined {
    return this.#move(this.#undone, this.#done, 'after');
  }

  #move(from: Change[], to: Change[], side: 'before' | 'after'): Target | undefined {
    const change = from.at(-1);
    if (!change) return undefined;
    this.#write(change[side]);
    to.push(from.pop()!);
    const { trajectory, step, part } = change.after;
    return { line: change.line, trajectory, step, part };
  }

  #write(score: Annotation): void {
    this.#append([{ ...score, at: this.#now().toISOString() }]);
  }
}
