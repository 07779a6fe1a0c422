import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { listCheckpoints, readCheckpoint } from './checkpoint-read.ts';
import type { Checkpoint } from './checkpoint-read.ts';
import { nodeDisk } from './disk.ts';
import { RunFolderError, systemCode } from './errors.ts';
import { JsonlFile } from './jsonl.ts';
import { findLocks } from './lock.ts';
import { isRunId, iterationOf, runPath } from './paths.ts';
import { parseRunJson, runJsonLimit } from './run-json.ts';
import type { RunJson, RunStatus } from './run-json.ts';
import { fileSource } from './source.ts';
import { openTokens } from './tokens.ts';
import type { TokenFile } from './tokens.ts';

/** A run as its `run.json` shows it. */
export interface RunHead {
  readonly folder: string;
  readonly run: RunJson;
  /** `run.status`, but `interrupted` when it says running and no writer is there: killed, and resumable. */
  readonly status: RunStatus | 'interrupted';
}

/** Reads the head of a run. Throws `notARun`, `badVersion`, `corrupt`, or `io`. */
export async function readHead(runFolder: string): Promise<RunHead> {
  const folder = resolve(runFolder);
  const path = runPath.run(folder);
  try {
    const read = async (): Promise<RunJson> => parseRunJson(await fileSource(path).read(0, runJsonLimit + 1), path);
    const run = await read();
    if (run.status !== 'running') return { folder, run, status: run.status };
    // A writer that cannot be asked (another machine) counts as there.
    if (findLocks(nodeDisk, folder).some((lock) => lock.state !== 'dead')) return { folder, run, status: run.status };
    const last = await read(); // a writer that ended since the first look has said how
    return { folder, run: last, status: last.status === 'running' ? 'interrupted' : last.status };
  } catch (error) {
    if (error instanceof RunFolderError) throw error;
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') {
      throw new RunFolderError('notARun', `${folder} is no run folder: it has no run.json. Give a folder such as runs/<experiment>/<id>.`, folder, { cause: error });
    }
    throw new RunFolderError('io', `Could not read ${path}: ${error instanceof Error ? error.message : String(error)}. Check the path and its permissions.`, path, { cause: error });
  }
}

/** A run opened for reading: it may still be written. Nothing here writes or locks. */
export class RunReader {
  readonly folder: string;
  readonly metrics: JsonlFile;
  readonly trajectories: JsonlFile;
  readonly annotations: JsonlFile;
  readonly log: JsonlFile;
  #head: RunHead;

  constructor(head: RunHead) {
    this.#head = head;
    this.folder = head.folder;
    this.metrics = new JsonlFile(fileSource(runPath.metrics(this.folder)));
    this.trajectories = new JsonlFile(fileSource(runPath.trajectories(this.folder)));
    this.annotations = new JsonlFile(fileSource(runPath.annotations(this.folder)));
    this.log = new JsonlFile(fileSource(runPath.log(this.folder)));
  }

  /** The head as of the last refresh. */
  get head(): RunHead {
    return this.#head;
  }

  /** Reads `run.json` again and indexes what was appended; of trajectories only if wanted, since theirs is the one large file. */
  async refresh({ trajectories = true }: { readonly trajectories?: boolean } = {}): Promise<void> {
    this.#head = await readHead(this.folder);
    await Promise.all([this.metrics, this.annotations, this.log, ...(trajectories ? [this.trajectories] : [])].map((file) => file.refresh()));
  }

  /** The iterations whose tokens are kept, ascending. */
  async tokenIterations(): Promise<number[]> {
    const names = await namesIn(runPath.tokensFolder(this.folder));
    return names.map((name) => iterationOf(name, '.safetensors')).filter((iteration) => iteration !== undefined).sort((a, b) => a - b);
  }

  /** Opens an iteration's tokens; undefined when they are not kept. Throws `corrupt`. */
  async tokens(iteration: number): Promise<TokenFile | undefined> {
    try {
      return await openTokens(fileSource(runPath.tokens(this.folder, iteration)));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** The iterations that have a checkpoint, ascending. */
  checkpoints(): Promise<number[]> {
    return listCheckpoints(this.folder);
  }

  /** Opens and checks a checkpoint. Throws `corrupt`. */
  checkpoint(iteration: number): Promise<Checkpoint> {
    return readCheckpoint(this.folder, iteration);
  }
}

/** Opens a run for reading and indexes it. Throws as {@link readHead}. */
export async function readRun(folder: string): Promise<RunReader> {
  const reader = new RunReader(await readHead(folder));
  await reader.refresh();
  return reader;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/** All runs under a root (`<root>/<name>/<id>`), newest first, and those that cannot be read. Only heads are read. */
export async function listRuns(root: string): Promise<{ runs: RunHead[]; problems: RunFolderError[] }> {
  const runs: RunHead[] = [];
  const problems: RunFolderError[] = [];
  for (const name of await namesIn(root)) {
    for (const id of await namesIn(join(root, name))) {
      if (!isRunId(id)) continue;
      try {
        runs.push(await readHead(join(root, name, id)));
      } catch (error) {
        if (!(error instanceof RunFolderError)) throw error;
        if (error.code !== 'notARun') problems.push(error); // A folder without run.json is being made, or never was.
      }
    }
  }
  return { runs: runs.sort((a, b) => (a.run.start < b.run.start ? 1 : a.run.start > b.run.start ? -1 : 0)), problems };
}
