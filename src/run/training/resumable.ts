/** What a run that goes on finds in its folder: the experiment as it was, its reference policy, where it came from. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { HostTensors } from '../../compute/engine.ts';
import { defaultExperiment } from '../../config/defaults.ts';
import type { Experiment } from '../../config/schema.ts';
import { validateExperiment } from '../../config/validate.ts';
import { firstMoment, secondMoment } from '../../learn/adam.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import type { Weights } from '../../policy/weights.ts';
import { readCheckpoint } from '../folder/checkpoint-read.ts';
import { RunFolderError, systemCode } from '../folder/errors.ts';
import { runPath } from '../folder/paths.ts';
import type { RunJson } from '../folder/run-json.ts';
import { completed, type Base } from './base.ts';

/**
 * The experiment that a run was started with, every default filled in.
 * @throws RunFolderError `corrupt` if resolved.json is missing, is no experiment, or leaves a field to a default that may have changed since
 */
export function readResolved(folder: string): Experiment {
  const path = runPath.resolved(folder);
  const corrupt = (why: string): RunFolderError =>
    new RunFolderError('corrupt', `${path} ${why}. Nothing writes it after the start of a run; restore it from a copy, or start a new run of ${runPath.experiment(folder)}.`, path);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw corrupt('is missing');
    throw error;
  }
  const { experiment, diagnostics } = validateExperiment(text);
  if (!experiment) {
    const wrong = diagnostics.filter(({ severity }) => severity === 'error');
    const { line, column, message } = wrong[0];
    throw corrupt(`is damaged, at ${line}:${column}: ${message.replace(/\.$/, '')}${wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : ''}`);
  }
  const lost = missing(JSON.parse(text) as object, defaultExperiment, '');
  if (lost !== undefined) throw corrupt(`says nothing about "${lost}"`);
  return experiment;
}

/** The first field of `whole` that `found` does not have. */
function missing(found: object, whole: object, path: string): string | undefined {
  const has = new Map<string, unknown>(Object.entries(found));
  for (const [name, value] of Object.entries(whole)) {
    const inner = has.get(name);
    if (inner === undefined) return path + name;
    const lost = isSection(value) && isSection(inner) ? missing(inner, value, `${path}${name}.`) : undefined;
    if (lost !== undefined) return lost;
  }
  return undefined;
}

const isSection = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The frozen policy that KL is measured from: the weights of checkpoint 0.
 * @throws RunFolderError `corrupt` if that checkpoint is missing or damaged
 */
export async function referenceOf(folder: string, config: PolicyConfig, base: Base | undefined): Promise<Weights> {
  try {
    const { folder: path, weights, state } = await readCheckpoint(folder, 0);
    return completed(await weights(), state, config, base, path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RunFolderError('corrupt', `Checkpoint 0 of ${folder} holds the reference policy, without which the run cannot go on: restore it from a copy, or start a new run. ${why}`, runPath.checkpoint(folder, 0), { cause: error });
  }
}

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
