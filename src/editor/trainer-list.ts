/** What this window has the command line do at the moment: the one place where views and commands look it up. */
import type * as vscode from 'vscode';
import { Listeners } from './runs/listeners.ts';
import type { Trainer } from './trainer-process.ts';

/** One running command line and how far it is. Changed by {@link Trainings.change} only. */
export interface Training {
  /** What it does, for instance `Training a.steptool.json`. */
  readonly title: string;
  /** Whether it writes a run; evaluating and rolling out write nothing, and stopping them loses nothing that lasts. */
  readonly writes: boolean;
  readonly trainer: Trainer;
  /** The run's folder, once it is known. */
  readonly folder?: string;
  readonly iteration: number;
  /** 0 while unknown. */
  readonly iterations: number;
  /** What it is doing now. */
  readonly message: string;
  readonly stopping: 'no' | 'gently' | 'now';
}

export class Trainings {
  readonly #all = new Map<Trainer, Training>();
  readonly #changed = new Listeners<void>();
  /** Told after each change. */
  readonly onDidChange = (listener: () => void): vscode.Disposable => this.#changed.event(listener);

  /** In the order in which they were started. */
  get all(): readonly Training[] {
    return [...this.#all.values()];
  }

  /** The one that writes a run. */
  ofRun(folder: string): Training | undefined {
    return this.all.find((each) => each.folder === folder);
  }

  start(title: string, trainer: Trainer, writes: boolean): void {
    this.#all.set(trainer, { title, trainer, writes, iteration: 0, iterations: 0, message: '', stopping: 'no' });
    this.#changed.fire();
  }

  change(trainer: Trainer, changes: Partial<Omit<Training, 'trainer'>>): void {
    const training = this.#all.get(trainer);
    if (!training) return;
    this.#all.set(trainer, { ...training, ...changes });
    this.#changed.fire();
  }

  end(trainer: Trainer): void {
    if (this.#all.delete(trainer)) this.#changed.fire();
  }

  /** Lets all of them go, as when the window closes: what writes a run then stops gently by itself. */
  release(): void {
    for (const { trainer } of this.all) trainer.release();
  }
}
