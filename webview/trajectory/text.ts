/** Text that a model or a tool wrote: shown as it is, with what cannot be seen made visible, and never more than can be drawn. */
import { el, fill, on } from '../shared/dom.ts';
import { plain } from '../shared/format.ts';
import { say } from './strings.ts';

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
    nodes.push(el('span', { class: 'unseen', title: say('unseenCharacter') }, codePoint(match[0])));
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

/** Where the rest of a text is, of which only the start is here. `length` counts all of it, in characters. */
export interface TextRest {
  readonly length: number;
  readonly load: (from: number) => Promise<string>;
}

/** A block of text; long ones start short, with a button that shows more, a chunk at a time. */
export function textBlock(start: string, label: string, rest?: TextRest): HTMLElement {
  let text = start;
  const whole = rest?.length ?? text.length;
  const body = el('pre', { class: 'text', dir: 'auto' });
  const box = el('div', { class: 'text-block' }, body);
  const short = cutAt(text, shortLength, shortLines);
  if (short.length >= whole) {
    fill(body, ...visible(text));
    return box;
  }
  let shown = 0;
  const grow = async (): Promise<void> => {
    const end = Math.min(whole, Math.max(shown + chunk, chunk));
    if (end > text.length && rest) text += await rest.load(text.length);
    show(Math.min(end, text.length));
  };
  const more = on(el('button', { type: 'button', class: 'more' }), 'click', () => {
    if (shown >= whole) show(short.length);
    else grow().catch((error: unknown) => { more.textContent = error instanceof Error ? error.message : String(error); });
  });
  const show = (length: number): void => {
    shown = length;
    fill(body, ...visible(text.slice(0, length)), length < whole && el('span', { class: 'muted' }, '\u2026'));
    more.textContent = length >= whole ? say('showLess') : say(length + chunk >= whole ? 'showAll' : 'showMore', plain(whole));
    more.setAttribute('aria-label', say('showOf', more.textContent, label));
    more.setAttribute('aria-expanded', String(length > short.length));
  };
  show(short.length);
  box.append(more);
  return box;
}
