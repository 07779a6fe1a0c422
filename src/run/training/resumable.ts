/** What a run that goes on finds in its folder: its reference policy, Adam's moments, where its experiment came from. */
import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { HostTensors } from '../../compute/engine.ts';
import type { Experiment } from '../../config/schema.ts';
import { firstMoment, secondMoment } from '../../learn/adam.ts';
import { readAnew, type Reference } from '../../learn/reference.ts';
import { isOneSet } from '../../learn/update-in-place.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import type { Weights } from '../../policy/weights.ts';
import { checkpointFiles, type State } from '../folder/checkpoint.ts';
import { readCheckpoint } from '../folder/checkpoint-read.ts';
import { RunFolderError } from '../folder/errors.ts';
import { runPath } from '../folder/paths.ts';
import type { RunJson } from '../folder/run-json.ts';
import { completed, type Base } from './base.ts';
import type { Setup } from './setup.ts';

/** The reference policy cannot be read. The policy that is being trained is what it was. */
export class LostReference extends RunFolderError {
  constructor(folder: string, cause: unknown) {
    const isDamaged = cause instanceof RunFolderError && cause.code === 'corrupt';
    const advice = isDamaged ? 'restore it from a copy, or start a new run' : 'see that it can be read, and resume the run';
    super(isDamaged ? 'corrupt' : 'io', `Checkpoint 0 of ${folder} holds the reference policy, without which the run cannot go on: ${advice}. ${cause instanceof Error ? cause.message : String(cause)}`, runPath.checkpoint(folder, 0), { cause });
  }
}

async function storedStart(folder: string): Promise<{ readonly path: string; readonly state: State; readonly stored: HostTensors }> {
  const { folder: path, weights, state } = await readCheckpoint(folder, 0, [checkpointFiles.weights]);
  return { path, state, stored: await weights() };
}

/**
 * The frozen policy that KL is measured from: the weights of checkpoint 0.
 * @throws LostReference if that checkpoint is missing, damaged or not to be read; RunFolderError `corrupt` if it stood beside other weights
 */
export async function referenceOf(folder: string, config: PolicyConfig, base: Base | undefined): Promise<Weights> {
  const { path, state, stored } = await storedStart(folder).catch((error: unknown) => { throw new LostReference(folder, error); });
  return completed(stored, state, config, base, path);
}

/**
 * That policy, read whenever it is asked for, where one set of weights is all that there is: another would be a fifth of what training
 * takes. Undefined where it is rather held.
 */
export const storedReference = ({ config, programs }: Pick<Setup, 'config' | 'programs'>, folder: string): Reference | undefined =>
  (isOneSet(config, programs) ? readAnew(() => referenceOf(folder, config, undefined)) : undefined);

/**
 * Adam's moments of a checkpoint, two for each weight.
 * @throws RunFolderError `corrupt` if one is missing or has another size: zeros in its place would train on, differently
 */
export function checkMoments(moments: HostTensors, weights: Weights, where: string): HostTensors {
  for (const [name, { data }] of Object.entries(weights)) {
    const wrong = [firstMoment(name), secondMoment(name)].find((moment) => moments[moment]?.data.length !== data.length);
    if (wrong !== undefined) throw new RunFolderError('corrupt', `${where}: optimizer.safetensors has no "${wrong}" of ${data.length} numbers. Another version wrote the checkpoint; resume with that version, or start a new run.`, where);
  }
  return moments;
}

/**
 * The experiment file of a run: where it was, or, if it has moved together with its runs, where it is now. Paths in the
 * experiment are relative to it.
 */
export function experimentPath(folder: string, recorded: string, experiment: Experiment): string {
  if (existsSync(recorded)) return recorded;
  const toRuns = relative(dirname(recorded), resolve(dirname(recorded), experiment.output.folder ?? 'runs'));
  const runs = resolve(folder, '..', '..');
  if (isAbsolute(toRuns) || toRuns.startsWith('..')) return recorded;
  const up = toRuns === '' ? [] : toRuns.split(sep).map(() => '..');
  const moved = join(runs, ...up, basename(recorded));
  return existsSync(moved) ? moved : recorded;
}

/** Warnings about what differs between then and now and may show in the numbers. */
export function differences(run: Pick<RunJson, 'engine' | 'versions'>, now: { readonly engine: { readonly name: string; readonly threads: number }; readonly versions: RunJson['versions'] }): string[] {
  const { engine, versions } = run;
  const result = 'the rest may not equal an uninterrupted run to the last bit';
  const warnings: string[] = [];
  if (now.engine.name !== engine.name || now.engine.threads !== engine.threads) {
    warnings.push(`The run began on ${engine.name} with ${threads(engine.threads)} and goes on with ${now.engine.name} and ${threads(now.engine.threads)}: ${result}.`);
  }
  for (const [name, version] of Object.entries(versions)) {
    const other = now.versions[name];
    if (other !== version) warnings.push(`The run began with ${name} ${version} and goes on with ${other ?? 'none'}: ${result}.`);
  }
  return warnings;
}

const threads = (count: number): string => (count === 1 ? '1 thread' : `${count} threads`);
