/**
 * Opening a run to continue it. Everything after the chosen checkpoint is taken back, so that what the continued run
 * writes is what an uninterrupted one would have written. Each step may be cut short by a crash and simply be done again.
 */
import { join, resolve } from 'node:path';
import { refuseLink, wholeLines } from './appender.ts';
import { isTemporary, rename, replaceFile } from './atomic.ts';
import { repairCheckpoints } from './checkpoint.ts';
import type { FileSizes } from './checkpoint.ts';
import { listCheckpoints, readCheckpoint } from './checkpoint-read.ts';
import type { Checkpoint } from './checkpoint-read.ts';
import { nodeDisk } from './disk.ts';
import type { Disk } from './disk.ts';
import { attempt, explain, RunFolderError, systemCode } from './errors.ts';
import { humanAuthor, isAnnotation } from './lines.ts';
import { takeLock } from './lock.ts';
import { iterationOf, runPath } from './paths.ts';
import { parseRunJson, runJsonLimit, writeRunJson } from './run-json.ts';
import type { RunJson } from './run-json.ts';
import { RunWriter } from './writer.ts';

export interface Resumed {
  readonly writer: RunWriter;
  /** Undefined when the run ended before its first checkpoint: it starts over. */
  readonly checkpoint: Checkpoint | undefined;
  /** What the user should hear, for instance that a damaged checkpoint was passed over. Also in the log. */
  readonly warnings: readonly string[];
}

function readResumable(disk: Disk, folder: string): RunJson {
  const path = runPath.run(folder);
  try {
    refuseLink(disk, path);
    const run = parseRunJson(disk.read(path, 0, runJsonLimit + 1), path);
    if (run.status !== 'finished') return run;
    throw new RunFolderError('finished', `${folder} finished at ${run.end ?? 'an unknown time'}: there is nothing to resume. Start a new run of its experiment instead.`, folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') {
      throw new RunFolderError('notARun', `${folder} is no run folder: it has no run.json. Give a folder such as runs/<experiment>/<id>.`, folder);
    }
    throw explain(error, { doing: 'read run.json', path, safe: 'Nothing was changed.' });
  }
}

/** Why the files do not reach back to what a checkpoint recorded, or undefined. */
function missing(disk: Disk, folder: string, sizes: FileSizes): string | undefined {
  for (const name of ['metrics', 'trajectories', 'annotations'] as const) {
    const path = runPath[name](folder);
    refuseLink(disk, path);
    const size = disk.entry(path)?.size ?? 0;
    if (size < sizes[name]) return `${name}.jsonl has ${size} bytes where the checkpoint recorded ${sizes[name]}`;
    if (sizes[name] > 0 && disk.read(path, sizes[name] - 1, 1)[0] !== 10) return `${name}.jsonl has no line end where the checkpoint recorded one`;
  }
  return undefined;
}

/** The newest checkpoint that is whole and fits the files. Throws `corrupt` when there are some and none will do. */
async function choose(disk: Disk, folder: string, warnings: string[]): Promise<Checkpoint | undefined> {
  const iterations = await listCheckpoints(folder);
  for (const iteration of [...iterations].reverse()) {
    try {
      const checkpoint = await readCheckpoint(folder, iteration);
      const why = missing(disk, folder, checkpoint.sizes);
      if (why === undefined) return checkpoint;
      warnings.push(`Passed over the checkpoint of iteration ${iteration}: ${why}.`);
    } catch (error) {
      if (!(error instanceof RunFolderError) || error.code !== 'corrupt') throw error;
      warnings.push(`Passed over the checkpoint of iteration ${iteration}: ${error.message}`);
    }
  }
  if (iterations.length === 0) return undefined;
  const path = runPath.checkpoints(folder);
  throw new RunFolderError('corrupt', `No checkpoint in ${path} can be resumed from. ${warnings.join(' ')} To start this run over, remove that folder. Nothing was changed.`, path);
}

/** Cuts annotations back but for what people wrote: their work does not depend on how the run went. */
function cutAnnotations(disk: Disk, folder: string, size: number): void {
  const path = runPath.annotations(folder);
  const whole = wholeLines(disk, path);
  const later = whole > size ? Buffer.from(disk.read(path, size, whole - size)).toString('utf8').split('\n') : [];
  const kept = later.filter((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isAnnotation(value) && value.author.startsWith(humanAuthor);
    } catch {
      return false;
    }
  });
  if (kept.length === 0) return cut(disk, path, size);
  const text = new TextEncoder().encode(kept.map((line) => `${line}\n`).join(''));
  replaceFile(disk, path, [disk.read(path, 0, size), text], { doing: 'keep the annotations that people wrote', path, safe: 'They are unchanged.' });
}

/** A rival for the lock removes its own temporary file, perhaps since the folder was listed: gone is gone. */
function removeLeftover(disk: Disk, path: string): void {
  try {
    disk.remove(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}

function cut(disk: Disk, path: string, size: number): void {
  const now = disk.entry(path)?.size ?? 0;
  if (now > size) disk.truncate(path, size);
}

/** Takes back what came after a checkpoint (after the start, without one). Throws Node's errors. */
function takeBack(disk: Disk, folder: string, checkpoint: Checkpoint | undefined): void {
  const after = checkpoint?.iteration ?? -1;
  const sizes = checkpoint?.sizes ?? { metrics: 0, trajectories: 0, annotations: 0 };
  // Metrics first, as they were written last: at no moment does a metrics line speak of lines that are gone.
  cut(disk, runPath.metrics(folder), sizes.metrics);
  cut(disk, runPath.trajectories(folder), sizes.trajectories);
  cutAnnotations(disk, folder, sizes.annotations);
  cut(disk, runPath.log(folder), wholeLines(disk, runPath.log(folder)));
  const tokens = runPath.tokensFolder(folder);
  refuseLink(disk, tokens, 'folder');
  if (!disk.entry(tokens)) disk.makeFolder(tokens);
  for (const name of disk.list(tokens)) {
    if (isTemporary(name) || (iterationOf(name, '.safetensors') ?? -1) > after) disk.remove(join(tokens, name));
  }
  for (const name of disk.list(runPath.checkpoints(folder))) {
    if ((iterationOf(name) ?? -1) <= after) continue;
    const damaged = join(runPath.checkpoints(folder), `${name}.damaged`);
    if (disk.entry(damaged)) disk.removeFolder(damaged);
    rename(disk, join(runPath.checkpoints(folder), name), damaged);
  }
}

/**
 * Opens a run to continue it from its newest good checkpoint. Throws `notARun`, `badVersion`, `finished` (nothing to do),
 * `locked` (someone is at it), `corrupt` (no checkpoint will do), or what the disk refuses; the folder is then free again.
 */
export async function openForResume(
  runFolder: string,
  { now = () => new Date(), disk = nodeDisk }: { now?: () => Date; disk?: Disk } = {},
): Promise<Resumed> {
  const folder = resolve(runFolder);
  readResumable(disk, folder);
  const lock = takeLock(disk, folder, now());
  const what = { doing: 'bring the run folder in order', path: folder, safe: 'Its checkpoints are safe.' };
  let writer: RunWriter | undefined;
  try {
    const { end: _end, error: _error, ...run } = readResumable(disk, folder); // Again: another writer may just have finished it.
    attempt(what, () => {
      for (const name of disk.list(folder)) if (isTemporary(name)) removeLeftover(disk, join(folder, name));
      repairCheckpoints(disk, folder);
    });
    const warnings: string[] = [];
    const checkpoint = await choose(disk, folder, warnings);
    attempt(what, () => takeBack(disk, folder, checkpoint));
    const resumed = { at: now().toISOString(), iteration: checkpoint?.iteration ?? null };
    const continued: RunJson = { ...run, status: 'running', resumed: [...run.resumed, resumed] };
    writer = new RunWriter(folder, disk, lock, now, continued);
    writeRunJson(disk, folder, continued);
    for (const warning of warnings) writer.log('warning', warning);
    return { writer, checkpoint, warnings };
  } catch (error) {
    writer?.close();
    lock.release();
    throw explain(error, what);
  }
}
