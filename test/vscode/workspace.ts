/** Folders for windows to open, and what trainers write there. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { nodeDisk } from '../../src/run/folder/disk.ts';
import { findLocks } from '../../src/run/folder/lock.ts';
import { readHead, type RunHead } from '../../src/run/folder/reader.ts';
import { makeRunFolder, type FixtureOptions } from '../webview/fixture.ts';
import { until } from './until.ts';

/** A folder with files, removed after the test, or after all of a file: `{ after }` of node:test. */
export function workspace(t: { after(clean: () => Promise<void>): void }, files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'steptool-workspace-')));
  t.after(() => removed(folder));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Removes a folder, as soon as the trainers of windows that were closed write no more into it. */
async function removed(folder: string): Promise<void> {
  await until(`${folder} to be removed`, () => {
    try {
      rmSync(folder, { recursive: true, force: true });
      return true;
    } catch {
      return false;
    }
  }, (isGone) => isGone);
}

/** Puts a finished run of `quickstart.steptool.json` into a workspace, the same for the same seed, and gives its folder. */
export function recordedRun(folder: string, seed: number, options: FixtureOptions = {}): string {
  const made = makeRunFolder(seed, { iterations: 12, trajectoriesPerIteration: 8, name: 'quickstart', ...options });
  const run = join(folder, 'runs', 'quickstart', basename(made.folder));
  cpSync(made.folder, run, { recursive: true });
  made.remove();
  return run;
}

/** Folders of the runs of an experiment, oldest first. */
export function runsOf(folder: string, experiment: string): string[] {
  const parent = join(folder, 'runs', experiment);
  return existsSync(parent) ? readdirSync(parent).sort().map((id) => join(parent, id)).filter((run) => existsSync(join(run, 'run.json'))) : [];
}

/** Waits until the only run of an experiment has a status. */
export async function runWith(folder: string, experiment: string, status: RunHead['status']): Promise<RunHead> {
  const [run] = await until(`a run of ${experiment}`, () => runsOf(folder, experiment), (runs) => runs.length === 1);
  return until(`${run} to be ${status}`, () => readHead(run), (head) => head.status === status);
}

/** Lines of a run's metrics, as far as they are complete. */
export const metricsOf = (run: string): Readonly<Record<string, unknown>>[] =>
  existsSync(join(run, 'metrics.jsonl')) ? readFileSync(join(run, 'metrics.jsonl'), 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>) : [];

/** Process id of the trainer that writes a run. Throws if none does. */
export function trainerOf(run: string): number {
  const holder = findLocks(nodeDisk, run).find(({ state }) => state === 'alive')?.holder;
  if (!holder) throw new Error(`Nothing writes ${run}.`);
  return holder.pid;
}
