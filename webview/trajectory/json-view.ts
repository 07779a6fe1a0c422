/** JSON that folds: objects and lists as disclosures, filled when they are opened. Everything in it is text. */
import { append, el, on } from '../shared/dom.ts';
import { plain } from '../shared/format.ts';
import { visible } from './text.ts';

/** Children shown at a time; a further button shows more. */
const mostChildren = 200;
const longestText = 400;

/** The value of a text that is a JSON object or list of some length; undefined for all other texts. */
export function foldable(text: string): object | undefined {
  const start = text.trimStart()[0];
  if ((start !== '{' && start !== '[') || text.length < 200) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function leaf(value: unknown): HTMLElement {
  const text = JSON.stringify(value) ?? String(value);
  const kind = value === null ? 'null' : typeof value;
  if (text.length <= longestText) return el('span', { class: `json-${kind}` }, ...visible(text));
  const shown = el('span', { class: `json-${kind}` }, ...visible(text.slice(0, longestText)));
  const more = on(el('button', { type: 'button', class: 'more' }, `\u2026 ${plain(text.length)}`), 'click', () => {
    shown.replaceChildren(...visible(text.slice(0, 20_000)));
    more.remove();
  });
  return el('span', {}, shown, more);
}

function children(value: object): Node[] {
  const entries = Array.isArray(value) ? value.map((item: unknown, index) => [String(index), item] as const) : Object.entries(value);
  const nodes: Node[] = [];
  const list = el('ul', { class: 'json' });
  nodes.push(list);
  const show = (from: number): void => {
    for (const [name, item] of entries.slice(from, from + mostChildren)) append(list, el('li', {}, node(name, item, false)));
    const next = from + mostChildren;
    if (next >= entries.length) return;
    const more = on(el('button', { type: 'button', class: 'more' }, `${plain(next)} / ${plain(entries.length)} \u2026`), 'click', () => { more.remove(); show(next); });
    append(list, el('li', {}, more));
  };
  show(0);
  return nodes;
}

function node(name: string, value: unknown, open: boolean): HTMLElement {
  const label = name === '' ? '' : el('span', { class: 'json-name' }, ...visible(name.slice(0, 200)), ': ');
  if (typeof value !== 'object' || value === null) return el('div', { class: 'json-leaf' }, label, leaf(value));
  const size = Array.isArray(value) ? `[${plain(value.length)}]` : `{${plain(Object.keys(value).length)}}`;
  const brief = JSON.stringify(value).slice(0, 90);
  const details = el('details', { open }, el('summary', {}, label, el('span', { class: 'muted' }, size, ' ', el('span', { class: 'brief-json' }, ...visible(brief)))));
  const fillIn = (): void => { if (details.open && details.childElementCount === 1) append(details, ...children(value)); };
  on(details, 'toggle', fillIn);
  fillIn();
  return details;
}

/** The value as a tree, its first level open. */
export const jsonView = (value: object): HTMLElement => el('div', { class: 'json-view' }, node('', value, true));
