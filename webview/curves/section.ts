/** All curves of a report's run under one toolbar: what the x axis counts, how much is smoothed, linear or logarithmic. */
import type { Axis, Curves } from '../report/model.ts';
import { el } from '../shared/dom.ts';
import { capital } from '../shared/format.ts';
import { onThemeChange, readTheme } from '../shared/theme.ts';
import { checkbox, dropdown, slider } from '../shared/ui.ts';
import { endsAround, partOf } from './axis.ts';
import { curveCard } from './card.ts';
import { RunData } from './data.ts';
import type { Range } from './decimate.ts';
import { linesOf, reachOf, specsOf, type Spec } from './lines.ts';
import { axes } from './protocol.ts';
import { say } from './strings.ts';
import { firstView, type View } from './view.ts';

/** A report's curves as the rows that they were recorded on. */
function rowsOf({ rows, curves }: Curves): RunData {
  const data = new RunData({ folder: '', name: '', id: '', status: '', engine: '', start: '', settings: [], checkpoints: [], every: 1 });
  const count = rows.iteration.length;
  const columns: Record<string, Float64Array> = {};
  const put = (name: string, at: readonly number[], values: readonly (number | null)[]): void => {
    const column = (columns[name] = new Float64Array(count).fill(NaN));
    at.forEach((row, i) => { column[row] = values[i] ?? NaN; });
  };
  for (const axis of axes) columns[axis] = Float64Array.from(rows[axis]);
  for (const { name, at, y, low, high } of curves.flatMap(({ over, series }) => (over ? [over, ...series] : series))) {
    put(name, at, y);
    if (low && high) [low, high].forEach((ends, i) => put(`${name} ${i}`, at, ends));
  }
  data.append(count, columns);
  return data;
}

/** The section's content. Charts are drawn when `element` is in the page and `start` is called, as they need a size. */
export function curvesSection(curves: Curves): { readonly element: HTMLElement; start(): void } {
  let view: View = firstView;
  let theme = readTheme();
  const data = rowsOf(curves);
  const charts = curves.curves.map(({ over, ...curve }) => ({ ...curve, over: over?.name, series: curve.series.map(({ name, label, low }) => (low ? { name, label, low: `${name} 0`, high: `${name} 1` } : { name, label })) }));
  const groups = [...new Set(charts.map((chart) => chart.group))];
  const ends = (): Range => endsAround(...(data.ends(view.axis) ?? [NaN, NaN] as const), view.axis);
  const cards = specsOf(charts, 1).map((spec) => curveCard(spec, {
    zoom: (range) => (spec.chart.over === undefined ? show({ range: range && partOf(ends(), range) }) : zoomAlone(spec, range)),
    hide: (series) => show({ hiddenSeries: view.hiddenSeries.includes(series) ? view.hiddenSeries.filter((one) => one !== series) : [...view.hiddenSeries, series] }),
  }));
  // The first curve answers the reader's first question, and gets the room for it.
  cards[0]?.element.classList.add('wide');
  const show = (change: Partial<View>): void => {
    view = { ...view, ...change };
    for (const card of cards) {
      const lines = linesOf([data], [], card.spec, view);
      const own = card.spec.chart.over !== undefined && { ends: reachOf(lines), view: { ...view, range: parts.get(card.spec.id) } };
      card.draw({ lines, view, ends: ends(), marks: [], theme, legend: true, ...own });
    }
  };
  /** Parts that are shown of charts with an axis of their own. */
  const parts = new Map<string, Range | undefined>();
  const zoomAlone = (spec: Spec, range: Range | undefined): void => {
    parts.set(spec.id, range && partOf(reachOf(linesOf([data], [], spec, view)), range));
    show({});
  };
  const toolbar = el('div', { class: 'toolbar', role: 'group', 'aria-label': say('drawn') },
    dropdown(say('axis'), axes.map((axis) => [axis, say(axis)] as const), view.axis, (axis) => show({ axis: axis as Axis, range: undefined })),
    slider(say('smoothing'), { min: 0, max: 0.95, step: 0.05, value: view.smoothing }, (value) => (value === 0 ? say('none') : value.toFixed(2)), (smoothing) => show({ smoothing })),
    checkbox(say('logarithmic'), false, (logarithmic) => show({ logarithmic })));
  const element = el('div', { class: 'curves' }, toolbar, ...groups.map((group) => el('section', { 'aria-label': group },
    el('h3', {}, capital(group)),
    el('div', { class: 'grid' }, ...cards.filter((card) => card.spec.chart.group === group).map((card) => card.element)))));
  return {
    element,
    start() {
      theme = readTheme();
      show({});
      onThemeChange(() => {
        theme = readTheme();
        show({});
      });
    },
  };
}
