/** The lines that pass a filter, found in the background: what is found can be shown at once, and new lines are looked at as they come. */
import type { ListFilter } from '../../../webview/trajectory/protocol.ts';
import { firstLineOf } from './iterations.ts';
import { isEmpty, testOf } from './search.ts';
import type { TrajectoryFile } from './trajectory-file.ts';

export class Selection {
  readonly filter: ListFilter;
  readonly #file: TrajectoryFile;
  readonly #test: ((bytes: Uint8Array) => boolean) | undefined;
  readonly #found: number[] = [];
  #looked = 0;
  #looking: Promise<void> | undefined;
  #stopped = false;

  constructor(file: TrajectoryFile, filter: ListFilter) {
    this.#file = file;
    this.filter = filter;
    this.#test = isEmpty(filter) ? undefined : testOf(filter);
  }

  /** Rows so far. */
  get count(): number {
    return this.#test ? this.#found.length : this.#file.count;
  }

  /** Lines looked at. */
  get looked(): number {
    return this.#test ? this.#looked : this.#file.count;
  }

  get looking(): boolean {
    return this.#looking !== undefined;
  }

  /** The line of each row asked for, as far as there are. */
  lines(from: number, count: number): number[] {
    const end = Math.min(this.count, from + count);
    return Array.from({ length: Math.max(0, end - from) }, (_, i) => (this.#test ? this.#found[from + i] : from + i));
  }

  /** Looks at the lines that were not looked at yet; `progress` hears now and then. Calls that overlap share the work. */
  look(progress: () => void): Promise<void> {
    if (!this.#test || this.#stopped) return Promise.resolve();
    const test = this.#test;
    this.#looking ??= (async () => {
      let heard = 0;
      if (this.#looked === 0 && this.filter.iteration !== undefined) this.#looked = await firstLineOf(this.#file, this.filter.iteration);
      while (this.#looked < this.#file.count && !this.#stopped) {
        const until = this.#looked + 2000;
        this.#looked = await this.#file.scan(this.#looked, (line, bytes) => {
          if (test(bytes)) this.#found.push(line);
          return line + 1 < until && !this.#stopped;
        });
        if (this.#found.length > heard || this.#looked % 10_000 < 2000) progress();
        heard = this.#found.length;
      }
    })().finally(() => { this.#looking = undefined; });
    return this.#looking;
  }

  /** No more is looked for: the page has another filter, or is gone. */
  stop(): void {
    this.#stopped = true;
  }
}
