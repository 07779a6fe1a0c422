import { RunReader } from '../../run/folder/reader.ts';
import { TrajectoryIndex } from '../../run/folder/trajectory-index.ts';
import type { Api } from '../host.ts';
import { Listeners } from './listeners.ts';
import { isOnDisk } from './place.ts';
import { headOf, RunElsewhere, type Reader } from './run-elsewhere.ts';
import { sourceIn } from './source.ts';
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

  constructor(api: Api, readonly reader: Reader) {
    this.trajectories = new TrajectoryIndex(sourceIn(api, reader.head.folder, 'trajectories.jsonl'), () => {
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
  readonly #api: Api;
  readonly #open = new Map<string, Promise<Shared>>();

  constructor(api: Api) {
    this.#api = api;
  }

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
    const opening = headOf(this.#api, folder).then(async (head) => {
      const shared = new Shared(this.#api, isOnDisk(folder) ? new RunReader(head) : new RunElsewhere(this.#api, head));
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
