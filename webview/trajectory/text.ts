/** Text that a model or a tool wrote: shown as it is, with what cannot be seen made visible, and never more than can be drawn. */
import { el, fill, on } from '../shared/dom.ts';
import { plain } from '../shared/format.ts';

/** Controls other than tab and line feed, and the marks that turn reading direction or hide (bidi, zero width, tags). */
// eslint-disable-next-line no-control-regex
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;
const codePoint = (mark: string): string => `U+${mark.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

/** The text as nodes, each unseen character as a small visible code. */
export function visible(text: string): (string | HTMLElement)[] {
  const nodes: (string | HTMLElement)[] = [];
  let from = 0;
  for (const match of text.matchAll(unseen)) {
    if (match.index > from) nodes.push(text.slice(from, match.index));
    nodes.push(el('span', { class: 'unseen', title: 'a character that cannot be seen' }, codePoint(match[0])));
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

/** One line of at most `most` characters, unseen characters replaced, for lists and titles. */
export function oneLine(text: string, most: number): string {
  const line = text.slice(0, most + 1).replace(unseen, '\ufffd').replace(/\s+/g, ' ').trim();
  return text.length > most ? `${line.slice(0, most)}\u2026` : line;
}

/** JSON laid out over lines; anything else as it is. Numbers and key order stay as written only where the text is no JSON. */
export function pretty(text: string): string {
  const start = text.trimStart()[0];
  if ((start !== '{' && start !== '[') || text.length > 100_000) return text;
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

const shortLength = 700;
const shortLines = 12;
/** At most this much goes into the page at a time: one enormous line would stall the layout. */
const chunk = 20_000;

function cutAt(text: string, length: number, lines: number): string {
  let end = Math.min(length, text.length);
  let line = -1;
  for (let n = 0; n < lines; n++) {
    line = text.indexOf('\n', line + 1);
    if (line < 0 || line >= end) return text.slice(0, end);
  }
  end = line;
  return text.slice(0, end);
}

/** A block of text; long ones start short, with a button that shows more, a chunk at a time. */
export function textBlock(text: string, label: string): HTMLElement {
  const body = el('pre', { class: 'text', dir: 'auto' });
  const box = el('div', { class: 'text-block' }, body);
  const short = cutAt(text, shortLength, shortLines);
  if (short.length >= text.length) {
    fill(body, ...visible(text));
    return box;
  }
  let shown = 0;
  const more = on(el('button', { type: 'button', class: 'more' }), 'click', () => show(shown >= text.length ? short.length : Math.min(text.length, Math.max(shown + chunk, chunk))));
  const show = (length: number): void => {
    shown = length;
    fill(body, ...visible(text.slice(0, length)), length < text.length && el('span', { class: 'muted' }, '\u2026'));
    more.textContent = length >= text.length ? 'Show less' : `Show ${length + chunk >= text.length ? 'all' : 'more'} of ${plain(text.length)} characters`;
    more.setAttribute('aria-label', `${more.textContent} of ${label}`);
    more.setAttribute('aria-expanded', String(length > short.length));
  };
  show(short.length);
  box.append(more);
  return box;
}
