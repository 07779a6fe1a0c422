import { runPath } from '../../run/folder/paths.ts';
import { readHead, RunReader } from '../../run/folder/reader.ts';
import { fileSource } from '../../run/folder/source.ts';
import { TrajectoryIndex } from '../../run/folder/trajectory-index.ts';
import { Listeners } from './listeners.ts';
import type { OpenRun } from './store.ts';

/** Milliseconds between two tellings that more trajectories are indexed. */
const pace = 100;

/** A run that someone has open: one reader and one index for all of them. */
class Shared {
  users = 0;
  readonly grew = new Listeners<void>();
  readonly trajectories: TrajectoryIndex;
  #indexing: Promise<void> = Promise.resolve();
  #told = 0;

  constructor(readonly reader: RunReader) {
    this.trajectories = new TrajectoryIndex(fileSource(runPath.trajectories(reader.folder)), () => {
      const now = performance.now();
      if (now - this.#told < pace) return;
      this.#told = now;
      this.grew.fire();
    });
  }

  indexed = (): Promise<void> => this.#indexing;

  /** Looks at the files again. Resolves before the trajectories are indexed. Throws RunFolderError and Node's errors. */
  async refresh(): Promise<void> {
    await this.reader.refresh({ trajectories: false });
    this.#indexing = this.trajectories.refresh().then(() => this.grew.fire());
    this.#indexing.catch(() => {}); // whoever waits for it hears of it
  }
}

/** The runs that are open, each shared by all who opened it. */
export class OpenRuns {
  readonly #open = new Map<string, Promise<Shared>>();

  /** Opens a run, or shares it. Throws RunFolderError. */
  async open(folder: string): Promise<OpenRun> {
    const opening = this.#open.get(folder) ?? this.#start(folder);
    const shared = await opening;
    shared.users++;
    let isMine = true;
    const { reader, trajectories, indexed, grew } = shared;
    return {
      folder, reader, trajectories, indexed, onDidGrow: grew.event,
      dispose: () => {
        if (!isMine) return;
        isMine = false;
        shared.users--;
        if (shared.users === 0 && this.#open.get(folder) === opening) this.#open.delete(folder);
      },
    };
  }

  #start(folder: string): Promise<Shared> {
    const opening = readHead(folder).then(async (head) => {
      const shared = new Shared(new RunReader(head));
      await shared.refresh();
      return shared;
    });
    this.#open.set(folder, opening);
    opening.catch(() => this.#open.delete(folder));
    return opening;
  }

  get folders(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** Looks at an open run's files again and tells those who have it open. A run that is gone stays as it was read. */
  async refresh(folder: string): Promise<void> {
    const shared = await this.#open.get(folder)?.catch(() => undefined);
    await shared?.refresh().then(() => shared.grew.fire(), () => shared.grew.fire());
  }

  clear(): void {
    this.#open.clear();
  }
}
