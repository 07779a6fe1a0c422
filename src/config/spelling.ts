/** Which known name a misspelt one was meant to be. */

/**
 * Damerau-Levenshtein distance in its restricted form: insertions, deletions, substitutions and swaps of neighbours, no
 * part edited twice. Costs O(|a||b|).
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1));
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) cost = Math.min(cost, beforeLast[column - 2] + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length];
}

/** Case, dashes, underscores and blanks are the usual slips, and cost nothing. */
const plain = (name: string): string => name.toLowerCase().replace(/[-_\s]/g, '');

/** A beginning of this length says what was meant. */
const leastBeginning = 4;

/**
 * The known name nearest to a misspelt one, or undefined when none is near: at most a third of the letters differ. A name
 * cut short means the one that it begins, where there is one such and none is a slip away.
 */
export function closest(name: string, known: Iterable<string>): string | undefined {
  // No name of a field is near a very long one, and the distance would be slow to compute.
  if (name.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of known) {
    const distance = editDistance(plain(name), plain(candidate));
    if (distance < bestDistance && distance <= Math.max(1, Math.floor(candidate.length / 3))) {
      best = candidate;
      bestDistance = distance;
    }
  }
  if (bestDistance <= 1 || plain(name).length < leastBeginning) return best;
  const begun = [...known].filter((candidate) => plain(candidate).startsWith(plain(name)));
  return begun.length === 1 ? begun[0] : best;
}
