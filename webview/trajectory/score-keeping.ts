/** Keeps the user's scores through the host: set, taken back, undone, done again; with the two buttons that offer the latter. */
import { button } from '../shared/ui.ts';
import type { Connection } from './connection.ts';
import type { Scored, Shown } from './protocol.ts';
import type { Scoring } from './score-form.ts';
import { say } from './strings.ts';
import { oneLine } from './text.ts';

export interface ScoreKeepingOptions {
  readonly connection: Connection;
  readonly author?: string;
  readonly whyNot?: string;
  /** A score changed: shows it. */
  readonly changed: (scored: Scored) => Promise<void>;
  readonly tell: (text: string) => void;
}

export class ScoreKeeping {
  readonly undoButton: HTMLElement;
  readonly redoButton: HTMLElement;
  readonly #options: ScoreKeepingOptions;

  constructor(options: ScoreKeepingOptions) {
    this.#options = options;
    this.undoButton = button(say('undo'), () => this.undo(), { label: `${say('undo')} (u)` });
    this.redoButton = button(say('redo'), () => this.redo(), { label: `${say('redo')} (U)` });
    this.#offer(0, 0);
  }

  /** What the forms of a trajectory need: one of another file can be read, and not scored. */
  of({ file, line }: Shown): Scoring {
    const { connection, author, whyNot } = this.#options;
    return {
      ...(file === 0 && author !== undefined ? { author } : { whyNot: whyNot ?? say('scoreHere') }),
      score: async (step, part, value, reason) => this.#told(await connection.ask('score', { line, step, part, value, reason }), value === null ? say('takenBack') : say('kept')),
    };
  }

  undo(): void {
    this.#move('undo', say('undone'), say('nothingToUndo'));
  }

  redo(): void {
    this.#move('redo', say('redone'), say('nothingToRedo'));
  }

  #move(kind: 'undo' | 'redo', said: string, nothing: string): void {
    const { connection, tell } = this.#options;
    connection.ask(kind, {}).then((scored) => (scored ? this.#told(scored, said) : tell(nothing)))
      .catch((error: unknown) => tell(error instanceof Error ? error.message : String(error)));
  }

  #offer(undo: number, redo: number): void {
    this.undoButton.hidden = undo === 0;
    this.redoButton.hidden = redo === 0;
  }

  async #told(scored: Scored, said: string): Promise<void> {
    const { changed, tell } = this.#options;
    this.#offer(scored.undo, scored.redo);
    await changed(scored);
    const where = scored.step === null ? say('wholeTrajectory') : say('stepNumber', scored.step + 1);
    tell(`${where}, ${oneLine(scored.part, 60)}: ${said} ${scored.undo > 0 ? say('undoHint') : ''}`);
  }
}
