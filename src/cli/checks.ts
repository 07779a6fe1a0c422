/** What the doctor looks at, one function each. */
import { existsSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, freemem, loadavg, totalmem } from 'node:os';
import { openEngine } from '../compute/choose.ts';
import type { Engine } from '../compute/engine.ts';
import type { EngineName } from '../compute/names.ts';
import { ReferenceEngine } from '../compute/reference.ts';
import { defaultExperiment } from '../config/defaults.ts';
import { parameterCount } from '../policy/weights.ts';
import { largestDifference, productSpeed } from '../run/bench/engine-check.ts';
import { policySpeed } from '../run/bench/policy-speed.ts';
import { bundledPolicy, packageRoot } from '../run/package-root.ts';
import { hasPolicy, readTokenizer } from '../run/policy-folder.ts';
import { bytesText } from '../learn/memory.ts';
import type { Traffic } from '../compute/traffic.ts';
import { number, perSecond } from './numbers.ts';

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

export function checkMemory(all = totalmem(), free = freemem()): Check {
  const ok = all >= memoryNeeded;
  return {
    name: 'Memory', ok, detail: `${gigabytes(all)}, ${gigabytes(free)} free`, figures: { bytes: all, freeBytes: free },
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

/** The engine that an experiment with this name would use, or why there is none. */
export async function checkEngine(name: string): Promise<{ check: Check; engine?: Engine }> {
  const remedy = 'Reinstall with npm ci. Where there is no binary for this machine, set "engine": { "name": "reference" }, which is slow.';
  try {
    const { engine } = await openEngine({ name, threads: 0 });
    const difference = await largestDifference(engine, new ReferenceEngine());
    const ok = difference < 1e-4;
    const detail = `${engine.name} with ${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'}, differs from the reference by at most ${difference.toExponential(1)}`;
    return { check: { name: 'Engine', ok, detail, figures: { largestDifference: difference }, ...(ok ? {} : { remedy }) }, engine };
  } catch (error) {
    return { check: { name: 'Engine', ok: false, detail: message(error), remedy } };
  }
}

/** Speeds of an engine that is not the fastest; each check carries its name. */
export async function benchEngine(name: EngineName): Promise<Check[]> {
  try {
    const { engine } = await openEngine({ name, threads: 0 });
    return (await checkSpeed(engine)).map((check) => ({ ...check, detail: `${name}: ${check.detail}` }));
  } catch (error) {
    return [{ name: 'Policy', ok: false, detail: `${name}: ${message(error)}`, remedy: 'The engine works on small programs only: use another one.' }];
  }
}

/** Speeds: slow is no problem, only slow. */
export async function checkSpeed(engine: Engine): Promise<Check[]> {
  try {
    const product = await productSpeed(engine);
    const { policy } = defaultExperiment;
    const config = {
      width: policy.width, layers: policy.layers, heads: policy.heads, keyValueHeads: policy.keyValueHeads, feedForward: policy.feedForward,
      vocabulary: readTokenizer(bundledPolicy()).vocabulary, context: policy.context, ropeTheta: policy.ropeTheta, normEpsilon: 1e-5,
    };
    const { decode, train, traffic } = await policySpeed(engine, config);
    const bytes = ({ up, down }: Traffic): string => `${bytesText(up)} up and ${bytesText(down)} down`;
    return [
      { name: 'Products', ok: true, detail: `${number(Math.round(product / 1e8) / 10)} GFLOP/s`, figures: { flopsPerSecond: product } },
      { name: 'Policy', ok: true, detail: `${number(parameterCount(config))} parameters: ${perSecond(decode)} decoding 64 episodes, ${perSecond(train)} in the training step`, figures: { decodeTokensPerSecond: decode, trainTokensPerSecond: train } },
      { name: 'Traffic', ok: true, detail: `a token for each of 64 episodes takes ${bytes(traffic.decode)}, an update ${bytes(traffic.train)}${engine.name === 'onnx:cpu' ? '; nothing of it is copied to the engine, which reads it in place' : ''}`, figures: { decodeUpBytes: traffic.decode.up, decodeDownBytes: traffic.decode.down, trainUpBytes: traffic.train.up, trainDownBytes: traffic.train.down } },
    ];
  } catch (error) {
    return [{ name: 'Speed', ok: false, detail: message(error), remedy: 'The engine works on small programs and fails on those of a policy: please report this with the output of steptool doctor --debug.' }];
  }
}
