/** How many rows' logits are computed at once: memory predicted and memory used must say the same. */

/** Logits that are computed at once, at most: 128 MB of them. */
const atOnce = 2 ** 25;
/** Logits of a part, where there are more. A part's gradient holds some six tensors of this size. */
const perPart = 2 ** 23;

/** Rows of a part; all where they are few. */
export const rowsOfPart = (rows: number, vocabulary: number): number =>
  rows * vocabulary <= atOnce ? rows : Math.max(32, Math.floor(perPart / vocabulary));
