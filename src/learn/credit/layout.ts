// Which tokens are trainable, and which of them make up which step.
import type { Span } from './input.ts';

/** A step's tokens as a range of the trainable positions (never empty), and the score it earned. */
export interface StepLayout {
  readonly score: number;
  readonly start: number;
  readonly end: number;
}

export interface Layout {
  /** Length of the per-token arrays, masked tokens included. */
  readonly length: number;
  /** Trainable positions, ascending. */
  readonly positions: Int32Array;
  readonly steps: readonly StepLayout[];
}

/** Positions where the mask is 1, ascending. Throws RangeError for a mask that is not all 0 and 1. */
export function trainablePositions(mask: ArrayLike<number>): Int32Array {
  const positions: number[] = [];
  for (let t = 0; t < mask.length; t++) {
    if (mask[t] === 1) positions.push(t);
    else if (mask[t] !== 0) throw new RangeError(`mask[${t}] is ${mask[t]}: a mask has 1 where the policy chose the token and 0 elsewhere`);
  }
  return Int32Array.from(positions);
}

/** Maximal runs of ones: the steps of a mask, as long as no two steps touch. */
export function runsOf(mask: ArrayLike<number>): Span[] {
  const runs: Span[] = [];
  for (let t = 0; t < mask.length; t++) {
    if (mask[t] !== 1) continue;
    const start = t;
    while (t < mask.length && mask[t] === 1) t++;
    runs.push({ start, end: t });
  }
  return runs;
}

/**
 * Lays trainable tokens out in steps and matches steps to scores from the end.
 * Throws RangeError where a score would have no token, a token no step, or a step no score: credit would vanish silently.
 */
export function layoutOf(mask: ArrayLike<number>, steps: readonly Span[] | undefined, scores: number): Layout {
  const positions = trainablePositions(mask);
  const spans = steps ?? runsOf(mask);
  if (spans.length > scores) {
    const how = steps ? 'give one score a step' : 'each run of ones in the mask counts as a step: give one score a run, or give `steps`';
    throw new RangeError(`${spans.length} steps but ${scores} scores: ${how}`);
  }
  const unscored = scores - spans.length; // steps that were cut off at the start, with their scores
  let next = 0; // first of `positions` that no step has taken
  const laidOut = spans.map(({ start, end }, index) => {
    const previous = index > 0 ? spans[index - 1].end : 0;
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < previous || end <= start || end > mask.length) {
      throw new RangeError(`steps[${index}] is ${start} to ${end}: steps must be in order, apart, not empty and within the ${mask.length} tokens`);
    }
    const first = next;
    while (next < positions.length && positions[next] < end) next++;
    if (first < next && positions[first] < start) {
      throw new RangeError(`mask[${positions[first]}] is 1 but the token is in no step: widen a step or set the mask to 0 there`);
    }
    if (first === next) throw new RangeError(`steps[${index}] (${start} to ${end}) has no trainable token to carry its reward: leave the step out, with its score`);
    return { score: unscored + index, start: first, end: next };
  });
  if (next < positions.length) {
    throw new RangeError(`mask[${positions[next]}] is 1 but the token is in no step: widen a step or set the mask to 0 there`);
  }
  return { length: mask.length, positions, steps: laidOut };
}

/** The entries of a per-token array at the trainable positions. */
export const gather = (array: ArrayLike<number>, positions: Int32Array): Float64Array => Float64Array.from(positions, (t) => array[t]);

/** A per-token array [length] with the entries at their positions and 0 elsewhere. */
export function scatter(entries: ArrayLike<number>, positions: Int32Array, length: number): Float64Array {
  const array = new Float64Array(length);
  positions.forEach((t, i) => (array[t] = entries[i]));
  return array;
}
