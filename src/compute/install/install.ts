/** Installs engine packages into the user's storage: built beside, put in place whole, removed when anything fails. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enginesFolder, installedFolder, type Installable } from '../storage.ts';
import { buildCuda } from './cuda.ts';
import type { Progress } from './download.ts';
import type { Say } from './npm.ts';
import { buildTensorFlow } from './tensorflow.ts';

export interface InstallOptions {
  /** A file or folder in place of the network: see docs/engines.md. */
  readonly from?: string;
  /** Of the library that is downloaded or given, in hexadecimal. */
  readonly sha256?: string;
  readonly say: Say;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** What is written down beside an engine. */
export interface Receipt {
  readonly package: string;
  readonly version: string;
  /** Of the library that was added; absent if a whole folder was taken over. */
  readonly archive?: { readonly name: string; readonly sha256: string };
}

/** Fills a folder. Throws, and the folder is removed. */
export type Build = (folder: string, options: InstallOptions) => Promise<Receipt>;

const builders: { readonly [what in Installable]: Build } = {
  'tensorflow-cpu': (folder, options) => buildTensorFlow('cpu', folder, options),
  'tensorflow-gpu': (folder, options) => buildTensorFlow('gpu', folder, options),
  cuda: buildCuda,
};

/**
 * @param check called when the engine is in place; if it throws, the engine is taken away again
 * @returns the folder that it is in
 * @throws what went wrong; what was installed before is then there as it was, and nothing half installed remains
 */
export async function install(what: Installable, options: InstallOptions, check: (receipt: Receipt) => Promise<void> = async () => {}, build = builders[what]): Promise<string> {
  const folder = installedFolder(what);
  clearRemains(what, folder);
  const beside = (kind: string): string => join(enginesFolder(), `.${what}-${kind}-${process.pid}`);
  const [staging, old] = [beside('new'), beside('old')];
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  let isPlaced = false;
  try {
    writeFileSync(join(staging, 'package.json'), '{ "private": true, "name": "steptool-engine" }\n');
    const receipt = await build(staging, options);
    writeFileSync(join(staging, 'installed.json'), `${JSON.stringify(receipt, null, 2)}\n`);
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(staging, folder);
    isPlaced = true;
    await check(receipt);
    rmSync(old, { recursive: true, force: true });
    return folder;
  } catch (error) {
    if (isPlaced) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    if (existsSync(old)) renameSync(old, folder);
    throw error;
  } finally {
    rmSync(staging, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What an installation that was killed left: its half of an engine goes; an engine that it had put aside comes back. */
function clearRemains(what: Installable, folder: string): void {
  const all = existsSync(enginesFolder()) ? readdirSync(enginesFolder()) : [];
  for (const name of all) {
    const [, kind, pid] = new RegExp(`^\\.${what}-(new|old)-(\\d+)$`).exec(name) ?? [];
    if (kind === undefined || (Number(pid) !== process.pid && isAlive(Number(pid)))) continue;
    const remains = join(enginesFolder(), name);
    if (kind === 'old' && !existsSync(folder)) renameSync(remains, folder);
    else rmSync(remains, { recursive: true, force: true, maxRetries: 3 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's
  }
}

/** @returns whether there was something to remove */
export function uninstall(what: Installable): boolean {
  const folder = installedFolder(what);
  clearRemains(what, folder);
  const was = existsSync(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  return was;
}
