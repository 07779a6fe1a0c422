/**
 * Loss scaling (arXiv 1710.03740, section 3.2): half precision has no numbers below 6e-8, and gradients are often smaller.
 * On the way back the loss is as many times larger, which a power of two does without rounding.
 */
import type { Precision } from '../compute/names.ts';

/**
 * Scales to try, one after the other until no gradient is beyond half precision's 65,504. Each update begins with the first: an
 * update then depends on nothing but weights and batch, and none is lost, as where scales adapt from one to the next.
 */
export const lossScales = (precision: Precision): readonly number[] => (precision === 'float16' ? [2 ** 14, 2 ** 10, 2 ** 6, 2 ** 2, 1] : [1]);
