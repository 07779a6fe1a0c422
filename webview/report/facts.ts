/** The run's facts and its settings. */
import { el } from '../shared/dom.ts';
import { count } from '../shared/format.ts';
import type { Fact, Setting } from './model.ts';

/** A dotted name that may break after its dots. */
const breakable = (name: string): (string | HTMLElement)[] => name.split(/(?<=\.)/).flatMap((part) => [part, el('wbr')]);

/** Facts as a grid of small labelled figures. */
export function factsSection(facts: readonly Fact[]): HTMLElement {
  return el('dl', { class: 'facts' }, ...facts.map((fact) => el('div', {},
    el('dt', {}, fact.label),
    el('dd', {}, el('span', { class: 'value' }, ...breakable(fact.value)), fact.detail !== undefined && el('span', { class: 'small muted' }, fact.detail)))));
}

const settingTable = (settings: readonly Setting[], title: string): HTMLElement => el('table', { class: 'settings' },
  el('caption', { class: 'hidden-label' }, title),
  el('tbody', {}, ...settings.map((one) => el('tr', {}, el('th', { scope: 'row', class: 'mono' }, ...breakable(one.path)), el('td', { class: 'mono' }, one.value)))));

/** Settings that differ from the defaults, open; all others, closed. */
export function settingsSection(settings: readonly Setting[]): HTMLElement | undefined {
  if (settings.length === 0) return undefined;
  const chosen = settings.filter((one) => one.chosen);
  const others = settings.filter((one) => !one.chosen);
  return el('div', { class: 'settings-box' },
    el('h3', {}, 'Settings'),
    chosen.length > 0 ? settingTable(chosen, 'Settings that differ from the defaults') : el('p', { class: 'muted' }, 'Every setting is at its default.'),
    others.length > 0 && el('details', {}, el('summary', { class: 'muted' }, `${count(others.length, 'setting')} at the default`), settingTable(others, 'Settings at their defaults')));
}
