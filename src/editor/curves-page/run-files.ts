/** What the curves need of a run, wherever its folder is: on the disk, or in a workspace that is on none. */
import { listCheckpoints } from '../../run/folder/checkpoint-read.ts';
import type { RunHead } from '../../run/folder/reader.ts';
import type { ByteSource } from '../../run/folder/source.ts';
import type { Api } from '../host.ts';
import { isOnDisk } from '../runs/place.ts';
import { headOf } from '../runs/run-elsewhere.ts';
import { sourceIn } from '../runs/source.ts';

export interface RunFiles {
  readonly folder: string;
  /** Throws RunFolderError. */
  head(): Promise<RunHead>;
  source(name: 'metrics.jsonl' | 'resolved.json'): ByteSource;
  /** Iterations with a checkpoint. Only a trainer uses them, and it needs a disk: elsewhere there are none. */
  checkpoints(): Promise<readonly number[]>;
}

export const runFiles = (api: Pick<Api, 'l10n' | 'workspace' | 'Uri'>, folder: string): RunFiles => ({
  folder,
  head: () => headOf(api, folder),
  source: (name) => sourceIn(api, folder, name),
  checkpoints: () => (isOnDisk(folder) ? listCheckpoints(folder) : Promise.resolve([])),
});
