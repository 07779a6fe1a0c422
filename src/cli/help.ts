/** The help texts. */
import { commonOptions, type Command, type Options } from './command.ts';

const width = 96;

/** Breaks a text at blanks; further lines are indented. */
function wrap(text: string, indent: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width - indent) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}

/** Two columns, the second one wrapped. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const indent = Math.max(...rows.map(([left]) => left.length)) + 4;
  return rows.map(([left, right]) => `  ${left.padEnd(indent - 2)}${wrap(right, indent)}`);
}

const optionRows = (options: Options): [string, string][] =>
  Object.entries(options).map(([name, { value, short, help }]) => [`${short ? `-${short}, ` : '    '}--${name}${value === undefined ? '' : ` <${value}>`}`, help]);

/** Help of one command. */
export function commandHelp({ name, usage, summary, details, options, examples }: Command): string {
  const own = optionRows({ ...options, ...commonOptions });
  // What an example does stands below it, where the two do not fit side by side.
  const shown = examples.flatMap(([args, what]) => [`  steptool ${name}${args === '' ? '' : ` ${args}`}`, `      ${wrap(what, 6)}`]);
  return [
    `steptool ${name} ${usage}`.trimEnd(), '', wrap(summary, 0), ...(details === undefined ? [] : ['', wrap(details, 0)]),
    '', 'Options:', ...columns(own), '', 'Examples:', ...shown, '',
  ].join('\n');
}

/** Help of the program. */
export function programHelp(commands: readonly { readonly name: string; readonly summary: string }[]): string {
  return [
    'steptool <command> [options]', '', wrap('Teaches language models to use tools by step-grained reinforcement learning (arXiv 2410.07745).', 0),
    '', 'Commands:', ...columns(commands.map(({ name, summary }) => [name, summary] as const)),
    '', 'Examples:',
    '  steptool train examples/quickstart.steptool.json',
    '  steptool resume examples/runs/quickstart/20250101-120000-1a2b',
    '  steptool schema credit.mode',
    '', 'steptool <command> --help shows the options of a command, with examples; --version shows the version.',
    'Exit codes: 0 done, 1 the work failed, 2 wrong usage or file, 130 stopped on request.', '',
  ].join('\n');
}
