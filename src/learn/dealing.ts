/** Items dealt into parts: minibatches of an iteration, batches of a pool of demonstrations. */

/**
 * The items in their order, in `parts` parts whose sizes differ by 1 at most; fewer parts, of one item each, where there are
 * fewer items.
 */
export function dealt<T>(items: readonly T[], parts: number): T[][] {
  const count = Math.min(parts, items.length);
  return Array.from({ length: count }, (_, part) => items.slice(Math.floor((part * items.length) / count), Math.floor(((part + 1) * items.length) / count)));
}
