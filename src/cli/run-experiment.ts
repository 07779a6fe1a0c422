/** The experiment of a run, and how another run's policy is measured beside it: as its own run has it, on the tasks and with the budgets of this one. */
import { formatDiagnostics } from '../config/format.ts';
import { valueAt } from '../config/defaults.ts';
import type { Json } from '../config/field-tree.ts';
import type { Experiment } from '../config/schema.ts';
import { validateExperiment } from '../config/validate.ts';
import { runPath } from '../run/folder/paths.ts';
import { readHead } from '../run/folder/reader.ts';
import { readResolved } from '../run/training/read-resolved.ts';
import { experimentPath } from '../run/training/resumable.ts';
import { withOverrides, type Override } from './experiment-file.ts';
import { FileError, UsageError } from './failure.ts';
import { fieldsRead, type Reader } from './settings-read.ts';

/** An experiment, and the file that paths in it are relative to. */
export interface Placed {
  readonly experiment: Experiment;
  readonly from: string;
}

/** The experiment of a run with some fields changed. */
export async function experimentOfRun(folder: string, overrides: readonly Override[] = []): Promise<Placed> {
  const { folder: where, run } = await readHead(folder);
  const experiment = readResolved(where);
  const from = experimentPath(where, run.experiment.path, experiment);
  return { experiment: overrides.length === 0 ? experiment : changed(experiment, overrides, runPath.resolved(folder)), from };
}

/** A whole experiment with some fields set. @throws FileError for values that the fields do not take */
function changed(experiment: Experiment, overrides: readonly Override[], name: string): Experiment {
  const text = withOverrides(JSON.stringify(experiment, null, 2), overrides);
  const result = validateExperiment(text, { isOfRun: true });
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error');
  if (!result.experiment) throw new FileError(`the experiment has errors.\n\n${formatDiagnostics(errors, `${name} (as set)`, text)}`);
  return result.experiment;
}

/** What a policy is, and how its weights are held, is its own run's to say: of other weights it would make another policy. */
const isOfPolicy = (path: string): boolean => /^(policy|warmStart)(\.|$)|^engine\.(frozen|recompute)$/.test(path);

/**
 * The experiment of another run with the tasks, budgets and engine of this one.
 * @param option and its value, which name the other run
 * @throws UsageError where the policy does not take these
 */
export async function experimentBeside(reader: Reader, own: Experiment, folder: string, option: string): Promise<Placed> {
  const { experiment: other, from } = await experimentOfRun(folder);
  const taken = fieldsRead(reader).filter((path) => !isOfPolicy(path)).map((path): Override => ({ path, value: valueAt(own, path) as Json }));
  const text = withOverrides(JSON.stringify(other, null, 2), taken);
  const { experiment, diagnostics } = validateExperiment(text, { isOfRun: true });
  if (experiment) return { experiment, from };
  const why = diagnostics.find(({ severity }) => severity === 'error')!.message;
  throw new UsageError(`${option}: its run has another policy, which does not go with the tasks and budgets here. ${why}`);
}

/** @throws UsageError for a change that no policy would see, where all are of other runs: these have it from there */
export function requireSeen(overrides: readonly Override[], option: string): void {
  const unseen = overrides.find(({ path }) => isOfPolicy(path));
  if (unseen) throw new UsageError(`--set ${unseen.path}: ${option} is a policy of another run, which has this setting from there. Leave it out, or give that run's folder in place of the experiment.`);
}
