/** What the doctor looks at beside engines, one function each. */
import { existsSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { machineMemory } from '../compute/machine.ts';
import { bundledPolicy, packageRoot } from '../run/package-root.ts';
import { hasPolicy, readTokenizer } from '../run/policy-folder.ts';
import { number } from './numbers.ts';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do about a problem. */
  readonly remedy?: string;
  readonly figures?: Readonly<Record<string, number>>;
}

const gigabytes = (bytes: number): string => `${number(Math.round(bytes / 1e8) / 10)} GB`;
const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What a run takes at most, with room to spare. */
const memoryNeeded = 2e9;
/** Some runs with their checkpoints and tokens. */
const diskNeeded = 1e9;

export function checkNode(version = process.versions.node): Check {
  const ok = Number(version.split('.')[0]) >= 20;
  return { name: 'Node', ok, detail: `${version}, ${process.platform} ${process.arch}`, ...(ok ? {} : { remedy: 'Install Node 20 or newer from nodejs.org.' }) };
}

export function checkMemory({ total, free } = machineMemory()): Check {
  const ok = total >= memoryNeeded;
  return {
    name: 'Memory', ok, detail: `${gigabytes(total)}, ${gigabytes(free)} free`, figures: { bytes: total, freeBytes: free },
    ...(ok ? {} : { remedy: 'Training needs about 2 GB. Lower rollout.liveEpisodes, rollout.tasksPerIteration or the sizes of the policy.' }),
  };
}

export const checkCores = (): Check => ({ name: 'Cores', ok: true, detail: String(availableParallelism()), figures: { cores: availableParallelism() } });

/** Of all cores, kept busy by others: from here on the speeds of an engine that uses all cores show it. */
const busyShare = 0.25;

/**
 * Whether the machine is busy with something else: no problem, but a reason to mistrust speeds. Undefined on systems
 * that have no load average.
 * @param load processes that ran or waited to run, mean over the last minute
 * @param cores of the whole machine, as the load is
 */
export function checkLoad(load = loadavg()[0], cores = cpus().length, platform = process.platform): Check | undefined {
  if (platform === 'win32' || cores === 0) return undefined;
  const busy = load >= busyShare * cores;
  const advice = busy ? ': other programs are computing, so speeds measured now are too low. Measure again when they are done.' : '';
  return { name: 'Load', ok: true, detail: `${load.toFixed(1)} on ${cores} ${cores === 1 ? 'core' : 'cores'} over the last minute${advice}`, figures: { load, cores } };
}

export function checkDisk(folder = process.cwd()): Check {
  try {
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    const ok = free >= diskNeeded;
    return { name: 'Disk', ok, detail: `${gigabytes(free)} free in ${folder}`, figures: { freeBytes: free }, ...(ok ? {} : { remedy: 'Free some space, or write runs elsewhere with train --out.' }) };
  } catch (error) {
    return { name: 'Disk', ok: false, detail: message(error), remedy: 'Run this in a folder that can be read.' };
  }
}

export function checkPackage(): Check {
  const folder = bundledPolicy();
  try {
    const { vocabulary } = readTokenizer(folder);
    const weights = hasPolicy(folder) ? 'warm-started weights' : 'no weights (runs warm-start themselves, which takes longer)';
    return { name: 'Package', ok: existsSync(packageRoot()), detail: `tokenizer of ${number(vocabulary)} tokens, ${weights}` };
  } catch (error) {
    return { name: 'Package', ok: false, detail: message(error), remedy: 'Files of the package are missing or changed: install it again.' };
  }
}
