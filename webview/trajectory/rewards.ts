/** Reward parts and credit as a matrix, steps by parts. Sign shows by direction, shape and number, and by colour last. */
import type { Step } from '../../src/world/trajectory.ts';
import { el, svg } from '../shared/dom.ts';
import { partName, signed } from '../shared/format.ts';
import { say } from './strings.ts';

export interface Column {
  readonly name: string;
  readonly kind: 'part' | 'credit';
  readonly value: (step: Step) => number | undefined;
}

const credits: readonly Column[] = [
  { name: 'advantage', kind: 'credit', value: (step) => step.advantage },
  { name: 'value', kind: 'credit', value: (step) => step.value },
  { name: 'return', kind: 'credit', value: (step) => step.return },
];

const firstParts = ['succCalling', 'contribution', 'isSolved'];
const lastParts = ['kl', 'step'];
/** The parts that every run has come first, what is made of all of them last, and parts of other rewards between. */
const rank = (name: string): number => (firstParts.includes(name) ? firstParts.indexOf(name) - firstParts.length : lastParts.indexOf(name) + 1);

/** The columns that these steps have: every reward part, then the credit that was recorded. */
export function columnsOf(steps: readonly Step[]): Column[] {
  const parts = [...new Set(steps.flatMap((step) => Object.keys(step.reward)))].sort((a, b) => rank(a) - rank(b));
  return [
    ...parts.map((name): Column => ({ name, kind: 'part', value: (step) => step.reward[name] })),
    ...credits.filter((column) => steps.some((step) => column.value(step) !== undefined)),
  ];
}

/** What a column is called: reward parts by their own names, what StepTool adds in the reader's language. */
export function columnName(name: string): string {
  switch (name) {
    case 'step': return say('combined');
    case 'advantage': return say('creditAdvantage');
    case 'value': return say('creditValue');
    case 'return': return say('creditReturn');
    default: return partName(name);
  }
}

/** A value with a mark for its sign, in a list of terms. What reads 0 has no sign, and neither have values and returns: more of them is not better. */
export function markedValue(name: string, value: number | undefined): HTMLElement {
  const isKnown = value !== undefined && Number.isFinite(value);
  const text = isKnown ? signed(value) : '\u2013';
  const tone = !isKnown || text === '0' || name === 'value' || name === 'return' ? '' : value > 0 ? 'good' : 'bad';
  return el('dd', { class: `number ${tone}` }, tone !== '' && el('span', { class: 'mark', 'aria-hidden': 'true' }, tone === 'good' ? '\u25b2' : '\u25bc'), text);
}

const width = 56;
const height = 10;

/** A bar from the middle: positive to the right with a square end, negative to the left with a pointed end. `most` fills half. */
export function bar(value: number, most: number): SVGElement {
  const middle = width / 2;
  const length = most === 0 ? 0 : Math.min(1, Math.abs(value) / most) * (middle - 2);
  const shape = value > 0
    ? svg('path', { class: 'good', d: `M${middle} 2 h${length} v${height - 4} h${-length} Z` })
    : value < 0
      ? svg('path', { class: 'bad', d: `M${middle} 2 h${-Math.max(0, length - 4)} l${-Math.min(4, length)} ${height / 2 - 2} l${Math.min(4, length)} ${height / 2 - 2} h${Math.max(0, length - 4)} Z` })
      : svg('circle', { class: 'zero', cx: middle, cy: height / 2, r: 2 });
  return svg('svg', { viewBox: `0 0 ${width} ${height}`, width, height, class: 'bar', 'aria-hidden': 'true' },
    svg('path', { class: 'axis', d: `M${middle} 0 V${height}` }), shape);
}

/** The matrix. Bars of reward parts share one scale and bars of credit another, so that they can be compared within each. */
export function rewardMatrix(steps: readonly Step[], choose: (index: number) => void): HTMLElement | undefined {
  const columns = columnsOf(steps);
  if (columns.length === 0) return undefined;
  const most = (kind: Column['kind']): number =>
    Math.max(0, ...columns.filter((column) => column.kind === kind).flatMap((column) => steps.map((step) => Math.abs(column.value(step) ?? 0))).filter(Number.isFinite));
  const scale = { part: most('part'), credit: most('credit') };
  const cell = (step: Step, column: Column): HTMLElement => {
    const value = column.value(step);
    if (value === undefined || !Number.isFinite(value)) return el('td', { class: 'muted' }, '\u2013');
    return el('td', {}, el('span', { class: 'cell' }, el('span', { class: 'number' }, signed(value)), bar(value, scale[column.kind])));
  };
  const rows = steps.map((step) => {
    const link = el('a', { href: `#step-${step.index}` }, `${step.index + 1}`, el('span', { class: 'action mono' }, step.action.slice(0, 60) || say('noCall')));
    link.addEventListener('click', (event) => { event.preventDefault(); choose(step.index); });
    return el('tr', {}, el('th', { scope: 'row' }, link), ...columns.map((column) => cell(step, column)));
  });
  const heads = columns.map((column, i) => el('th', { scope: 'col', class: column.kind === 'credit' && columns[i - 1]?.kind === 'part' ? 'first-credit' : undefined }, columnName(column.name)));
  return el('div', { class: 'matrix', tabindex: 0, role: 'region', 'aria-label': say('matrix') }, el('table', {},
    el('caption', { class: 'hidden-label' }, say('matrix')),
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, say('step')), ...heads)),
    el('tbody', {}, ...rows)));
}
