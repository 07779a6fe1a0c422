/** The policy that `evaluate` and `rollout` are about: of an experiment file, or of a checkpoint of a run. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { readCheckpoint } from '../run/folder/checkpoint-read.ts';
import { checkpointWeights, chooseCheckpoint, MissingCheckpoint, type CheckpointChoice } from '../run/training/checkpoint-policy.ts';
import { unknownTo } from '../run/training/place.ts';
import { openSetup, type Setup } from '../run/training/setup.ts';
import type { Arguments } from './arguments.ts';
import { setOption, type Options } from './command.ts';
import { parseOverride, type Override } from './experiment-file.ts';
import { UsageError } from './failure.ts';
import { shortPath } from './invocation.ts';
import { line, type Io } from './io.ts';
import { loadExperiment } from './load-experiment.ts';
import { experimentBeside, experimentOfRun, requireSeen, type Placed } from './run-experiment.ts';
import { requireRead, requireReadOfFile, type Reader } from './settings-read.ts';

export const policyOptions: Options = {
  checkpoint: { short: 'c', value: 'checkpoint', help: 'The policy of this checkpoint: an iteration of the run folder, or run-folder#iteration for that of another run. By default the newest one of a run folder; for an experiment file what it would start from.' },
  ...setOption,
};

export interface OpenedPolicy {
  /** Its initial weights are those of the policy. */
  readonly setup: Setup;
  /** Where they came from, for people. */
  readonly origin: string;
  /** In a word: `run#iteration`, or the experiment file. */
  readonly name: string;
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

/** A policy as an option names it. */
interface Asked {
  readonly option: PolicyOption;
  /** What was written; undefined where nothing was. */
  readonly text?: string;
  /** Undefined for what an experiment file would start from. */
  readonly choice?: CheckpointChoice;
  /** Whether it is of another run than the one that the command is given. */
  readonly isOther: boolean;
}

function askedBy(option: PolicyOption, args: Arguments, ownFolder: string | undefined): Asked {
  const text = args.text(option);
  const choice = text === undefined ? (ownFolder === undefined ? undefined : { folder: ownFolder }) : parseCheckpoint(option, text, ownFolder);
  return { option, text, choice, isOther: choice !== undefined && (ownFolder === undefined || !isSameFolder(choice.folder, ownFolder)) };
}

function isSameFolder(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => (existsSync(path) ? realpathSync(path) : resolve(path)));
  return a === b;
}

/** Opens the experiment of a file or run folder, and the policy that is asked for. */
export const openPolicy = async (reader: Reader, args: Arguments, io: Io): Promise<OpenedPolicy> => (await (await policiesOf(reader, ['checkpoint'], args, [], io))('checkpoint'))();

/** Finds the policy that an option asks for, and gives what opens it, which takes longer. @throws UsageError where there is none */
export type FindPolicy = (option: PolicyOption) => Promise<() => Promise<OpenedPolicy>>;

/**
 * Reads the experiment of a file or run folder, with some fields changed, for policies to be found in it.
 * @param options those of the command that name a policy
 */
export async function policiesOf(reader: Reader, options: readonly PolicyOption[], args: Arguments, changes: readonly Override[], io: Io): Promise<FindPolicy> {
  const [path] = args.words;
  const overrides = [...args.texts('set').map(parseOverride), ...changes];
  const isRun = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const asked = options.map((option) => askedBy(option, args, isRun ? path : undefined)).filter(({ option, text }) => option === 'checkpoint' || text !== undefined);
  const areOthers = asked.every(({ isOther }) => isOther);
  if (isRun || areOthers) requireRead(reader, overrides);
  else requireReadOfFile(reader, overrides);
  if (areOthers) requireSeen(overrides, `--checkpoint ${asked[0].text}`);
  const own = isRun ? await experimentOfRun(path, overrides) : await ofFile(path, overrides, io);
  const isReframed = overrides.some((each) => each.path === 'policy.template');
  return async (option) => {
    const one = asked.find((each) => each.option === option)!;
    const { choice } = one;
    return choice ? findCheckpoint(reader, { ...one, choice }, own, isReframed, io) : () => openStart(own, basename(path), io);
  };
}

/** @param isReframed whether its own dialogues are framed by another template on purpose */
async function findCheckpoint(reader: Reader, { option, text, choice, isOther }: Required<Pick<Asked, 'choice'>> & Asked, own: Placed, isReframed: boolean, io: Io): Promise<() => Promise<OpenedPolicy>> {
  const chosen = await chooseCheckpoint(choice).catch((error: unknown) => {
    if (text === undefined || !(error instanceof MissingCheckpoint)) throw error;
    throw new UsageError(`--${option} ${text}: ${error.message}`);
  });
  const { experiment, from } = isOther ? await experimentBeside(reader, own.experiment, chosen.folder, `--${option} ${text}`) : own;
  const folder = resolve(chosen.folder);
  // In place of what the experiment starts from, which is not needed and may be gone.
  return async () => {
    const setup = await openSetup(experiment, from, (config, base, tokenizerHash) => checkpointWeights(chosen, config, base, isReframed && !isOther ? undefined : tokenizerHash));
    const later = unknownTo((await readCheckpoint(folder, chosen.iteration, [])).state, setup.tokenizer.changes);
    if (later.length > 0) line(io.err, `Checkpoint ${chosen.iteration} of ${shortPath(folder)} was trained by an earlier version, on other tokens of the same dialogues. Now: ${later.join('; ')}.`);
    return { setup, origin: `checkpoint ${chosen.iteration} of ${shortPath(folder)}`, name: `${basename(folder)}#${chosen.iteration}`, isOfRun: true };
  };
}

/** What an experiment would start from. */
async function openStart({ experiment, from }: Placed, name: string, io: Io): Promise<OpenedPolicy> {
  const setup = await openSetup(experiment, from);
  if (setup.needsWarmStart) line(io.err, `${experiment.policy.checkpoint === null ? 'This experiment has no checkpoint to start from, so this' : 'This experiment begins with a warm start. This'} is its policy before the warm start: ${setup.origin}.`);
  return { setup, origin: setup.origin, name, isOfRun: false };
}

async function ofFile(file: string, overrides: readonly Override[], io: Io): Promise<Placed> {
  const { experiment, path } = await loadExperiment(file, overrides, io);
  return { experiment, from: path };
}

/** The change that an option with a number makes to a field, if it is given. The field's own range is checked with the file. */
export function numberChange(args: Arguments, option: string, path: string): Override[] {
  const value = args.number(option, { least: -Infinity });
  return value === undefined ? [] : [{ path, value }];
}
