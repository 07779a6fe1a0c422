/** The table of stages by splits, each estimate with its interval drawn on one common scale. */
import { el, svg } from '../shared/dom.ts';
import { capital, formatted, interval, points, pointsInterval, signed, words } from '../shared/format.ts';
import { toneOf } from './tone.ts';
import type { Estimate, Measure, MeasureRow, Overview, Stage } from './model.ts';

const width = 96;

/** An estimate as a dot on its interval; the scale runs from 0 to `most`. */
function whisker(estimate: Estimate, most: number): SVGElement | undefined {
  if (most <= 0) return undefined;
  const x = (value: number): number => 4 + (Math.max(0, Math.min(most, value)) / most) * (width - 8);
  const { value, low, high } = estimate;
  return svg('svg', { viewBox: `0 0 ${width} 14`, width, height: 14, class: 'whisker', 'aria-hidden': 'true' },
    svg('path', { class: 'scale', d: `M4 7 H${width - 4}` }),
    low !== undefined && high !== undefined && svg('path', { class: 'range', d: `M${x(low)} 3 V11 M${x(low)} 7 H${x(high)} M${x(high)} 3 V11` }),
    svg('circle', { cx: x(value), cy: 7, r: 3.5 }));
}

function cell(estimate: Estimate | null, measure: Measure, most: number): HTMLElement {
  if (!estimate) return el('td', { class: 'muted' }, '\u2013');
  const range = interval(estimate, measure.format);
  return el('td', {}, el('span', { class: 'estimate' },
    el('span', { class: 'value' }, formatted(estimate.value, measure.format)),
    range !== '' && el('span', { class: 'range-text muted small' }, range),
    whisker(estimate, most)));
}

/** The last stage against the one it started from: the warm start if there was one. */
function change({ cells, change: recorded }: MeasureRow, { better, format }: Measure): HTMLElement {
  const known = cells.filter((one) => one !== null);
  const last = cells.at(-1);
  const first = known.length > 1 ? known.at(-2) : undefined;
  if (!last || !first) return el('td', { class: 'muted' }, '\u2013');
  const value = recorded?.value ?? last.value - first.value;
  const range = recorded ? pointsInterval(recorded) : '';
  return el('td', { class: `change ${toneOf(first, last, recorded, better)}` }, format === 'percent' ? points(value) : signed(value), range !== '' && el('span', { class: 'range-text muted small' }, ` ${range}`));
}

const splitName = (split: string): string => (split === 'macro' ? 'Mean of the splits' : capital(words(split)));

function measureTable(measure: Measure, stages: readonly Stage[], confidence: number): HTMLElement {
  const highest = Math.max(...measure.rows.flatMap((row) => row.cells.map((one) => Math.max(one?.high ?? 0, one?.value ?? 0))));
  const most = measure.format === 'percent' ? 1 : highest;
  const compared = stages.length > 1;
  return el('div', { class: 'table-wrap', tabindex: 0, role: 'region', 'aria-label': measure.label }, el('table', { class: 'results' },
    el('caption', {}, el('strong', {}, measure.label), el('span', { class: 'small muted' }, ` ${measure.description}. ${measure.rows.some((row) => row.cells.some((one) => one?.low !== undefined)) ? `With ${Math.round(confidence * 1000) / 10}\u2009% intervals.` : ''}${compared && measure.rows.some((row) => row.change) ? ' The change compares task by task.' : ''}`)),
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Split'),
      ...stages.map((stage) => el('th', { scope: 'col' }, stage.label)), compared && el('th', { scope: 'col' }, 'Change'))),
    el('tbody', {}, ...measure.rows.map((row) => el('tr', { class: row.split === 'macro' ? 'total' : undefined },
      el('th', { scope: 'row' }, splitName(row.split)),
      ...row.cells.map((one) => cell(one, measure, most)), compared && change(row, measure))))));
}

/** The first measure in full and the others on demand. */
export function resultsSection(overview: Overview): HTMLElement {
  const [first, ...others] = overview.measures;
  if (!first) return el('p', { class: 'muted' }, 'No evaluation has been recorded: nothing can be said about unseen tasks yet.');
  const table = (measure: Measure): HTMLElement => measureTable(measure, overview.stages, overview.confidence);
  return el('div', {}, table(first), others.length > 0 && el('details', { class: 'more-measures' },
    el('summary', {}, 'Steps, endings and tool failures'), ...others.map(table)));
}
