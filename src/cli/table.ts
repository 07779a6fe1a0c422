/** Tables of text. */

/** Rows of cells; the first row is the heading. The first column stands left, the others as told. */
export function table(rows: readonly (readonly string[])[], align: 'left' | 'right' = 'left'): string {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) => widths.map((width, column) => (column === 0 || align === 'left' ? (row[column] ?? '').padEnd(width) : (row[column] ?? '').padStart(width))).join('   ').trimEnd())
    .join('\n');
}
