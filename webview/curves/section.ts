/** All curves of a run under one toolbar: what the x axis counts, how much is smoothed, linear or logarithmic. */
import type { Axis, Curves } from '../report/model.ts';
import { el } from '../shared/dom.ts';
import { capital } from '../shared/format.ts';
import { onThemeChange } from '../shared/theme.ts';
import { checkbox, dropdown, slider } from '../shared/ui.ts';
import type { View } from './card.ts';
import { axisTitles, curveCard } from './card.ts';

const axes = Object.keys(axisTitles) as Axis[];

/** The section's content. Charts are drawn when `element` is in the page and `start` is called, as they need a size. */
export function curvesSection(data: Curves): { readonly element: HTMLElement; start(): void } {
  let view: View = { axis: 'iteration', smoothing: 0.6, logarithmic: false };
  const groups = [...new Set(data.curves.map((curve) => curve.group))];
  // The first curve answers the reader's first question, and gets the room for it.
  const cards = data.curves.map((curve, index) => ({ group: curve.group, ...curveCard(curve, data.rows, index === 0) }));
  const show = (change: Partial<View>): void => {
    view = { ...view, ...change };
    for (const card of cards) card.update(view);
  };
  const toolbar = el('div', { class: 'toolbar', role: 'group', 'aria-label': 'How the curves are drawn' },
    dropdown('Horizontal axis', axes.map((axis) => [axis, axisTitles[axis]] as const), view.axis, (axis) => show({ axis: axis as Axis })),
    slider('Smoothing', { min: 0, max: 0.95, step: 0.05, value: view.smoothing }, (value) => (value === 0 ? 'none' : value.toFixed(2)), (smoothing) => show({ smoothing })),
    checkbox('Logarithmic scale', false, (logarithmic) => show({ logarithmic })));
  const element = el('div', { class: 'curves' }, toolbar, ...groups.map((group) => el('section', { 'aria-label': group },
    el('h3', {}, capital(group)),
    el('div', { class: 'grid' }, ...cards.filter((card) => card.group === group).map((card) => card.element)))));
  return {
    element,
    start() {
      show({});
      onThemeChange(() => show({}));
    },
  };
}
