import { stat } from 'node:fs/promises';
import { runPath } from '../../run/folder/paths.ts';
import type { Api } from '../host.ts';
import { fewAtOnce } from './few-at-once.ts';
import { isOnDisk, lastNameOf, uriOf } from './place.ts';
import { headOf } from './run-elsewhere.ts';
import type { RunEntry } from './store.ts';
import { wordsOf } from '../words-of.ts';

interface Kept {
  /** Time and size of the run.json that was read. */
  readonly stamp: string;
  readonly entry: RunEntry;
}

/** Heads of runs, each read again only after its run.json was replaced. */
export class Heads {
  readonly #api: Api;
  readonly #kept = new Map<string, Kept>();
  readonly #turn = fewAtOnce(16);

  constructor(api: Api) {
    this.#api = api;
  }

  /** The head of a run, or why it cannot be read; undefined for a folder without run.json, which is none or not one yet. */
  read(folder: string): Promise<RunEntry | undefined> {
    return this.#turn(async () => {
      const stamp = await stampOf(this.#api, folder);
      if (stamp === undefined) {
        this.#kept.delete(folder);
        return undefined;
      }
      const kept = this.#kept.get(folder);
      // Whether a running run's writer still lives shows in no file.
      const isSettled = kept?.entry.kind === 'unreadable' || (kept?.entry.kind === 'run' && kept.entry.head.run.status !== 'running');
      if (kept && kept.stamp === stamp && isSettled) return kept.entry;
      const entry = await headOf(this.#api, folder).then(
        (head): RunEntry => ({ kind: 'run', folder, head }),
        (error: unknown): RunEntry => ({ kind: 'unreadable', folder, why: wordsOf(error, this.#api.l10n.t) }),
      );
      this.#kept.set(folder, { stamp, entry });
      return entry;
    });
  }
}

async function stampOf(api: Api, folder: string): Promise<string | undefined> {
  try {
    if (!isOnDisk(folder)) {
      const { mtime, size } = await api.workspace.fs.stat(uriOf(api, folder, 'run.json'));
      return `${mtime} ${size}`;
    }
    const { mtimeMs, size } = await stat(runPath.run(folder));
    return `${mtimeMs} ${size}`;
  } catch {
    return undefined;
  }
}

/** Newest first; what cannot be read by its folder's name, which begins with the time too. */
export function newestFirst(a: RunEntry, b: RunEntry): number {
  const [one, other] = [lastNameOf(a.folder), lastNameOf(b.folder)];
  return one < other ? 1 : one > other ? -1 : 0;
}
