/** Two attempts at one task, step beside step: the alignment that pairs most calls with their like. */

/** What aligning looks at. */
export interface Call {
  readonly action: string;
  readonly arguments: string;
}

/** A row: indices into both attempts; undefined where one has nothing beside the other's step. */
export interface AlignedRow {
  readonly left?: number;
  readonly right?: number;
  /** Same tool and same arguments. */
  readonly same: boolean;
}

/** Longer attempts are paired by their number alone: the table of all pairs would be too large. */
const longest = 600;

const squeeze = (text: string): string => text.replace(/\s+/g, '');
const isSame = (a: Call, b: Call): boolean => a.action === b.action && squeeze(a.arguments) === squeeze(b.arguments);

/** What pairing costs: nothing for the same call, little for the same tool, and for two tools a little less than standing alone twice. */
const cost = (a: Call, b: Call): number => (isSame(a, b) ? 0 : a.action === b.action ? 0.6 : 1.8);
const alone = 1;

/** Aligns by dynamic programming (Needleman and Wunsch, 1970); ties keep steps of one number together. */
export function align(left: readonly Call[], right: readonly Call[]): AlignedRow[] {
  const [n, m] = [left.length, right.length];
  if (n > longest || m > longest) {
    return Array.from({ length: Math.max(n, m) }, (_, i) => ({ left: i < n ? i : undefined, right: i < m ? i : undefined, same: i < n && i < m && isSame(left[i], right[i]) }));
  }
  const width = m + 1;
  const costs = new Float64Array((n + 1) * width);
  for (let i = n; i >= 0; i--) {
    for (let j = m; j >= 0; j--) {
      if (i === n && j === m) continue;
      costs[i * width + j] = Math.min(
        i < n && j < m ? cost(left[i], right[j]) + costs[(i + 1) * width + j + 1] : Infinity,
        i < n ? alone + costs[(i + 1) * width + j] : Infinity,
        j < m ? alone + costs[i * width + j + 1] : Infinity);
    }
  }
  const rows: AlignedRow[] = [];
  for (let i = 0, j = 0; i < n || j < m; ) {
    const here = costs[i * width + j];
    if (i < n && j < m && Math.abs(here - cost(left[i], right[j]) - costs[(i + 1) * width + j + 1]) < 1e-9) rows.push({ left: i, right: j, same: isSame(left[i++], right[j++]) });
    else if (i < n && Math.abs(here - alone - costs[(i + 1) * width + j]) < 1e-9) rows.push({ left: i++, same: false });
    else rows.push({ right: j++, same: false });
  }
  return rows;
}
