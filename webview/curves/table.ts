/** The data table that says what a chart shows, for screen readers and for anyone who wants the numbers; and the same as CSV. */
import { el, on } from '../shared/dom.ts';
import { formatted, plain } from '../shared/format.ts';
import type { Picture } from './chart.ts';
import type { Line } from './lines.ts';
import { valueText } from './readout.ts';
import { say } from './strings.ts';

/** Rows shown at a time. */
const page = 200;

/** A row: its x, and of each line the place of its point there, or -1. */
export interface Row {
  readonly x: number;
  readonly points: readonly number[];
}

/** The rows of these lines, by x: points of different lines at one x share a row, several of one line at one x get a row each. */
export function* rowsOf(lines: readonly Line[]): Generator<Row> {
  const heads = lines.map(() => 0);
  for (;;) {
    let x = Infinity;
    lines.forEach((line, i) => { if (heads[i] < line.x.length && line.x[heads[i]] < x) x = line.x[heads[i]]; });
    if (x === Infinity) return;
    yield { x, points: lines.map((line, i) => (line.x[heads[i]] === x ? heads[i]++ : -1)) };
  }
}

/** A cell of CSV. Texts that a spreadsheet would take for a formula get an apostrophe. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** What is behind the chart as CSV: one row a value of x, a column a line, two more where it has an interval. As recorded: neither smoothed nor rounded. */
export function csvOf({ lines, xTitle }: Picture): string {
  const head = lines.flatMap(({ label, low }) => (low ? [label, say('low', label), say('high', label)] : [label]));
  const out = [[xTitle, ...head].map(cell).join(',')];
  const number = (value: number | undefined): string => (value === undefined || !Number.isFinite(value) ? '' : String(value));
  const values = lines.map((line) => line.recorded());
  for (const { x, points } of rowsOf(lines)) {
    const cells = values.flatMap(({ y, low, high }, i) => (low ? [y, low, high] : [y]).map((column) => (points[i] < 0 ? '' : number(column?.[points[i]]))));
    out.push([String(x), ...cells].join(','));
  }
  return `${out.join('\r\n')}\r\n`;
}

/** A table whose cells stay where they are while a run grows, so that whoever reads it, by eye or by ear, keeps their place. */
function rowsInPlace(title: string): { readonly element: HTMLElement; write(head: readonly string[], rows: readonly (readonly string[])[]): void } {
  const heads = el('tr', {});
  const body = el('tbody', {});
  const put = (cell: Element, text: string): void => { if (cell.textContent !== text) cell.textContent = text; };
  const columns = (row: Element, texts: readonly string[], make: (first: boolean) => HTMLElement): void => {
    while (row.children.length > texts.length) row.lastElementChild?.remove();
    while (row.children.length < texts.length) row.append(make(row.children.length === 0));
    texts.forEach((text, i) => put(row.children[i], text));
  };
  return {
    element: el('table', {}, el('caption', { class: 'hidden-label' }, title), el('thead', {}, heads), body),
    write(head, rows) {
      columns(heads, head, () => el('th', { scope: 'col', dir: 'auto' }));
      while (body.children.length > rows.length) body.lastElementChild?.remove();
      while (body.children.length < rows.length) body.append(el('tr', {}));
      rows.forEach((cells, i) => columns(body.children[i], cells, (first) => (first ? el('th', { scope: 'row', class: 'number' }) : el('td', { class: 'number' }))));
    },
  };
}

/** A closed `<details>` that makes its table when opened, a page of rows at a time. `refresh` follows the picture. */
export function dataTable(title: string): { readonly element: HTMLElement; refresh(picture: Picture): void } {
  const place = el('div', { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': say('dataOf', title) });
  const status = el('span', { class: 'small muted' });
  // Said aloud when the reader turns the page, and not whenever a run grows.
  const spoken = el('span', { class: 'hidden-label', role: 'status' });
  const turn = (key: 'earlier' | 'later', by: number): HTMLButtonElement => on(el('button', { type: 'button', class: 'quiet' }, say(key)), 'click', () => {
    first = Math.max(0, first + by);
    draw();
    spoken.textContent = status.textContent;
  });
  let first = 0;
  let picture: Picture | undefined;
  const [earlier, later] = [turn('earlier', -page), turn('later', page)];
  const pager = el('div', { class: 'pager' }, earlier, status, later, spoken);
  const table = rowsInPlace(title);
  place.append(table.element);
  const element = el('details', { class: 'data' }, el('summary', {}, say('dataTable')), place, pager);
  const draw = (): void => {
    if (!element.open || !picture) return;
    const { lines, xTitle, xFormat } = picture;
    const rows: Row[] = [];
    let all = 0;
    for (const row of rowsOf(lines)) if (all++ >= first && rows.length < page) rows.push(row);
    if (rows.length === 0 && first > 0) {
      first = 0;
      return draw();
    }
    const shown = picture;
    const values = lines.map((line) => line.recorded());
    table.write([xTitle, ...lines.map(({ label }) => label)], rows.map(({ x, points }) => [
      xFormat === 'number' ? plain(x) : formatted(x, xFormat), ...values.map((value, i) => (points[i] < 0 ? '' : valueText(value, points[i], shown))),
    ]));
    pager.hidden = all <= page;
    earlier.disabled = first === 0;
    later.disabled = first + page >= all;
    status.textContent = say('rowsOf', plain(first + 1), plain(first + rows.length), plain(all));
  };
  on(element, 'toggle', draw);
  return { element, refresh(next) { picture = next; draw(); } };
}
