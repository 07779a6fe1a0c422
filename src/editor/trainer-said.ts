/** The telling lines of what a trainer wrote to its error stream: the last one alone is often a count, a hint, or the version of Node. */

/** Lines that are kept while it runs. */
export const keptLines = 60;
const mostLines = 4;
const mostCharacters = 500;

/** The command line's own last word: `steptool train: …`. */
const own = /^steptool( \w+)?: /;
/** How an exception that nobody caught begins, and how Node dies of too little memory. */
const thrown = /^(Uncaught )?[A-Z]\w*(Error|Exception)\b[^:]*: |^FATAL ERROR: /;
/** What explains nothing by itself: places in code, pointers into a file, how to get help, which Node it was. */
const needless = /^\s+at |^\s*(\d+ )?\| |^\s+fix: |^See: steptool |^Node\.js v\d|^\d+ errors?\b.*$/;

// Colours of a terminal, where the environment asks for them.
// eslint-disable-next-line no-control-regex
const colours = /\u001b\[[\d;]*m/g;

const told = (lines: readonly string[]): string => {
  const text = lines.filter((line) => line.trim() !== '' && !needless.test(line)).slice(0, mostLines).map((line) => line.trim()).join(' ');
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
};

/**
 * What a trainer that failed said of it, in one paragraph; empty where it said nothing.
 * @param written lines of its error stream, the last one last
 */
export function lastWords(written: readonly string[]): string {
  const lines = written.map((line) => line.replace(colours, ''));
  const from = lines.findLastIndex((line) => own.test(line));
  if (from >= 0) return told([lines[from].replace(own, ''), ...lines.slice(from + 1)]);
  const exception = lines.findLast((line) => thrown.test(line));
  return told(exception === undefined ? lines.filter((line) => line.trim() !== '' && !needless.test(line)).slice(-2) : [exception]);
}
