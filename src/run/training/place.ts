import type { Experiment } from '../../config/schema.ts';
import type { Checkpoint } from '../folder/checkpoint-read.ts';
import { RunFolderError } from '../folder/errors.ts';
import { runPath } from '../folder/paths.ts';
import { sha256 } from '../folder/writer.ts';
import type { Setup } from './setup.ts';

/** What of a run is not tensors, as a checkpoint's state.json keeps it. */
export interface Counters {
  updates: number;
  tokens: number;
  /** Wall-clock seconds of training, time between a kill and a resume left out. */
  seconds: number;
  klCoefficient: number;
}

const names = ['updates', 'tokens', 'seconds', 'klCoefficient'] as const satisfies readonly (keyof Counters)[];

/** SHA-256 of what an experiment says, whatever the order in which it says it. */
export const fingerprint = (experiment: Experiment): string => sha256(new TextEncoder().encode(JSON.stringify(sorted(experiment))));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]));
}

/**
 * The counters of a checkpoint.
 * @throws RunFolderError `corrupt` if one is missing, or if the checkpoint was trained with another experiment or tokenizer
 */
export function readCounters({ folder, state }: Pick<Checkpoint, 'folder' | 'state'>, { experiment, tokenizerHash }: Pick<Setup, 'experiment' | 'tokenizerHash'>): Counters {
  const fields: Readonly<Record<string, unknown>> = typeof state === 'object' && state !== null && !Array.isArray(state) ? { ...state } : {};
  const read = (name: keyof Counters): number => {
    const value = fields[name];
    if (typeof value === 'number') return value;
    throw new RunFolderError('corrupt', `${folder}: "state" in state.json has no number "${name}". Another version wrote the checkpoint; resume with that version, or start a new run.`, folder);
  };
  if (fields['experiment'] !== fingerprint(experiment)) {
    throw new RunFolderError('corrupt', `${folder} was trained by another experiment than resolved.json now describes. Undo the change there, or start a new run of the changed experiment.`, runPath.resolved(folder));
  }
  if (fields['tokenizer'] !== tokenizerHash) {
    throw new RunFolderError('corrupt', `${folder} was trained with another tokenizer than policy.tokenizer ("${experiment.policy.tokenizer}") now is. Put the earlier one back, or start a new run.`, folder);
  }
  const [updates, tokens, seconds, klCoefficient] = names.map(read);
  return { updates, tokens, seconds, klCoefficient };
}
