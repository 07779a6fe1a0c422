/** One curve on the page: title, what it means, the chart, a legend that hides and shows series, and the data table. */
import type { ScatterDataPoint } from 'chart.js';
import type { Axis, Curve, Format, Rows, Series } from '../report/model.ts';
import { el, on } from '../shared/dom.ts';
import { formatted } from '../shared/format.ts';
import { readTheme } from '../shared/theme.ts';
import type { Line, Picture } from './chart.ts';
import { drawChart } from './chart.ts';
import { smooth } from './smooth.ts';
import { styleOf, swatch } from './style.ts';
import { dataTable } from './table.ts';

/** What the toolbar sets for every chart at once. */
export interface View {
  readonly axis: Axis;
  /** Weight of the moving average, 0 for none. */
  readonly smoothing: number;
  readonly logarithmic: boolean;
}

export const axisTitles: Readonly<Record<Axis, string>> = { iteration: 'Iteration', updates: 'Updates', tokens: 'Tokens', seconds: 'Time' };
const axisFormats: Readonly<Record<Axis, Format>> = { iteration: 'number', updates: 'number', tokens: 'number', seconds: 'seconds' };

function lineOf(series: Series, index: number, curve: Curve, rows: Rows, view: View, hidden: boolean): Line {
  const xs = series.at.map((row) => rows[view.axis][row]);
  const smoothing = curve.sparse ? 0 : view.smoothing;
  const points = (ys: readonly number[]): ScatterDataPoint[] => ys.map((y, i) => ({ x: xs[i], y }));
  const band = series.low && series.high && series.at.map((_, i) => ({ low: series.low?.[i] ?? NaN, high: series.high?.[i] ?? NaN }));
  return {
    label: series.label, style: styleOf(index), hidden, band,
    points: points(smooth(series.y, smoothing)),
    raw: smoothing > 0 ? points(series.y) : undefined,
  };
}

/** A sentence for those who cannot see the chart: where each series starts and ends. */
export function describe(curve: Curve): string {
  const parts = curve.series.filter((series) => series.y.length > 0).map((series) =>
    `${series.label} from ${formatted(series.y[0], curve.format)} to ${formatted(series.y[series.y.length - 1], curve.format)}`);
  return `${curve.title}. ${parts.join('; ')}. The data table below holds the values.`;
}

/** The card, `wide` across the page or not; `update` redraws it for another view and is cheap enough to call on every move of a slider. */
export function curveCard(curve: Curve, rows: Rows, wide: boolean): { readonly element: HTMLElement; update(view: View): void } {
  const hidden = new Set<number>();
  const canvas = el('canvas', { role: 'img', 'aria-label': describe(curve) });
  const note = el('p', { class: 'small muted note' });
  const table = dataTable(curve, rows);
  const positive = curve.series.every((series) => series.y.every((y) => y > 0));
  let view: View = { axis: 'iteration', smoothing: 0, logarithmic: false };
  let chart: ReturnType<typeof drawChart> | undefined;

  const picture = (): Picture => ({
    lines: curve.series.map((series, index) => lineOf(series, index, curve, rows, view, hidden.has(index))),
    format: curve.format, xTitle: axisTitles[view.axis], xFormat: axisFormats[view.axis],
    logarithmic: view.logarithmic && positive, sparse: curve.sparse,
  });
  const draw = (): void => {
    if (chart) chart.redraw(picture(), readTheme());
    else chart = drawChart(canvas, picture(), readTheme());
    note.textContent = view.logarithmic && !positive ? 'Has values at or below 0: the axis stays linear.' : '';
  };
  const legend = el('div', { class: 'legend', role: 'group', 'aria-label': `Series of ${curve.title}` }, ...curve.series.map((series, index) => {
    const key = el('button', { type: 'button', 'aria-pressed': 'true', title: `Hide or show ${series.label}` }, swatch(styleOf(index)), series.label);
    return on(key, 'click', () => {
      if (!hidden.delete(index)) hidden.add(index);
      key.setAttribute('aria-pressed', String(!hidden.has(index)));
      draw();
    });
  }));
  const better = curve.better === 'higher' ? 'Higher is better.' : curve.better === 'lower' ? 'Lower is better.' : '';
  const element = el('figure', { class: `curve${wide ? ' wide' : ''}`, id: `curve-${curve.id.replace(/[^\w-]/g, '-')}` },
    el('figcaption', {}, el('h4', {}, curve.title), el('p', { class: 'small muted' }, `${curve.description} ${better}`.trim())),
    curve.series.length > 1 && legend, el('div', { class: 'plot' }, canvas), note, table.element);
  return { element, update(next) { view = next; draw(); table.refresh(view.axis, axisTitles[view.axis]); } };
}
