/** The file of recorded trajectories that an experiment trains on, opened. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { recordedKind } from '../../config/named-files.ts';
import type { Experiment } from '../../config/schema.ts';
import { noSpace, type Tokenizer } from '../../policy/tokenizer.ts';
import { batchesOf, type Deck } from '../../rollout/recorded/deal.ts';
import { encode } from '../../rollout/recorded/encode.ts';
import { readOwn } from '../../rollout/recorded/own.ts';
import type { Recording } from '../../rollout/recorded/recording.ts';
import { readReleased } from '../../rollout/recorded/released.ts';
import type { World } from '../../world/world.ts';
import { withTokens } from './recorded-tokens.ts';

export interface Recorded {
  readonly recordings: readonly Recording[];
  readonly deck: Deck;
  /** What is otherwise than earlier versions had it with this file. */
  readonly changes: readonly string[];
  /** SHA-256 of the file, and of the tokens beside it. */
  readonly hash: string;
  /** What it is, for people. */
  readonly summary: string;
}

/** Bytes of a file that is read: with room to spare below the longest text that Node holds. */
export const mostBytes = 2 ** 28;

/**
 * Opens the file that the experiment trains on; undefined where it trains on episodes of its own.
 * @param tokenizer of the policy that is trained
 * @throws naming file, line and column, if a row of it cannot be read; where it has too few; and if the tokenizer cannot write it
 */
export async function openRecorded({ rollout, credit, seed }: Pick<Experiment, 'rollout' | 'credit' | 'seed'>, experimentPath: string, world: Pick<World, 'tools'>, tokenizer: Tokenizer): Promise<Recorded | undefined> {
  const { recorded: { file, lastBatch }, tasksPerIteration, samplesPerTask } = rollout;
  if (file === null) return undefined;
  const path = resolve(dirname(experimentPath), file);
  const bytes = readWhole(path);
  const read = [...readRecordings(bytes.toString('utf8'), file, world)];
  const recordings = isOwn(file) ? await withTokens(read, dirname(path)) : read;
  const deck: Deck = { recordings: recordings.length, batch: tasksPerIteration * samplesPerTask, lastBatch, joinsOne: credit.whiten, seed };
  if (recordings.length === 0) throw new Error(`rollout.recorded.file: ${file} has no trajectories to train on${isOwn(file) ? ': those of held-out splits are left out' : ''}.`);
  const batches = batchesOf(deck);
  if (batches === 0) throw new Error(`rollout.recorded: ${file} ${noBatch(recordings.length, deck.batch)}`);
  if (recordings.length === 1 && credit.whiten) throw new Error(`rollout.recorded.file: ${file} has one trajectory, and "credit.whiten" erases whether it went well: its mean advantage becomes 0. Take a file with more, or set that to false.`);
  try {
    requireTokens(recordings[0], tokenizer, rollout);
  } catch (error) {
    throw new Error(`rollout.recorded.file: ${file} cannot be used: ${(error as Error).message}`);
  }
  const hash = createHash('sha256').update(bytes);
  for (const { ids } of recordings) if (ids) hash.update(Int32Array.from(ids));
  const changes = [
    ...(batches < batchesOf({ ...deck, joinsOne: false }) ? ['a single trajectory that is left joins the batch before it'] : []),
    ...(recordings[0].framed && rollout.recorded.encoding === 'dialogue' && tokenizer.tellsText ? [noSpace] : []), // the file's own frames are text
  ];
  return {
    recordings, deck, changes, hash: hash.digest('hex'),
    summary: `${recordings.length} recorded trajectories of ${file}; a pass over them takes ${batches} ${batches === 1 ? 'iteration' : 'iterations'}`,
  };
}

/** What is wrong where a pass has no batch at all; it goes on after the file's name. */
export const noBatch = (recordings: number, batch: number): string =>
  `has ${recordings} ${recordings === 1 ? 'trajectory' : 'trajectories'}, fewer than a batch of ${batch} ("rollout.tasksPerIteration" × "rollout.samplesPerTask"), and "lastBatch" is "drop". Lower these, or keep the last batch.`;

/**
 * Encodes a trajectory as training will. A file's are all framed alike, so that the first one tells of all.
 * @throws with what the tokenizer lacks for them, and what to do
 */
export function requireTokens(first: Recording, tokenizer: Tokenizer, rollout: Experiment['rollout']): void {
  try {
    encode(first, tokenizer, rollout.recorded, rollout);
  } catch (error) {
    const why = (error as Error).message.replace(/\.$/, '');
    throw new Error(`the policy's tokenizer cannot write its trajectories (${why}). Train a model that was made for this file's format, or take the file of its own format.`);
  }
}

const isOwn = (name: string): boolean => recordedKind(name) === 'own';

/**
 * Recordings of a file's text, or of lines in it, read as they are asked for.
 * @param firstLine number of the text's first line
 * @throws RecordedError naming line and column, for a row that cannot be read
 */
export function readRecordings(text: string, name: string, world: Pick<World, 'tools'>, firstLine = 1): Generator<Recording, undefined> {
  if (!isOwn(name)) return readReleased(text, name);
  const tools = new Map(world.tools.map((tool) => [tool.name, tool]));
  return readOwn(text, name, (tool) => tools.get(tool), firstLine);
}

function readWhole(path: string): Buffer {
  let size: number;
  try {
    size = statSync(path).size;
  } catch (error) {
    throw new Error(`rollout.recorded.file: ${path} cannot be read (${(error as Error).message}).`);
  }
  if (size > mostBytes) throw new Error(`rollout.recorded.file: ${path} has ${size} bytes; at most ${mostBytes} are read. Split it.`);
  return readFileSync(path);
}

