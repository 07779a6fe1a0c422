/** Keeps the user's scores through the host: set, taken back, undone, done again; with the two buttons that offer the latter. */
import type { Strings } from '../../src/editor/trajectory-page/strings.ts';
import { button } from '../shared/ui.ts';
import type { Connection } from './connection.ts';
import type { Scored, Shown } from './protocol.ts';
import { say } from './say.ts';
import type { Scoring } from './score-form.ts';
import { oneLine } from './text.ts';

export interface ScoreKeepingOptions {
  readonly strings: Strings;
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
    const { undo, redo } = options.strings;
    this.undoButton = button(undo, () => this.undo(), { label: `${undo} (u)` });
    this.redoButton = button(redo, () => this.redo(), { label: `${redo} (U)` });
    this.#offer(0, 0);
  }

  /** What the forms of a trajectory need: one of another file can be read, and not scored. */
  of({ file, line }: Shown): Scoring {
    const { strings, connection, author, whyNot } = this.#options;
    return {
      strings, ...(file === 0 && author !== undefined ? { author } : { whyNot: whyNot ?? strings.scoreHere }),
      score: async (step, part, value, reason) => this.#told(await connection.ask('score', { line, step, part, value, reason }), value === null ? strings.takenBack : strings.kept),
    };
  }

  undo(): void {
    this.#move('undo', this.#options.strings.undone, this.#options.strings.nothingToUndo);
  }

  redo(): void {
    this.#move('redo', this.#options.strings.redone, this.#options.strings.nothingToRedo);
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
    const { strings, changed, tell } = this.#options;
    this.#offer(scored.undo, scored.redo);
    await changed(scored);
    const where = scored.step === null ? strings.wholeTrajectory : say(strings.stepNumber, scored.step + 1);
    tell(`${where}, ${oneLine(scored.part, 60)}: ${said} ${scored.undo > 0 ? strings.undoHint : ''}`);
  }
}
