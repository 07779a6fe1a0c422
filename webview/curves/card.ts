/** One chart on the page: title, what it means, the plot, a legend that hides and shows series, exports, and the data table. */
import type { Format } from '../report/model.ts';
import { el, fill, on } from '../shared/dom.ts';
import { formatted } from '../shared/format.ts';
import type { Theme } from '../shared/theme.ts';
import type { DrawnChart, Picture } from './chart.ts';
import { drawChart } from './chart.ts';
import type { Mark } from './chart-plugins.ts';
import type { Range } from './decimate.ts';
import { pngOf } from './export-png.ts';
import { svgOf } from './export-svg.ts';
import { interact } from './interact.ts';
import type { Line, Spec } from './lines.ts';
import { axisTitle } from './lines.ts';
import type { Chart, ExportKind } from './protocol.ts';
import { exportKinds } from './protocol.ts';
import { readout } from './readout.ts';
import { say } from './strings.ts';
import { swatch } from './style.ts';
import { csvOf, dataTable } from './table.ts';
import type { View } from './view.ts';

/** What a card can ask of the page; what is undefined is not offered. */
export interface Actions {
  readonly zoom: (range: Range | undefined) => void;
  readonly open?: (run: number, iteration: number) => void;
  readonly save?: (kind: ExportKind, name: string, content: string | Uint8Array) => void;
  readonly toggle?: (list: 'pinned' | 'larger') => void;
  /** Hides a series or shows it again, by its key. */
  readonly hide: (series: string) => void;
}

/** What a card shows. */
export interface Scene {
  readonly lines: readonly Line[];
  readonly view: View;
  /** All of the horizontal axis. */
  readonly ends: Range;
  readonly marks: readonly Mark[];
  readonly theme: Theme;
  /** Whether the lines are the chart's own series, so that the card needs a legend. */
  readonly legend: boolean;
}

export interface Card {
  readonly spec: Spec;
  readonly element: HTMLElement;
  /** Draws anew. Cheap enough to call on every move of a slider. */
  draw(scene: Scene): void;
}

const axisFormat = ({ over }: Chart, view: View): Format => (over === undefined && view.axis === 'seconds' ? 'seconds' : 'number');

/** A sentence for those who cannot see the chart: where each line starts and ends. */
export function describe(title: string, lines: readonly Line[], format: Format): string {
  const parts = lines.filter((line) => line.y.length > 0).map(({ label, y }) => say('fromTo', label, formatted(y[0], format), formatted(y[y.length - 1], format)));
  return `${title}. ${parts.join('; ')}. ${say('tableBelow')}`;
}

/** The card of a chart. */
export function curveCard(spec: Spec, actions: Actions): Card {
  const { chart: meaning, title } = spec;
  const keyOf = (line: Line): string => `${spec.id} ${line.label}`;
  const canvas = el('canvas', { role: 'img' });
  const over = readout();
  const spoken = el('p', { class: 'hidden-label', role: 'status' });
  // An application, so that screen readers hand it the keys that its label names.
  const plot = el('div', { class: 'plot', tabindex: 0, role: 'application', 'aria-label': say(actions.open ? 'chartKeys' : 'reportKeys', title) }, canvas, ...over.elements);
  const note = el('p', { class: 'small muted note' });
  const legend = el('div', { class: 'legend', role: 'group', 'aria-label': say('seriesOf', title) });
  const table = dataTable(title);
  let scene: Scene | undefined;
  let drawn: { readonly chart: DrawnChart; picture: Picture } | undefined;

  const pictureOf = ({ lines, view, marks, ends, legend: named }: Scene): Picture => {
    const visible = named ? lines.filter((line) => !view.hiddenSeries.includes(keyOf(line))) : lines;
    const positive = !view.logarithmic || visible.every(({ y, raw }) => y.every((value) => value > 0) && (raw?.every((value) => value > 0) ?? true));
    note.textContent = !positive ? say('staysLinear') : '';
    return { lines: visible, format: meaning.format, xTitle: axisTitle(meaning, view), xFormat: axisFormat(meaning, view), logarithmic: view.logarithmic && positive, sparse: meaning.sparse, ends, range: view.range, marks };
  };
  const redraw = (): void => {
    if (!scene) return;
    const picture = pictureOf(scene);
    if (drawn) {
      drawn.picture = picture;
      drawn.chart.redraw(picture, scene.theme);
    } else drawn = { picture, chart: drawChart(canvas, picture, scene.theme) };
    canvas.setAttribute('aria-label', describe(title, picture.lines, meaning.format));
    table.refresh(picture);
    hand.refresh();
  };
  const hand = interact(plot, over, {
    now: () => drawn, zoom: actions.zoom, hint: actions.open ? say('toShow') : '', tell: (text) => { spoken.textContent = text; },
    open: actions.open && ((picture, { line, point }, y) => {
      // Of several runs behind a mean, the one whose own curve is nearest to where the reader pointed.
      const x = picture.lines[line].x[point];
      const found = picture.lines[line].traces.map((trace) => {
        let at = 0;
        for (let i = 0; i < trace.x.length; i++) if (Math.abs(trace.x[i] - x) <= Math.abs(trace.x[at] - x)) at = i;
        return { run: trace.run, iteration: trace.iteration[at], far: Math.abs((drawn?.chart.at(0, trace.y[at]).y ?? 0) - y) };
      }).sort((a, b) => a.far - b.far);
      if (found.length > 0) actions.open?.(found[0].run, found[0].iteration);
    }),
  });

  const save = async (kind: ExportKind): Promise<void> => {
    if (!drawn || !scene) return;
    const { picture, chart } = drawn;
    const { theme } = scene;
    const content = kind === 'csv' ? csvOf(picture) : kind === 'svg' ? svgOf(title, picture, chart, theme) : await pngOf(title, picture, chart, theme);
    actions.save?.(kind, title, content);
  };
  const toggles = (['pinned', 'larger'] as const).map((list) => on(el('button', { type: 'button', class: 'quiet' }), 'click', () => actions.toggle?.(list)));
  const exports = exportKinds.map((kind) => on(el('button', { type: 'button', class: 'quiet', 'aria-label': say('exportOf', title, kind.toUpperCase()) }, kind.toUpperCase()), 'click', () => void save(kind)));
  const tools = actions.toggle && el('div', { class: 'tools', role: 'group', 'aria-label': say('actionsOf', title) }, ...toggles, ...exports);
  const better = meaning.better === 'higher' ? say('higher') : meaning.better === 'lower' ? say('lower') : '';
  const element = el('figure', { class: 'curve', id: `curve-${spec.id.replace(/[^\w-]/g, '-')}` },
    el('figcaption', {}, el('h4', {}, title), el('p', { class: 'small muted' }, `${meaning.description} ${better}`.trim())),
    legend, plot, spoken, note, el('footer', {}, tools, table.element));

  const keys = (lines: readonly Line[]): HTMLElement[] => lines.map((line) =>
    on(el('button', { type: 'button', title: say('hideOrShow', line.label) }, swatch(line.style), line.label), 'click', () => actions.hide(keyOf(line))));
  const tell = (view: View | undefined): void => toggles.forEach((button, i) => {
    const chosen = view?.[i === 0 ? 'pinned' : 'larger'].includes(spec.id) ?? false;
    button.classList.toggle('chosen', chosen);
    button.textContent = say(i === 0 ? (chosen ? 'unpin' : 'pin') : chosen ? 'smaller' : 'larger');
  });
  tell(undefined);
  let labels = '';
  return {
    spec, element,
    draw(next) {
      scene = next;
      const now = next.legend && next.lines.length > 1 ? JSON.stringify(next.lines.map((line) => [line.label, line.style])) : '';
      if (now !== labels) {
        labels = now;
        fill(legend, ...(now === '' ? [] : keys(next.lines)));
      }
      [...legend.children].forEach((key, i) => key.setAttribute('aria-pressed', String(!next.view.hiddenSeries.includes(keyOf(next.lines[i])))));
      tell(next.view);
      redraw();
    },
  };
}
