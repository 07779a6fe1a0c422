/** Which block of a template is left open: its parser meets the end of the text there, and has no words for it. */

/** Comments, which may spell anything; and statements, with what they begin with. */
const parts = /\{#[^]*?#\}|\{%[-+]?\s*(\w+)([^]*?)[-+]?%\}/g;

interface Open {
  readonly name: string;
  readonly line: number;
}

/** `set` is a block where it gives no value itself. */
const opens = (name: string, rest: string): boolean => ['for', 'if', 'macro', 'call', 'filter'].includes(name) || (name === 'set' && !rest.includes('='));

const written = ({ name, line }: Open): string => `{% ${name} %} in line ${line}`;

/** What is wrong with the blocks of a text, beginning a sentence, its full stop left out; undefined where each is closed. */
export function brokenBlock(source: string): string | undefined {
  const open: Open[] = [];
  for (const { 1: name, 2: rest, index } of source.matchAll(parts)) {
    if (name === undefined) continue;
    const here = { name, line: source.slice(0, index).split('\n').length };
    if (opens(name, rest)) open.push(here);
    if (!name.startsWith('end')) continue;
    const last = open.at(-1);
    if (last === undefined) return `${written(here)} closes nothing`;
    if (name !== `end${last.name}`) return `${written(here)} comes where ${written(last)} is still open: that lacks its {% end${last.name} %}`;
    open.pop();
  }
  const last = open.at(-1);
  return last && `${written(last)} is never closed: it lacks its {% end${last.name} %}`;
}
