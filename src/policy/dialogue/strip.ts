/**
 * What some control tokens do to the text beside them: `tokenizers` counts the whitespace before a token with `lstrip`, and that
 * behind one with `rstrip`, to the token, so that it has no ids of its own.
 */
import { text, tokenOf, type Fragment } from './dialogue.ts';

export interface Strip {
  /** `lstrip` */
  readonly before: boolean;
  /** `rstrip` */
  readonly behind: boolean;
}

/** What Rust's `\s` is, with which `tokenizers` strips: U+0085 belongs to it and U+FEFF does not, other than in JavaScript. */
const isSpace = (letter: string): boolean => /^\p{White_Space}$/u.test(letter);

/**
 * @param strips by the names of the control tokens; those that strip nothing may be left out
 * @param behind the control token that the fragments follow, where it is known
 */
export function strip(fragments: readonly Fragment[], strips: ReadonlyMap<string, Strip>, behind?: string): readonly Fragment[] {
  if (strips.size === 0) return fragments;
  const at = (i: number): Strip | undefined => {
    const token = i < 0 ? behind : tokenOf(fragments[i]);
    return token === undefined ? undefined : strips.get(token);
  };
  return fragments.map((fragment, i) => {
    if (fragment.kind === 'control') return fragment;
    let [from, to] = [0, fragment.text.length];
    if (at(i - 1)?.behind) while (from < to && isSpace(fragment.text[from])) from++;
    if (at(i + 1)?.before) while (to > from && isSpace(fragment.text[to - 1])) to--;
    return text(fragment.text.slice(from, to));
  });
}
