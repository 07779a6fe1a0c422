/** Keeps the last few results; a repeated key is the newest again. */
export class Recent<T> {
  readonly #most: number;
  readonly #items = new Map<number, T>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: number): T | undefined {
    const found = this.#items.get(key);
    if (found !== undefined) this.set(key, found);
    return found;
  }

  set(key: number, item: T): void {
    this.#items.delete(key);
    this.#items.set(key, item);
    for (const oldest of this.#items.keys()) if (this.#items.size > this.#most) this.#items.delete(oldest);
  }

  clear(): void {
    this.#items.clear();
  }
}
