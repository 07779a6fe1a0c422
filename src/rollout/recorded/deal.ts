/** The order in which recordings are learnt from: pass after pass over all of them, each in an order of its own, in batches. */
import { random, shuffle } from '../../world/random.ts';

export interface Deck {
  readonly recordings: number;
  readonly batch: number;
  /** A last batch that is not full: left out, as the released trainer does, or dealt as it is. */
  readonly lastBatch: 'keep' | 'drop';
  readonly seed: number;
}

/** Batches of a pass. */
export const batchesOf = ({ recordings, batch, lastBatch }: Omit<Deck, 'seed'>): number => (lastBatch === 'drop' ? Math.floor(recordings / batch) : Math.ceil(recordings / batch));

/**
 * The recordings of an iteration, by number. Follows from the seed and the iteration alone, so that a resume needs no memory.
 * @param iteration counted from 1
 * @returns with the pass that it is in, counted from 1
 */
export function deal(deck: Deck, iteration: number): { readonly pass: number; readonly chosen: readonly number[] } {
  const batches = batchesOf(deck);
  if (batches === 0) throw new RangeError(`${deck.recordings} recordings do not fill a batch of ${deck.batch}.`);
  const pass = Math.floor((iteration - 1) / batches) + 1;
  const order = shuffle(random('recorded', deck.seed, pass), Array.from({ length: deck.recordings }, (_, i) => i));
  const start = ((iteration - 1) % batches) * deck.batch;
  return { pass, chosen: order.slice(start, start + deck.batch) };
}
