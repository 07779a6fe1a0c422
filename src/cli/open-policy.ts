/** The policy that `evaluate` and `rollout` are about: of an experiment file, or of a checkpoint of a run. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatDiagnostics } from '../config/format.ts';
import type { Experiment } from '../config/schema.ts';
import { validateExperiment } from '../config/validate.ts';
import { runPath } from '../run/folder/paths.ts';
import { readHead } from '../run/folder/reader.ts';
import { checkpointWeights, chooseCheckpoint, MissingCheckpoint, type CheckpointChoice } from '../run/training/checkpoint-policy.ts';
import { readResolved } from '../run/training/read-resolved.ts';
import { experimentPath } from '../run/training/resumable.ts';
import { openSetup, type Setup } from '../run/training/setup.ts';
import type { Arguments } from './arguments.ts';
import { setOption, type Options } from './command.ts';
import { parseOverride, withOverrides, type Override } from './experiment-file.ts';
import { FileError, UsageError } from './failure.ts';
import { shortPath } from './invocation.ts';
import { line, type Io } from './io.ts';
import { loadExperiment } from './load-experiment.ts';

export const policyOptions: Options = {
  checkpoint: { short: 'c', value: 'checkpoint', help: 'The policy of this checkpoint: an iteration of the run folder, or run-folder#iteration for that of another run. By default the newest one of a run folder; for an experiment file what it would start from.' },
  ...setOption,
};

export interface OpenedPolicy {
  /** Its initial weights are those of the policy. */
  readonly setup: Setup;
  /** Where they came from, for people. */
  readonly origin: string;
  /** Whether a run came to it, rather than that it starts one. */
  readonly isOfRun: boolean;
}

/** Options that name a policy. */
type PolicyOption = 'checkpoint' | 'against';

/** Reads `12`, `folder` or `folder#12`, as an option has it. @throws UsageError */
function parseCheckpoint(option: PolicyOption, text: string, ownFolder: string | undefined): CheckpointChoice {
  const hash = text.lastIndexOf('#');
  const [folder, iteration] = /^\d+$/.test(text) ? [ownFolder, text] : hash < 0 ? [text, undefined] : [text.slice(0, hash), text.slice(hash + 1)];
  if (folder === undefined) throw new UsageError(`--${option} ${text}: an experiment file has no checkpoints. Name a run too, as run-folder#${text}.`);
  if (folder === '' || (iteration !== undefined && !/^\d+$/.test(iteration))) throw new UsageError(`--${option} ${text}: write an iteration, or a run folder and an iteration as run-folder#12.`);
  return { folder, iteration: iteration === undefined ? undefined : Number(iteration) };
}

/** Opens the experiment of a file or run folder with some fields changed, and the policy that is asked for. */
export const openPolicy = async (args: Arguments, changes: readonly Override[], io: Io): Promise<OpenedPolicy> => (await (await policiesOf(args, changes, io))('checkpoint'))();

/** Finds the policy that an option asks for, and gives what opens it, which takes longer. @throws UsageError where there is none */
export type FindPolicy = (option: PolicyOption) => Promise<() => Promise<OpenedPolicy>>;

/** Reads the experiment of a file or run folder, with some fields changed, for policies to be found in it. */
export async function policiesOf(args: Arguments, changes: readonly Override[], io: Io): Promise<FindPolicy> {
  const [path] = args.words;
  const overrides = [...args.texts('set').map(parseOverride), ...changes];
  const isRun = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isRun) requireMeasurable(overrides);
  const { experiment, from } = isRun ? await ofRun(path, overrides) : await ofFile(path, overrides, io);
  return async (option) => {
    const asked = args.text(option);
    const choice = asked === undefined ? (isRun ? { folder: path } : undefined) : parseCheckpoint(option, asked, isRun ? path : undefined);
    if (!choice) return () => openStart(experiment, from, io);
    const chosen = await chooseCheckpoint(choice).catch((error: unknown) => {
      if (asked === undefined || !(error instanceof MissingCheckpoint)) throw error;
      throw new UsageError(`--${option} ${asked}: ${error.message}`);
    });
    // In place of what the experiment starts from, which is not needed and may be gone.
    return async () => ({
      setup: await openSetup(experiment, from, (config, base) => checkpointWeights(chosen, config, base)),
      origin: `checkpoint ${chosen.iteration} of ${shortPath(resolve(chosen.folder))}`, isOfRun: true,
    });
  };
}

/** What an experiment would start from. */
async function openStart(experiment: Experiment, from: string, io: Io): Promise<OpenedPolicy> {
  const setup = await openSetup(experiment, from);
  if (setup.needsWarmStart) line(io.err, 'This experiment has no checkpoint to start from, so this is its policy before the warm start: random weights.');
  return { setup, origin: setup.origin, isOfRun: false };
}

async function ofRun(folder: string, overrides: readonly Override[]): Promise<{ experiment: Experiment; from: string }> {
  const { folder: where, run } = await readHead(folder);
  const experiment = readResolved(where);
  const from = experimentPath(where, run.experiment.path, experiment);
  return { experiment: overrides.length === 0 ? experiment : changed(experiment, overrides, runPath.resolved(folder)), from };
}

/** Sections and fields that say how a run came about, or what its weights are: no measurement of it can change them. */
const settled = /^(algorithm|warmStart|policy\.adapter)(\.|$)|^policy\.(checkpoint|width|layers|heads|keyValueHeads|feedForward|ropeTheta)$/;

/** @throws UsageError for a change that would be ignored, or that the weights of a run contradict */
function requireMeasurable(overrides: readonly Override[]): void {
  const wrong = overrides.find(({ path }) => settled.test(path));
  if (wrong) throw new UsageError(`--set ${wrong.path}: a run's policy is trained already, and this setting cannot change what is measured of it. Leave it out, or set it for train.`);
}

/** A whole experiment with some fields set. @throws FileError for values that the fields do not take */
function changed(experiment: Experiment, overrides: readonly Override[], name: string): Experiment {
  const text = withOverrides(JSON.stringify(experiment, null, 2), overrides);
  const result = validateExperiment(text);
  // Warnings are about fields that nobody wrote: a run's folder has every default written out.
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error');
  if (!result.experiment) throw new FileError(`the experiment has errors.\n\n${formatDiagnostics(errors, `${name} (as set)`, text)}`);
  return result.experiment;
}

async function ofFile(file: string, overrides: readonly Override[], io: Io): Promise<{ experiment: Experiment; from: string }> {
  const { experiment, path } = await loadExperiment(file, overrides, io);
  return { experiment, from: path };
}

/** The change that an option with a number makes to a field, if it is given. The field's own range is checked with the file. */
export function numberChange(args: Arguments, option: string, path: string): Override[] {
  const value = args.number(option, { least: -Infinity });
  return value === undefined ? [] : [{ path, value }];
}
