/** The curves page: one or many runs on the same charts, live. Data comes in as the host sends it; nothing is asked for. */
import { el, fill } from '../shared/dom.ts';
import { capital } from '../shared/format.ts';
import { onThemeChange, readTheme } from '../shared/theme.ts';
import type { Card } from './card.ts';
import { curveCard } from './card.ts';
import { endsAround, partOf } from './axis.ts';
import type { Mark } from './chart-plugins.ts';
import { RunData } from './data.ts';
import type { Range } from './decimate.ts';
import { frames } from './frames.ts';
import { differencesOf, groupsOf } from './groups.ts';
import { linesOf, reachOf, specsOf, type Spec } from './lines.ts';
import { marksOf } from './marks.ts';
import type { Chart, FromPage, ToPage } from './protocol.ts';
import { runList } from './runs.ts';
import { keepScroll } from './scroll.ts';
import { say } from './strings.ts';
import { toolbar } from './toolbar.ts';
import type { View } from './view.ts';

/** What the page needs of its surroundings. */
export interface Surroundings {
  readonly post: (message: FromPage) => void;
  /** Keeps what is needed to come back after a reload. */
  readonly keep: (state: View & { readonly runs: readonly string[] }) => void;
}

/** Curves are drawn this often at most, in milliseconds: faster than anyone reads, and it leaves frames to the pointer. */
const pause = 100;

/** Fills `main`; the function it gives takes what the host sends after `start`. */
export function curvesPage(main: HTMLElement, infos: Extract<ToPage, { type: 'start' }>['runs'], kept: View, { post, keep }: Surroundings): (message: ToPage) => void {
  const runs = infos.map((info) => new RunData(info));
  const schedule = frames();
  const folders = infos.map(({ folder }) => folder);
  let view = kept;
  let charts: readonly Chart[] = [];
  let theme = readTheme();
  let timer: number | undefined;
  const cards = new Map<string, Card>();

  const change = (part: Partial<View>): void => {
    view = { ...view, ...part };
    keep({ ...view, runs: folders });
    refresh();
  };
  const flip = (list: 'hidden' | 'pinned' | 'larger' | 'hiddenSeries', one: string): void => {
    change({ [list]: view[list].includes(one) ? view[list].filter((each) => each !== one) : [...view[list], one] });
    if (list === 'pinned' || list === 'larger') arrange();
  };
  const bar = toolbar(view, change, (find) => {
    change({ find });
    arrange();
  });
  const list = runList((folder) => flip('hidden', folder), view.folded, (folded) => change({ folded }));
  const place = el('div', { class: 'curves' }, el('p', { class: 'muted', role: 'status' }, say('waiting')));
  const said = el('p', { class: 'said', role: 'status' });
  fill(main, list.element, bar.element, said, place);

  const isShown = (run: RunData): boolean => !view.hidden.includes(run.info.folder);
  const marks = (): Mark[] => runs.flatMap((run, i) => (isShown(run) ? marksOf(run, view.axis, view, runs.length > 1 ? Math.max(0, groups.findIndex((group) => group.runs.includes(i))) % 5 : 0) : []));
  /** One axis for all charts, so that what is below each other is at the same time. */
  const endsNow = (): Range => {
    const all = runs.filter(isShown).flatMap((run) => run.ends(view.axis) ?? []);
    return endsAround(Math.min(...all), Math.max(...all), view.axis);
  };
  let groups = groupsOf(infos, view.grouping);
  let marked: readonly Mark[] = [];
  let ends = endsNow();
  /** Parts that are shown of charts with an axis of their own. */
  const parts = new Map<string, Range | undefined>();
  const draw = (card: Card): void => {
    const lines = linesOf(runs, groups, card.spec, view);
    const own = card.spec.chart.over !== undefined && { ends: reachOf(lines), marks: [], view: { ...view, range: parts.get(card.spec.id) } };
    card.draw({ lines, view, ends, marks: marked, theme, legend: runs.length === 1, ...own });
  };
  const zoomAlone = (spec: Spec, range: Range | undefined): void => {
    parts.set(spec.id, range && partOf(reachOf(linesOf(runs, groups, spec, view)), range));
    schedule.due();
  };

  /** Puts the cards that are wanted in their places: pinned ones first, then by group. Cards that exist are moved, not made anew. */
  const arrange = (): void => {
    const specs = specsOf(charts, runs.length);
    const all = specs.map((spec) => {
      const found = cards.get(spec.id);
      if (found && JSON.stringify(found.spec) === JSON.stringify(spec)) return found;
      if (found) schedule.remove(found.element);
      const card = curveCard(spec, {
        zoom: (range) => (spec.chart.over === undefined ? change({ range: range && partOf(ends, range) }) : zoomAlone(spec, range)),
        hide: (series) => flip('hiddenSeries', series),
        ...(spec.chart.over === undefined && { open: (run: number, iteration: number) => post({ type: 'open', run, iteration }) }),
        save: (kind, name, content) => post({ type: 'save', kind, name, content }),
        toggle: (which) => flip(which, spec.id),
      });
      cards.set(spec.id, card);
      schedule.add(card.element, () => draw(card));
      return card;
    });
    for (const card of all) card.element.classList.toggle('wide', view.larger.includes(card.spec.id));
    const wanted = view.find.trim().toLowerCase();
    const shown = all.filter(({ spec }) => wanted === '' || `${spec.title} ${spec.series.map(({ name }) => name).join(' ')}`.toLowerCase().includes(wanted));
    const pinned = shown.filter(({ spec }) => view.pinned.includes(spec.id));
    const rest = shown.filter((card) => !pinned.includes(card));
    const section = (title: string, members: readonly Card[]): HTMLElement | false => members.length > 0 && el('section', { 'aria-label': title }, el('h3', {}, title), el('div', { class: 'grid' }, ...members.map(({ element }) => element)));
    const focused = document.activeElement;
    fill(place,
      section(say('pinned'), pinned),
      ...[...new Set(rest.map(({ spec }) => spec.chart.group))].map((group) => section(capital(group), rest.filter(({ spec }) => spec.chart.group === group))),
      shown.length === 0 && el('p', { class: 'muted', role: 'status' }, all.length > 0 ? say('noChart', wanted) : say('empty')));
    if (focused instanceof HTMLElement && place.contains(focused)) focused.focus();
    schedule.due();
  };
  keepScroll(place, view.scroll, (scroll) => {
    view = { ...view, scroll };
    keep({ ...view, runs: folders });
  });

  const refresh = (): void => {
    timer = undefined;
    const now = runs.map(({ info }) => info);
    const differences = differencesOf(now);
    groups = groupsOf(now, view.grouping);
    marked = marks();
    ends = endsNow();
    bar.refresh(view, runs.length, differences);
    list.refresh(runs, groups, differences, view);
    schedule.due();
  };
  const refreshSoon = (): void => { timer ??= window.setTimeout(refresh, pause); };
  onThemeChange(() => {
    theme = readTheme();
    schedule.due();
  });
  refresh();

  return (message) => {
    switch (message.type) {
      case 'start': return; // A start is a new page, and is handled by who made this one.
      case 'run':
        if (runs[message.run]) runs[message.run].info = message.info;
        if (charts.length === 0 && runs.every(({ info, count }) => count === 0 && (info.status !== '' || info.problem !== undefined))) arrange();
        return refreshSoon();
      case 'charts':
        charts = message.charts;
        return arrange();
      case 'rows': {
        const run = runs[message.run];
        if (!run) return;
        if (message.restart) run.restart();
        run.append(message.count, message.columns);
        return refreshSoon();
      }
      case 'said':
        said.textContent = message.message;
    }
  };
}
