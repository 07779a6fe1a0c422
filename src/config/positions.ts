/** Lines and columns of a text, as editors count them. */

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units; a byte order mark at the start has no column. */
  readonly column: number;
}

/** Looks up positions in one text; `\n`, `\r\n` and a lone `\r` end lines. */
export class Positions {
  private readonly starts: number[];

  constructor(private readonly text: string) {
    this.starts = [text.startsWith('\uFEFF') ? 1 : 0];
    for (const end of text.matchAll(/\r\n|\n|\r/g)) this.starts.push(end.index + end[0].length);
  }

  /** The place of an offset; offsets outside of the text are moved to its ends. */
  at(offset: number): Position {
    const inside = Math.min(Math.max(offset, this.starts[0]), this.text.length);
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= inside) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: inside - this.starts[low] + 1 };
  }

  /** The text of a line, counted from 1, without its end. */
  line(number: number): string {
    const start = this.starts[number - 1] ?? this.text.length;
    return this.text.slice(start, this.starts[number] ?? this.text.length).replace(/[\r\n]+$/, '');
  }
}
