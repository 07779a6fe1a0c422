/** Marks that stand for a text while a template is rendered: the template never sees a query, a tool's words or an observation. */
import { control, text, type Fragment } from './dialogue.ts';

/** Private use: in no template. */
export const mark = (name: string): string => `\uE000${name}\uE001`;

/**
 * A rendering as fragments: control tokens that the template wrote are told apart from those that a text spells.
 * @param marks what each mark stands for
 * @param controls the model's control tokens
 */
export function cut(rendered: string, marks: Readonly<Record<string, string>>, controls: readonly string[]): Fragment[] {
  const pattern = new RegExp([...Object.keys(marks), ...[...controls].sort((a, b) => b.length - a.length)].filter((token) => token !== '').map(escaped).join('|') || '(?!)', 'g');
  const result: Fragment[] = [];
  let at = 0;
  const say = (words: string): void => { if (words !== '') result.push(text(words)); };
  for (const { 0: found, index } of rendered.matchAll(pattern)) {
    say(rendered.slice(at, index));
    if (Object.hasOwn(marks, found)) say(marks[found]);
    else result.push(control(found));
    at = index + found.length;
  }
  say(rendered.slice(at));
  return result;
}

/** For a pattern that finds exactly this. */
export const escaped = (token: string): string => token.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** A text as it stands between the quotes of JSON. */
export const insideQuotes = (words: string): string => JSON.stringify(words).slice(1, -1);
