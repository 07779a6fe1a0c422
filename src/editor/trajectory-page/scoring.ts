/** Scoring the trajectories of the file that a page opened: what the page says, kept in the run, and what counts afterwards. */
import type { Asks, Scored } from '../../../webview/trajectory/protocol.ts';
import type { Host } from '../host.ts';
import type { OpenedFile } from './opened-file.ts';
import type { Scores, Target } from './scores.ts';
import { noStep } from './wrong-line.ts';

export class Scoring {
  readonly #host: Host;
  readonly #main: OpenedFile;
  readonly #scores: Scores | string;

  /** @param scores keeps the user's scores, or says for people why none can be kept */
  constructor(host: Host, main: OpenedFile, scores: Scores | string) {
    this.#host = host;
    this.#main = main;
    this.#scores = scores;
  }

  /** Who scores, or for people why nobody can. */
  get who(): { readonly author: string } | { readonly whyNot: string } {
    return typeof this.#scores === 'string' ? { whyNot: this.#scores } : { author: this.#scores.author };
  }

  /** Sets or takes back the user's score. Throws, for people, where there is no such step or no place for scores. */
  async score({ line, step, part, value, reason }: Asks['score']['ask']): Promise<Scored> {
    const { trajectory: { id, steps } } = await this.#main.trajectories.trajectory(line);
    if (step !== null && step >= steps.length) throw noStep(this.#host.api.l10n.t, line, step);
    const scores = this.#kept();
    const current = (await this.#of(id)).find((one) => one.author === scores.author && one.step === step && one.part === part);
    const target = { line, trajectory: id, step, part };
    scores.set(target, value, reason, current);
    return this.#scored(target);
  }

  /** Takes the last change back, or makes the last that was taken back again; null where there is none. */
  async move(kind: 'undo' | 'redo'): Promise<Scored | null> {
    const target = kind === 'undo' ? this.#kept().undo() : this.#kept().redo();
    return target ? this.#scored(target) : null;
  }

  #kept(): Scores {
    if (typeof this.#scores === 'string') throw new Error(this.#scores);
    return this.#scores;
  }

  async #of(id: string): Promise<Scored['scores']> {
    await this.#main.run?.annotations.refresh();
    return (await this.#main.run?.annotations.of(id)) ?? [];
  }

  async #scored({ line, trajectory, step, part }: Target): Promise<Scored> {
    return { line, step, part, scores: await this.#of(trajectory), ...this.#kept().depth };
  }
}
