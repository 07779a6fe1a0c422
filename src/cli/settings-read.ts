/** Which settings a command reads, of a run and of an experiment file. `--set` of another would be ignored, and is refused. */
import { fieldAt, fieldsBelow } from '../config/field-tree.ts';
import type { Override } from './experiment-file.ts';
import { UsageError } from './failure.ts';

export type Reader = 'evaluate' | 'rollout' | 'export';

const policy = ['policy.tokenizer', 'policy.dialogue', 'policy.template', 'policy.context'];
const limits = ['maxTurns', 'maxTokensPerTurn', 'maxTokens', 'maxSeconds', 'toolSeconds', 'liveEpisodes'].map((name) => `rollout.${name}`);
const played = ['seed', 'world', ...policy, ...limits, 'engine'];

/** Fields and sections that each command reads. */
const read: Readonly<Record<Reader, readonly string[]>> = {
  evaluate: [...played, ...['splits', 'tasksPerSplit', 'samplesPerTask', 'temperature', 'confidence'].map((name) => `evaluation.${name}`)],
  rollout: [...played, 'rollout.temperature', 'rollout.topP', 'reward'],
  // lengths and episodes since memory is predicted from them, and what would not fit is refused
  export: ['policy.tokenizer', 'policy.template', 'policy.context', 'rollout.maxTokens', 'rollout.liveEpisodes', 'engine'],
};

/** What each reads of a file beside: which policy it would start from, and whether its recordings are there. */
const readOfFile: readonly string[] = ['preset', 'seed', 'policy', 'warmStart.mode', 'rollout.recorded.file'];

/** What to set in place of a field that a command passes over. */
const instead: Readonly<Record<Reader, Readonly<Record<string, string>>>> = {
  evaluate: {
    'rollout.temperature': 'Set evaluation.temperature.',
    'rollout.topP': 'Every token may be drawn in a measurement; evaluation.temperature 0 takes the likeliest.',
    'rollout.tasksPerIteration': 'Set evaluation.tasksPerSplit.',
    'rollout.samplesPerTask': 'Set evaluation.samplesPerTask.',
    'evaluation.every': 'It measures once, now.',
    reward: 'Pass rates do not depend on rewards; steptool rollout shows them.',
  },
  rollout: {
    'evaluation.temperature': 'Set rollout.temperature.',
    'evaluation.splits': 'Give --split.',
    'evaluation.tasksPerSplit': 'Give --tasks.',
    'evaluation.samplesPerTask': 'Give --samples.',
    'rollout.tasksPerIteration': 'Give --tasks.',
    'rollout.samplesPerTask': 'Give --samples.',
  },
  export: {},
};

const isBelow = (path: string, section: string): boolean => path === section || path.startsWith(`${section}.`);

/** Whether a command reads a field. */
export const reads = (reader: Reader, path: string): boolean => read[reader].some((each) => isBelow(path, each));

/** Paths of all fields that a command reads. */
export const fieldsRead = (reader: Reader): string[] =>
  read[reader].flatMap((path) => fieldsBelow(fieldAt(path)!).filter(({ kind }) => kind !== 'section').map((field) => field.path));

/** @throws UsageError for the first change of an experiment file that the command would ignore */
export function requireReadOfFile(reader: Reader, overrides: readonly Override[]): void {
  const all = [...read[reader], ...readOfFile];
  // a section counts where the command reads anything in it: the rest of it is the file's to say
  const ignored = overrides.find(({ path }) => !all.some((each) => isBelow(path, each) || isBelow(each, path)));
  if (ignored) throw new UsageError(`--set ${ignored.path}: ${reader} does not read this setting. ${insteadOf(reader, ignored.path) ?? 'Leave it out, or set it for train.'}`);
}

const insteadOf = (reader: Reader, path: string): string | undefined => Object.entries(instead[reader]).find(([each]) => isBelow(path, each))?.[1];

/** @throws UsageError for the first change that the command would ignore, or that the weights of a run contradict */
export function requireRead(reader: Reader, overrides: readonly Override[]): void {
  for (const { path } of overrides) {
    const field = fieldAt(path);
    if (field?.kind === 'section') {
      const first = fieldsBelow(field).find((inner) => inner.kind !== 'section' && reads(reader, inner.path));
      if (first) throw new UsageError(`--set ${path}: it is a section, of which the run has every field. Set its fields one by one, such as ${first.path}.`);
    }
    if (reads(reader, path)) continue;
    const cure = insteadOf(reader, path);
    const done = reader === 'export' ? 'exported' : reader === 'rollout' ? 'played' : 'measured';
    throw new UsageError(`--set ${path}: ${reader} does not read this setting${cure === undefined ? `: a run's policy is trained already, and it cannot change what is ${done} of it. Leave it out, or set it for train.` : ` of a run. ${cure}`}`);
  }
}
