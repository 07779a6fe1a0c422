import { join, resolve } from 'node:path';
import { refuseLink } from './appender.ts';
import { writeNew } from './atomic.ts';
import { nodeDisk } from './disk.ts';
import type { Disk } from './disk.ts';
import { attempt, bestEffort, systemCode } from './errors.ts';
import type { Attempt } from './errors.ts';
import { takeLock } from './lock.ts';
import type { Lock } from './lock.ts';
import { folderName, formatVersion, newRunId, runPath } from './paths.ts';
import { writeRunJson } from './run-json.ts';
import type { RunJson } from './run-json.ts';
import { RunWriter, sha256 } from './writer.ts';

export interface NewRun {
  /** The folder that holds all runs; made when missing. */
  readonly root: string;
  readonly experimentName: string;
  /** Where the experiment file was read from, for people. */
  readonly experimentPath: string;
  /** The experiment file, byte for byte. */
  readonly experimentText: Uint8Array;
  /** The experiment with every default filled in. */
  readonly resolved: object;
  readonly seeds: RunJson['seeds'];
  readonly engine: RunJson['engine'];
  readonly versions: RunJson['versions'];
  readonly now?: () => Date;
  readonly disk?: Disk;
  /** Makes run ids; for tests. */
  readonly newId?: (now: Date) => string;
}

/** Makes a folder and those above it that are missing. */
function makeFolders(disk: Disk, path: string): void {
  if (disk.entry(path)) return;
  const parent = resolve(path, '..');
  if (parent !== path) makeFolders(disk, parent);
  try {
    disk.makeFolder(path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error; // Another process was faster.
  }
}

/** Makes a folder that nobody else has, trying further ids when one is taken. */
function makeRunFolder(disk: Disk, parent: string, newId: () => string, what: Attempt): { id: string; folder: string } {
  return attempt(what, () => {
    makeFolders(disk, parent);
    refuseLink(disk, parent, 'folder');
    for (let tries = 0; ; tries++) {
      const id = newId();
      const folder = join(parent, id);
      try {
        disk.makeFolder(folder);
        return { id, folder };
      } catch (error) {
        if (systemCode(error) !== 'EEXIST' || tries >= 64) throw error;
      }
    }
  });
}

/**
 * Makes the folder of a new run, `<root>/<name>/<id>`, and opens it for writing. `run.json` is written last: a folder
 * without one is no run. Throws RunFolderError and removes what it made.
 */
export function createRun(options: NewRun): RunWriter {
  const { root, experimentName, experimentPath, experimentText, resolved, seeds, engine, versions } = options;
  const { now = () => new Date(), disk = nodeDisk, newId = newRunId } = options;
  const parent = join(resolve(root), folderName(experimentName));
  const what = { doing: 'create the run folder', path: parent, safe: 'Other runs are untouched.' };
  const start = now();
  const { id, folder } = makeRunFolder(disk, parent, () => newId(start), what);
  let lock: Lock | undefined;
  let writer: RunWriter | undefined;
  try {
    lock = takeLock(disk, folder, start);
    attempt(what, () => {
      disk.syncFolder(parent);
      writeNew(disk, runPath.experiment(folder), [experimentText]);
      writeNew(disk, runPath.resolved(folder), [new TextEncoder().encode(`${JSON.stringify(resolved, null, 2)}\n`)]);
      disk.makeFolder(runPath.tokensFolder(folder));
      disk.makeFolder(runPath.checkpoints(folder));
    });
    const run: RunJson = {
      formatVersion,
      id,
      name: experimentName,
      status: 'running',
      experiment: { path: experimentPath, sha256: sha256(experimentText) },
      versions,
      engine,
      seeds,
      start: start.toISOString(),
      resumed: [],
    };
    writer = new RunWriter(folder, disk, lock, now, run);
    writeRunJson(disk, folder, run);
    return writer;
  } catch (error) {
    writer?.close();
    lock?.release();
    bestEffort(() => disk.removeFolder(folder));
    throw error;
  }
}
