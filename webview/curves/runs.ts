/** The list of runs, which is the legend of every chart when there are several, and how their settings differ. */
import { el, fill, on } from '../shared/dom.ts';
import { plain } from '../shared/format.ts';
import type { RunData } from './data.ts';
import type { Difference, Group } from './groups.ts';
import { differencesOf, plainValue, runLabel } from './groups.ts';
import type { RunInfo } from './protocol.ts';
import { say } from './strings.ts';
import { styleOf, swatch } from './style.ts';
import type { View } from './view.ts';

const statuses = ['running', 'finished', 'stopped', 'failed', 'interrupted'] as const;
const statusText = (info: RunInfo): string => {
  const known = statuses.find((status) => status === info.status);
  return known ? say(known) : say('unreadable');
};

/** The first settings in which a run differs from others; of a run alone its seed. */
function settingsText(info: RunInfo, all: readonly RunInfo[], differences: readonly Difference[]): string[] {
  const place = all.indexOf(info);
  const seed = info.settings.find(([path]) => path === 'seed');
  if (all.length < 2) return seed ? [say('seed', seed[1])] : [];
  return differences.slice(0, 4).map(({ path, values }) => `${path.split('.').at(-1)} ${plainValue(values[place]).slice(0, 40)}`);
}

function row(run: RunData, all: readonly RunInfo[], differences: readonly Difference[], group: number, grouped: boolean, hidden: boolean, toggle: () => void): HTMLElement {
  const { info } = run;
  const label = runLabel(info, all);
  const key = on(el('button', { type: 'button', 'aria-pressed': String(!hidden), title: say('hideOrShow', label), class: 'run' },
    all.length > 1 && !grouped && swatch(styleOf(group)), el('span', { class: 'label', dir: 'auto' }, label)), 'click', toggle);
  const facts = [label === info.id ? info.name : label === info.name ? info.id : '', ...settingsText(info, all, differences), info.engine].filter((fact) => fact !== undefined && fact !== '');
  return el('li', { class: grouped ? 'member' : '' }, key,
    el('span', { class: `status ${info.status}` }, statusText(info)), el('span', { class: 'small muted' }, facts.join(' · ')), el('span', { class: 'small muted progress' }),
    info.every > 1 && el('span', { class: 'small muted' }, say('thinned', info.every)),
    info.problem !== undefined && el('p', { class: 'problem small', role: 'alert', dir: 'auto' }, info.problem));
}

/** Settings down, runs across; only what is not the same in all. */
function differencesTable(runs: readonly RunInfo[], differences: readonly Difference[], all: readonly RunInfo[]): HTMLElement {
  if (differences.length === 0) return el('p', { class: 'muted' }, say('sameEverything'));
  return el('div', { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': say('differences') }, el('table', { class: 'differences' },
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, say('setting')), ...runs.map((run) => el('th', { scope: 'col', dir: 'auto' }, runLabel(run, all))))),
    el('tbody', {}, ...differences.map(({ path, values }) => el('tr', {}, el('th', { scope: 'row' }, el('code', {}, path)),
      ...values.map((value) => el('td', { dir: 'auto', class: value === undefined ? 'muted' : '' }, plainValue(value).slice(0, 300))))))));
}

export interface RunList {
  readonly element: HTMLElement;
  refresh(runs: readonly RunData[], groups: readonly Group[], differences: readonly Difference[], view: View): void;
}

/** The list; `toggle` hides or shows the run of a folder, `fold` hears whether the table of differences, at first `folded` or open, is closed. */
export function runList(toggle: (folder: string) => void, folded: boolean, fold: (folded: boolean) => void): RunList {
  const list = el('ul', { class: 'runs', 'aria-label': say('runs') });
  const summary = el('summary', {}, say('differences'));
  const table = el('div', {});
  const details = el('details', { class: 'settings', open: !folded }, summary, table);
  on(details, 'toggle', () => {
    if (details.open === folded) fold(!details.open);
    folded = !details.open;
  });
  let drawnRuns = '';
  let drawnTable = '';
  return {
    element: el('div', {}, list, details),
    refresh(runs, groups, differences, view) {
      const infos = runs.map(({ info }) => info);
      const folderOf = (run: number): string => infos[run].folder;
      const key = JSON.stringify([differences, infos.map(({ settings, checkpoints: _, ...rest }) => [rest, settings.length]), groups, view.hidden]);
      if (key !== drawnRuns) {
        drawnRuns = key;
        // Focus stays where it was, by place: the buttons are made anew.
        const focused = [...list.querySelectorAll('button')].findIndex((button) => button === document.activeElement);
        fill(list, ...groups.flatMap((group, i) => [
          group.runs.length > 1 && el('li', { class: 'group' }, swatch(styleOf(i)), el('span', { dir: 'auto' }, group.label)),
          ...group.runs.map((at) => row(runs[at], infos, differences, i, group.runs.length > 1, view.hidden.includes(folderOf(at)), () => toggle(folderOf(at)))),
        ]));
        if (focused >= 0) list.querySelectorAll('button')[focused]?.focus();
      }
      // How far each run is changes often: only the texts are replaced.
      const progress = list.querySelectorAll('.progress');
      groups.flatMap((group) => group.runs).forEach((at, i) => {
        const last = runs[at].column('iteration')?.at(-1);
        const text = last === undefined ? '' : `${say('iteration')} ${plain(last)}`;
        if (progress[i] && progress[i].textContent !== text) progress[i].textContent = text;
      });
      // Of the runs that are shown; those that are hidden do not matter now.
      const shown = infos.filter(({ folder }) => !view.hidden.includes(folder));
      details.hidden = shown.length < 2;
      const tableKey = JSON.stringify(shown.map(({ folder, name, id, settings }) => [folder, name, id, settings.length]));
      if (tableKey === drawnTable) return;
      drawnTable = tableKey;
      const between = differencesOf(shown);
      const most = new Set(shown.flatMap(({ settings }) => settings.map(([path]) => path))).size;
      summary.textContent = between.length === 0 ? say('differences') : `${say('differences')}: ${say('differAt', between.length, most)}`;
      fill(table, differencesTable(shown, between, infos));
    },
  };
}
