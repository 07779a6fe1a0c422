/** Which block of a template is left open: its parser meets the end of the text there, and has no words for it. */

/** Statements of a template, with where they begin. Comments may spell anything. Looks at each letter once, however little is closed. */
function* statements(source: string): Generator<{ readonly name: string; readonly rest: string; readonly index: number }> {
  for (let at = 0; ; ) {
    const index = source.slice(at).search(/\{[#%]/);
    if (index < 0) return;
    const start = at + index;
    const end = source.indexOf(source[start + 1] === '#' ? '#}' : '%}', start + 2);
    if (end < 0) return;
    const said = /^[-+]?\s*(\w+)/.exec(source.slice(start + 2, end));
    if (source[start + 1] === '%' && said) yield { name: said[1], rest: source.slice(start + 2 + said[0].length, end), index: start };
    at = end + 2;
  }
}

interface Open {
  readonly name: string;
  /** Where it begins. */
  readonly index: number;
}

/** `set` is a block where it gives no value itself. */
const opens = (name: string, rest: string): boolean => ['for', 'if', 'macro', 'call', 'filter'].includes(name) || (name === 'set' && !rest.includes('='));

/** What is wrong with the blocks of a text, beginning a sentence, its full stop left out; undefined where each is closed. */
export function brokenBlock(source: string): string | undefined {
  const written = ({ name, index }: Open): string => `{% ${name} %} in line ${source.slice(0, index).split('\n').length}`;
  const open: Open[] = [];
  for (const { name, rest, index } of statements(source)) {
    const here = { name, index };
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
