/** The data table that says what a chart shows, for screen readers and for anyone who wants the numbers. */
import type { Axis, Curve, Rows } from '../report/model.ts';
import { el, fill, on } from '../shared/dom.ts';
import { formatted, plain } from '../shared/format.ts';

/** The row numbers at which any series of the curve has a value, in order. */
export const rowsOf = (curve: Curve): number[] => [...new Set(curve.series.flatMap((series) => [...series.at]))].sort((a, b) => a - b);

function build(curve: Curve, rows: Rows, axis: Axis, axisTitle: string): HTMLElement {
  const lookups = curve.series.map((series) => new Map(series.at.map((row, i) => [row, i] as const)));
  const cell = (index: number, row: number): string => {
    const i = lookups[index].get(row);
    if (i === undefined) return '';
    const { y, low, high } = curve.series[index];
    const [from, to] = [low?.[i], high?.[i]];
    const range = typeof from === 'number' && typeof to === 'number' ? ` (${formatted(from, curve.format)} to ${formatted(to, curve.format)})` : '';
    return formatted(y[i], curve.format) + range;
  };
  return el('table', {},
    el('caption', { class: 'hidden-label' }, curve.title),
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, axisTitle), ...curve.series.map((series) => el('th', { scope: 'col' }, series.label)))),
    el('tbody', {}, ...rowsOf(curve).map((row) => el('tr', {},
      el('th', { scope: 'row', class: 'number' }, plain(rows[axis][row])),
      ...curve.series.map((_, index) => el('td', { class: 'number' }, cell(index, row)))))));
}

/** A closed `<details>` that makes its table when first opened, as a report has many charts. `refresh` follows the axis. */
export function dataTable(curve: Curve, rows: Rows): { readonly element: HTMLElement; refresh(axis: Axis, title: string): void } {
  const place = el('div', { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': `Data of ${curve.title}` });
  const element = el('details', { class: 'data' }, el('summary', {}, 'Data table'), place);
  let current: [Axis, string] = ['iteration', 'Iteration'];
  const draw = (): void => { if (element.open) fill(place, build(curve, rows, ...current)); };
  on(element, 'toggle', draw);
  return { element, refresh(axis, title) { current = [axis, title]; draw(); } };
}
