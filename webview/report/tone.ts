/** Whether a change is one, and for the better: it has a colour only where chance does not explain it. */
import type { Estimate } from './model.ts';

/** The difference of two ends; undefined where either is not known. */
const between = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined || b === undefined ? undefined : a - b);

/**
 * `good` or `bad` where the interval of the recorded change leaves out 0, or, where none was recorded, where the intervals of both
 * do not touch; empty where that is not so, or where neither direction is better.
 */
export function toneOf(first: Estimate, last: Estimate, recorded: Estimate | undefined, better: 'higher' | 'lower' | undefined): 'good' | 'bad' | '' {
  const [low, high] = recorded ? [recorded.low, recorded.high] : [between(last.low, first.high), between(last.high, first.low)];
  const direction = low !== undefined && low > 0 ? 'higher' : high !== undefined && high < 0 ? 'lower' : undefined;
  return direction === undefined || better === undefined ? '' : direction === better ? 'good' : 'bad';
}
