import type * as vscode from 'vscode';

/** Those who want to hear of something, until they are disposed. `event` has the form of the editor's own events. */
export class Listeners<T> {
  readonly #all = new Set<{ readonly hear: (value: T) => unknown }>();
  readonly event = (hear: (value: T) => unknown): vscode.Disposable => {
    const listener = { hear }; // an own object each: the same function may listen twice
    this.#all.add(listener);
    return { dispose: () => void this.#all.delete(listener) };
  };

  get size(): number {
    return this.#all.size;
  }

  /** Tells everyone who listens now. */
  fire(value: T): void {
    for (const { hear } of [...this.#all]) hear(value);
  }
}
