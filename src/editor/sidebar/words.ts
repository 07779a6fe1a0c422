/** Numbers, times and other people's text as the tree writes them. */
import type { Translate } from '../host.ts';

// Controls, and the marks that turn reading direction or hide: in a list they could make one name look like another.
// eslint-disable-next-line no-control-regex
const unseen = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** One line of at most `most` characters of text that a model, a tool or a file wrote. */
export function plainLine(text: string, most = 80): string {
  const line = text.slice(0, most + 1).replace(/\s+/g, ' ').replace(unseen, '\ufffd').trim();
  return text.length > most ? `${line.slice(0, most)}…` : line;
}

/** `71.2 %`. */
export const percent = (rate: number): string => `${(100 * rate).toFixed(1)} %`;

/** A number that always shows its sign: `+0.5`, `−0.25`, `0`. */
export function signed(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return rounded > 0 ? `+${rounded}` : rounded < 0 ? `−${-rounded}` : '0';
}

/** How long ago something was, in its largest unit; nothing for what is no time. */
export function age(iso: string, now: number, t: Translate): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (!Number.isFinite(minutes)) return '';
  if (minutes < 1) return t('just now');
  if (minutes < 60) return t('{0} min ago', minutes);
  if (minutes < 48 * 60) return t('{0} h ago', Math.floor(minutes / 60));
  return t('{0} days ago', Math.floor(minutes / 1440));
}
