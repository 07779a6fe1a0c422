/** The experiment of a run, as it was. */
import { readFileSync } from 'node:fs';
import { defaultExperiment } from '../../config/defaults.ts';
import { withLater } from '../../config/earlier.ts';
import type { Experiment } from '../../config/schema.ts';
import { validateExperiment } from '../../config/validate.ts';
import { RunFolderError, systemCode } from '../folder/errors.ts';
import { runPath } from '../folder/paths.ts';

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
  const wrong = validateExperiment(text, { isOfRun: true }).diagnostics.filter(({ severity }) => severity === 'error');
  if (wrong.length > 0) {
    const { line, column, message } = wrong[0];
    throw corrupt(`is damaged, at ${line}:${column}: ${message.replace(/\.$/, '')}${wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : ''}`);
  }
  const said = withLater(JSON.parse(text) as object);
  const lost = missing(said, defaultExperiment, '');
  if (lost !== undefined) throw corrupt(`says nothing about "${lost}"`);
  return said as Experiment; // it was found to be one, and nothing was left to a default
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
