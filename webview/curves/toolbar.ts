/** The page's toolbar: everything that is chosen for all charts at once. */
import type { Axis } from '../report/model.ts';
import { el, fill } from '../shared/dom.ts';
import { formatted } from '../shared/format.ts';
import { button, checkbox, dropdown, slider, textField } from '../shared/ui.ts';
import type { Difference, Grouping } from './groups.ts';
import type { Band } from './mean.ts';
import { bands } from './mean.ts';
import { axes } from './protocol.ts';
import { say } from './strings.ts';
import type { View } from './view.ts';

export interface Toolbar {
  readonly element: HTMLElement;
  /** Offers what fits the runs; call when their settings are known, and when the view changes. */
  refresh(view: View, runs: number, differences: readonly Difference[]): void;
}

/** `change` takes what was chosen; `find` what is typed to find a chart. */
export function toolbar(view: View, change: (change: Partial<View>) => void, find: (text: string) => void): Toolbar {
  const grouping = el('div', { class: 'several' });
  const band = el('div', { class: 'several' });
  const zoom = el('div', { class: 'zoom' });
  const element = el('div', { class: 'toolbar', role: 'group', 'aria-label': say('drawn') },
    dropdown(say('axis'), axes.map((axis) => [axis, say(axis)] as const), view.axis, (axis) => change({ axis: axis as Axis, range: undefined })),
    slider(say('smoothing'), { min: 0, max: 0.99, step: 0.01, value: view.smoothing }, (value) => (value === 0 ? say('none') : value.toFixed(2)), (smoothing) => change({ smoothing })),
    grouping, band,
    textField(say('find'), say('findHint'), find, view.find),
    el('div', { class: 'several' },
      checkbox(say('logarithmic'), view.logarithmic, (logarithmic) => change({ logarithmic })),
      checkbox(say('checkpoints'), view.checkpoints, (checkpoints) => change({ checkpoints })),
      checkbox(say('evaluations'), view.evaluations, (evaluations) => change({ evaluations }))),
    zoom);
  let offered = '';
  let zoomed = '';
  return {
    element,
    refresh(now, runs, differences) {
      const choices: (readonly [Grouping, string])[] = [['run', say('eachRun')], ['seeds', say('sameSettings')], ...differences.map(({ path }) => [`=${path}` as const, say('bySetting', path)] as const)];
      const key = runs < 2 ? '' : JSON.stringify(choices);
      // Made anew only when the choices change: one that is open would close, and one that has the focus would lose it.
      if (key !== offered) {
        offered = key;
        fill(grouping, key !== '' && dropdown(say('lines'), choices, now.grouping, (chosen) => change({ grouping: chosen as Grouping })));
      }
      const banded = runs > 1 && now.grouping !== 'run';
      if (banded !== band.hasChildNodes()) fill(band, banded && dropdown(say('band'), bands.map((each) => [each, say(each)] as const), now.band, (chosen) => change({ band: chosen as Band })));
      const { range } = now;
      const format = now.axis === 'seconds' ? 'seconds' : 'number';
      const [from, to] = range ? [range.from, range.to].map((value) => formatted(now.axis === 'seconds' ? value : Math.round(value), format)) : [];
      if (`${from} ${to} ${now.axis}` === zoomed) return;
      zoomed = `${from} ${to} ${now.axis}`;
      fill(zoom, range && el('span', { class: 'small muted', role: 'status' }, say('zoomed', say(now.axis), from, to)), range && button(say('resetZoom'), () => change({ range: undefined })));
    },
  };
}
