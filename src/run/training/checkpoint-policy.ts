import type { PolicyConfig } from '../../policy/config.ts';
import type { Weights } from '../../policy/weights.ts';
import { listCheckpoints, readCheckpoint } from '../folder/checkpoint-read.ts';
import { RunFolderError } from '../folder/errors.ts';
import { readHead } from '../folder/reader.ts';
import { completed, type Base } from './base.ts';

/** A checkpoint that was asked for by its iteration is not there. */
export class MissingCheckpoint extends RunFolderError {}

/** A run's checkpoint as a policy: of an iteration, or the newest one. */
export interface CheckpointChoice {
  readonly folder: string;
  readonly iteration?: number;
}

/**
 * Which checkpoint a choice means.
 * @throws RunFolderError where there is no such checkpoint, naming those that there are
 */
export async function chooseCheckpoint({ folder, iteration }: CheckpointChoice): Promise<Required<CheckpointChoice>> {
  await readHead(folder); // says so if this is no run
  const there = await listCheckpoints(folder);
  const last = there.at(-1);
  if (last === undefined) throw new RunFolderError('corrupt', `${folder} has no checkpoint yet: the run ended before the first one. Continue it with steptool resume.`, folder);
  if (iteration !== undefined && !there.includes(iteration)) {
    throw new MissingCheckpoint('corrupt', `${folder} has no checkpoint of iteration ${iteration}. It has those of ${there.join(', ')}; checkpoints.keep says how many stay.`, folder);
  }
  return { folder, iteration: iteration ?? last };
}

/**
 * Weights of a checkpoint.
 * @param tokenizerHash of what they are to be used with; left out where something else is asked for on purpose
 * @throws RunFolderError if it is damaged, and where it does not have the config's sizes, stood beside another base, or knew another tokenizer
 */
export async function checkpointWeights({ folder, iteration }: Required<CheckpointChoice>, config: PolicyConfig, base: Base | undefined, tokenizerHash?: string): Promise<Weights> {
  const { weights, state, folder: where } = await readCheckpoint(folder, iteration);
  const whole = completed(await weights(), state, config, base, where);
  const recorded = typeof state === 'object' && state !== null && 'tokenizer' in state ? state.tokenizer : undefined;
  if (tokenizerHash !== undefined && recorded !== undefined && recorded !== tokenizerHash)
    throw new RunFolderError('corrupt', `${where} was trained with another tokenizer or template of dialogues than policy.tokenizer, policy.checkpoint and policy.template now name: it would read and write other texts. Put the earlier files back; those called "bundled" come with the version that trained it.`, where);
  return whole;
}
