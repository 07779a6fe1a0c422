/** Which sequences share a line: bin packing in which samples that meet in a line share one copy of their prompt. */

/** A sequence to be placed, by lengths alone. */
export interface Item {
  /** What the line names it by. */
  readonly index: number;
  /** Items of equal group have the same prompt. */
  readonly group: string;
  readonly prompt: { readonly length: number };
  readonly response: { readonly length: number };
}

/** Prompts in the order of their rows, each with the indices of the samples behind it. */
export type Line = readonly { readonly members: readonly number[] }[];

/**
 * Best fit, longest first: each item goes where its prompt already stands, if it fits there, else into the fullest line
 * with room for both, else into a new one. Best fit decreasing stays within 11/9 of the fewest lines, and far closer for
 * items that are short beside the line.
 * @param length rows of a line; no item may be longer
 */
export function fill(items: readonly Item[], length: number): Line[] {
  const lines: { free: number; readonly prompts: Map<string, number[]> }[] = [];
  const longestFirst = [...items].sort((a, b) => b.response.length - a.response.length || a.index - b.index);
  for (const { index, group, prompt, response } of longestFirst) {
    const need = (line: (typeof lines)[number]): number => response.length + (line.prompts.has(group) ? 0 : prompt.length);
    let best: (typeof lines)[number] | undefined;
    for (const line of lines) {
      if (need(line) > line.free) continue;
      if (!best || need(line) < need(best) || (need(line) === need(best) && line.free < best.free)) best = line;
    }
    if (!best) lines.push(best = { free: length, prompts: new Map() });
    best.free -= need(best);
    const members = best.prompts.get(group);
    if (members) members.push(index);
    else best.prompts.set(group, [index]);
  }
  return lines.map(({ prompts }) => Array.from(prompts.values(), (members) => ({ members })));
}
