/** The keys of the page, in one table that is also what the page shows of them. */
import { el } from '../shared/dom.ts';
import { say } from './strings.ts';

/** One line of the table: its keys, what they do in words, and what each does. */
export interface Keys {
  readonly about: string;
  readonly keys: readonly (readonly [key: string, action: () => void])[];
}

/** Whether keys belong to a control that the reader is using. */
export function isTyping(event: KeyboardEvent): boolean {
  return event.composedPath().some((target) => target instanceof Element
    && (/^(INPUT|TEXTAREA|SELECT|VSCODE-DROPDOWN|VSCODE-TEXT-FIELD)$/.test(target.tagName) || (target as HTMLElement).isContentEditable));
}

/** Listens on the whole page; keys with Ctrl, Alt or Meta stay the editor's. */
export function listenToKeys(table: readonly Keys[]): void {
  const actions = new Map(table.flatMap(({ keys }) => keys));
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event)) return;
    const action = actions.get(event.key);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** The table as a disclosure. */
export function keysHelp(table: readonly Keys[]): HTMLDetailsElement {
  return el('details', { class: 'keys-help small' }, el('summary', {}, say('keys')),
    el('dl', {}, ...table.map(({ about, keys }) => el('div', {}, el('dt', {}, ...keys.flatMap(([key], i) => [i > 0 && ' ', el('kbd', {}, key)])), el('dd', {}, about)))));
}
