import { stat } from 'node:fs/promises';
import { runPath } from '../../run/folder/paths.ts';
import { readHead } from '../../run/folder/reader.ts';
import { fewAtOnce } from './few-at-once.ts';
import type { RunEntry } from './store.ts';

interface Kept {
  /** Time and size of the run.json that was read. */
  readonly stamp: string;
  readonly entry: RunEntry;
}

/** Heads of runs, each read again only after its run.json was replaced. */
export class Heads {
  readonly #kept = new Map<string, Kept>();
  readonly #turn = fewAtOnce(16);

  /** The head of a run, or why it cannot be read; undefined for a folder without run.json, which is none or not one yet. */
  read(folder: string): Promise<RunEntry | undefined> {
    return this.#turn(async () => {
      const stamp = await stampOf(folder);
      if (stamp === undefined) {
        this.#kept.delete(folder);
        return undefined;
      }
      const kept = this.#kept.get(folder);
      // Whether a running run's writer still lives shows in no file.
      const isSettled = kept?.entry.kind === 'unreadable' || (kept?.entry.kind === 'run' && kept.entry.head.run.status !== 'running');
      if (kept && kept.stamp === stamp && isSettled) return kept.entry;
      const entry = await readHead(folder).then(
        (head): RunEntry => ({ kind: 'run', folder, head }),
        (error: unknown): RunEntry => ({ kind: 'unreadable', folder, why: error instanceof Error ? error.message : String(error) }),
      );
      this.#kept.set(folder, { stamp, entry });
      return entry;
    });
  }
}

async function stampOf(folder: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size } = await stat(runPath.run(folder));
    return `${mtimeMs} ${size}`;
  } catch {
    return undefined;
  }
}

/** Newest first; what cannot be read by its folder's name, which begins with the time too. */
export function newestFirst(a: RunEntry, b: RunEntry): number {
  const key = (entry: RunEntry): string => entry.folder.split(/[\\/]/).at(-1) ?? '';
  return key(a) < key(b) ? 1 : key(a) > key(b) ? -1 : 0;
}
