/** Lines of metrics as columns, which travel to a page as they are in memory. */
import type { MetricsLine } from '../../run/folder/lines.ts';

const counters = ['iteration', 'updates', 'tokens', 'seconds'] as const;

/** `count` rows: for each metric that any of them has, and for the four counters, a column of `count` values; NaN where a row has none. */
export interface Columns {
  readonly count: number;
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/** Turns lines into columns. Unknown fields are left out unless their name has a slash, as metrics have. */
export function columnsOf(lines: readonly MetricsLine[]): Columns {
  // A null prototype: a metric may be called "__proto__/x" or "constructor" by whoever wrote the file.
  const columns = Object.create(null) as Record<string, Float64Array>;
  const put = (name: string, row: number, value: unknown): void => {
    if (typeof value !== 'number') return;
    (columns[name] ??= new Float64Array(lines.length).fill(NaN))[row] = value;
  };
  lines.forEach((line, row) => {
    for (const [name, value] of Object.entries(line)) if (name.includes('/')) put(name, row, value);
    for (const name of counters) put(name, row, line[name]);
  });
  for (const name of counters) columns[name] ??= new Float64Array(lines.length).fill(NaN);
  return { count: lines.length, columns: { ...columns } };
}

/** Whether a line is an evaluation's: it has metrics, and all of them are of splits. */
export function isEvaluation(line: MetricsLine): boolean {
  const names = Object.keys(line).filter((name) => name.includes('/'));
  return names.length > 0 && names.every((name) => name.startsWith('evaluate/'));
}
