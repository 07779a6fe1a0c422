/** The order in which recordings are learnt from: pass after pass over all of them, each in an order of its own, in batches. */
import { random, shuffle } from '../../world/random.ts';

export interface Deck {
  readonly recordings: number;
  readonly batch: number;
  /** A last batch that is not full: left out, as the released trainer does, or dealt as it is. */
  readonly lastBatch: 'keep' | 'drop';
  /** Whether a single recording that is left and kept joins the batch before: alone, it has nothing that it could be whitened against. */
  readonly joinsOne: boolean;
  readonly seed: number;
}

/** Batches of a pass. */
export function batchesOf({ recordings, batch, lastBatch, joinsOne }: Omit<Deck, 'seed'>): number {
  const full = Math.floor(recordings / batch);
  const left = recordings % batch;
  return lastBatch === 'drop' || left === 0 || (left === 1 && joinsOne && full > 0) ? full : full + 1;
}

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
  const place = (iteration - 1) % batches;
  const takesRest = deck.lastBatch === 'keep' && place === batches - 1;
  return { pass, chosen: order.slice(place * deck.batch, takesRest ? undefined : (place + 1) * deck.batch) };
}
