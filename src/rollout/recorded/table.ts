/** Tab-separated files as Python's csv and pandas write them: quoted cells may hold tabs and lines, `""` is a quote. */

/** Something wrong with a file of recorded trajectories, and where. */
export class RecordedError extends Error {
  override readonly name = 'RecordedError';
  /** @param line @param column of the file, counted from 1, in characters (UTF-16 units) */
  constructor(readonly what: string, readonly file: string, readonly line: number, readonly column: number) {
    super(`${file}:${line}:${column}: ${what}`);
  }
}

export interface Cell {
  readonly text: string;
  /** Where an offset of `text` is in the file. */
  at(offset: number): { readonly line: number; readonly column: number };
}

/** Cells by the names of their columns. */
export type Row<Name extends string> = Readonly<Record<Name, Cell>> & { readonly line: number };

/**
 * Reads a table row by row, as they are asked for.
 * @param names columns that there must be; their order is free, and others are passed over
 * @throws RecordedError for a missing column, a row of another length, a quote that is not closed
 */
export function* readTable<const Name extends string>(text: string, file: string, names: readonly Name[]): Generator<Row<Name>, undefined> {
  const lines = lineStarts(text);
  const fail = (what: string, offset: number): never => {
    const { line, column } = lines(offset);
    throw new RecordedError(what, file, line, column);
  };
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  /** The cells of the next row that is not empty, with their starts. */
  const row = (): { start: number; cells: Raw[] } | undefined => {
    while (at < text.length && (text[at] === '\n' || text[at] === '\r')) at++;
    if (at >= text.length) return undefined;
    const start = at;
    const cells: Raw[] = [];
    for (;;) {
      const cell = readCell(text, at, fail);
      cells.push(cell);
      at = cell.end;
      if (text[at] !== '\t') break;
      at++;
    }
    return { start, cells };
  };
  const header = row();
  const columns = header?.cells.map((cell) => cell.text.trim()) ?? [];
  const missing = names.filter((name) => !columns.includes(name));
  if (missing.length > 0) fail(`There is no column ${missing.map((name) => `"${name}"`).join(', ')}. The first line should be the names ${names.join(', ')} with a tab between them.`, header?.start ?? 0);
  for (let next = row(); next; next = row()) {
    const { cells, start } = next;
    if (cells.length !== columns.length) fail(`The row has ${cells.length} cells, and there are ${columns.length} columns.`, start);
    const byName = names.map((name) => {
      const cell = cells[columns.indexOf(name)];
      return [name, { text: cell.text, at: (offset: number) => lines(inFile(text, cell, offset)) }] as const;
    });
    yield { ...(Object.fromEntries(byName) as Record<Name, Cell>), line: lines(start).line };
  }
}

interface Raw {
  readonly text: string;
  /** Where its text begins in the file, and where it ends, the closing quote included. */
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

function readCell(text: string, at: number, fail: (what: string, offset: number) => never): Raw {
  if (text[at] !== '"') {
    const end = /[\t\r\n]|$/g;
    end.lastIndex = at;
    const { index } = end.exec(text)!;
    return { text: text.slice(at, index), start: at, end: index, quoted: false };
  }
  const parts: string[] = [];
  for (let from = at + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return fail('The quote that begins the cell is not closed.', at);
    if (text[quote + 1] !== '"') {
      parts.push(text.slice(from, quote));
      const behind = text[quote + 1];
      if (behind !== undefined && !/[\t\r\n]/.test(behind)) fail('Behind a cell in quotes there should be a tab or the end of the line. A quote within it is written twice.', quote + 1);
      return { text: parts.join(''), start: at + 1, end: quote + 1, quoted: true };
    }
    parts.push(text.slice(from, quote + 1));
    from = quote + 2;
  }
}

/** The place in the file of an offset of a cell's text: quotes are written twice there. */
function inFile(text: string, { start, quoted }: Raw, offset: number): number {
  if (!quoted) return start + offset;
  let at = start;
  for (let i = 0; i < offset; i++) at += text[at] === '"' ? 2 : 1;
  return at;
}

/** Lines and columns of offsets; asked for in no order, and rarely. */
function lineStarts(text: string): (offset: number) => { line: number; column: number } {
  let starts: number[] | undefined;
  return (offset) => {
    if (!starts) {
      starts = [0];
      for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + end.length);
    }
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - starts[low] + 1 };
  };
}
