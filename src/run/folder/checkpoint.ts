/**
 * Writing checkpoints: `checkpoints/<iteration>/` with `weights.safetensors`, `optimizer.safetensors` and `state.json`.
 * A checkpoint is made in a folder beside, synced and renamed, so that one with a number for a name is always whole.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { HostTensors } from '../../compute/engine.ts';
import { refuseLink } from './appender.ts';
import { isTemporary, rename, temporaryBeside, writeNew } from './atomic.ts';
import type { Disk } from './disk.ts';
import { attempt, bestEffort } from './errors.ts';
import { toStored } from './host-tensors.ts';
import { formatVersion, iterationOf, runPath } from './paths.ts';
import { encodeSafetensors } from './safetensors.ts';

/** Sizes in bytes of the files that a resumed run cuts back to. */
export interface FileSizes {
  readonly metrics: number;
  readonly trajectories: number;
  readonly annotations: number;
}

/** A JSON value in which every number is finite: what a checkpoint's state may hold. */
export type State = null | boolean | number | string | readonly State[] | { readonly [key: string]: State };

/** What the trainer gives to be kept. */
export interface CheckpointContent {
  /** The last completed iteration; 0 is the state before the first. */
  readonly iteration: number;
  readonly weights: HostTensors;
  readonly optimizer: HostTensors;
  /** Generators, cursors, coefficients: all that the next iteration depends on beside the tensors. */
  readonly state: State;
  /** Text for the header of `weights.safetensors`, for instance the architecture. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Which checkpoints stay: the newest `keep` (at least 1), and all that are `pinned`. */
export interface Retention {
  readonly keep: number;
  readonly pinned?: (iteration: number) => boolean;
}

export const checkpointFiles = { weights: 'weights.safetensors', optimizer: 'optimizer.safetensors', state: 'state.json' } as const;

/** The content of `state.json`. */
export interface StateJson {
  readonly formatVersion: number;
  readonly iteration: number;
  /** The other files of the checkpoint, by name. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
  readonly sizes: FileSizes;
  readonly state: State;
}

/** JSON as usual, but a number that is not finite throws: as null it would come back as something else. */
function strictJson(value: StateJson): string {
  const refuse = (key: string, item: unknown): unknown => {
    if (typeof item === 'number' && !Number.isFinite(item)) throw new RangeError(`"${key}" of the checkpoint's state is ${item}; a checkpoint cannot hold that.`);
    return item;
  };
  return `${JSON.stringify(value, refuse, 2)}\n`;
}

/** Puts a finished folder under its name. One already there is moved aside first and removed last, so that one always exists. */
function install(disk: Disk, temporary: string, target: string): void {
  if (disk.entry(target)) {
    const old = `${target}.old`;
    if (disk.entry(old)) disk.removeFolder(old);
    rename(disk, target, old);
    rename(disk, temporary, target);
    bestEffort(() => disk.removeFolder(old));
  } else {
    rename(disk, temporary, target);
  }
}

/** Writes a checkpoint; on return it is on the disk. Throws RunFolderError and leaves no trace of it. */
export function writeCheckpoint(disk: Disk, folder: string, content: CheckpointContent, sizes: FileSizes): void {
  const target = runPath.checkpoint(folder, content.iteration);
  const tensors = {
    [checkpointFiles.weights]: encodeSafetensors(toStored(content.weights), { ...content.metadata, format: 'steptool' }),
    [checkpointFiles.optimizer]: encodeSafetensors(toStored(content.optimizer)),
  };
  const files = Object.fromEntries(
    Object.entries(tensors).map(([name, parts]) => {
      const hash = createHash('sha256');
      for (const part of parts) hash.update(part);
      return [name, { bytes: parts.reduce((sum, part) => sum + part.length, 0), sha256: hash.digest('hex') }];
    }),
  );
  const state = strictJson({ formatVersion, iteration: content.iteration, files, sizes, state: content.state });
  const what = { doing: `write the checkpoint of iteration ${content.iteration}`, path: target, safe: 'Earlier checkpoints and all committed lines are safe.' };
  attempt(what, () => {
    refuseLink(disk, runPath.checkpoints(folder), 'folder');
    const temporary = temporaryBeside(target);
    try {
      disk.makeFolder(temporary);
      for (const [name, parts] of Object.entries(tensors)) writeNew(disk, join(temporary, name), parts);
      writeNew(disk, join(temporary, checkpointFiles.state), [new TextEncoder().encode(state)]);
      disk.syncFolder(temporary);
      install(disk, temporary, target);
    } catch (error) {
      bestEffort(() => disk.removeFolder(temporary));
      throw error;
    }
    disk.syncFolder(runPath.checkpoints(folder));
  });
}

/** Removes the checkpoints that need not stay. Returns those that could not be removed. */
export function pruneCheckpoints(disk: Disk, folder: string, { keep, pinned }: Retention): number[] {
  const all = disk
    .list(runPath.checkpoints(folder))
    .map((name) => iterationOf(name))
    .filter((iteration) => iteration !== undefined)
    .sort((a, b) => b - a);
  const surplus = all.slice(Math.max(1, keep)).filter((iteration) => !pinned?.(iteration));
  return surplus.filter((iteration) => {
    try {
      // Renamed first: a folder that is half removed must not have a number for a name.
      const doomed = temporaryBeside(runPath.checkpoint(folder, iteration));
      rename(disk, runPath.checkpoint(folder, iteration), doomed);
      disk.removeFolder(doomed);
      return false;
    } catch {
      return true;
    }
  });
}

/** Puts a checkpoints folder in order after a crash: half-written ones go, one that was being replaced comes back. */
export function repairCheckpoints(disk: Disk, folder: string): void {
  const checkpoints = runPath.checkpoints(folder);
  refuseLink(disk, checkpoints, 'folder');
  if (!disk.entry(checkpoints)) disk.makeFolder(checkpoints);
  for (const name of disk.list(checkpoints)) {
    const path = join(checkpoints, name);
    if (isTemporary(name)) {
      disk.removeFolder(path);
    } else if (iterationOf(name, '.old') !== undefined) {
      const current = path.slice(0, -'.old'.length);
      if (disk.entry(current)) disk.removeFolder(path);
      else rename(disk, path, current);
    }
  }
}
