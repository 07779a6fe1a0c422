/** From the words after a command to its options, with a suggestion for every slip. */
import { parseArgs } from 'node:util';
import { closest } from '../config/spelling.ts';
import { commonOptions, type Command, type Options } from './command.ts';
import { UsageError } from './failure.ts';

/** The arguments of a command. Asking for an option that it does not have is a bug, and throws. */
export interface Arguments {
  readonly words: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  /** Throws UsageError for what is no number from `least` to `most`. */
  number(name: string, range: { readonly least: number; readonly most?: number; readonly whole?: boolean }): number | undefined;
}

/** Whether the words ask for help, wherever they do so. */
export const asksForHelp = (words: readonly string[]): boolean => {
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? undefined : end).some((word) => word === '--help' || word === '-h');
};

/** @throws UsageError naming the word that is wrong */
export function parseArguments(command: Pick<Command, 'options' | 'takes' | 'lacks'>, words: readonly string[]): Arguments {
  const options: Options = { ...command.options, ...commonOptions };
  // Not strict: the errors of strict parsing know no suggestions, and refuse negative numbers as values.
  const { tokens } = parseArgs({
    args: [...words], strict: false, allowPositionals: true, tokens: true,
    options: Object.fromEntries(Object.entries(options).map(([name, { value, short, multiple }]) => [name, { type: value === undefined ? 'boolean' as const : 'string' as const, ...(short ? { short } : {}), multiple: multiple === true }])),
  });
  const given = new Map<string, (string | true)[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!option) throw new UsageError(unknown(rawName, options, command.lacks?.get(name)));
    if (option.value === undefined && value !== undefined) throw new UsageError(`${rawName} takes no value.`);
    const isMissing = value === undefined || (!token.inlineValue && /^-(?!\d|\.|$)/.test(value));
    if (option.value !== undefined && isMissing) throw new UsageError(`${rawName} needs a value: ${rawName} <${option.value}>.`);
    const before = given.get(name) ?? [];
    if (before.length > 0 && option.value !== undefined && !option.multiple) throw new UsageError(`${rawName} is given twice. Give it once.`);
    given.set(name, [...before, value ?? true]);
  }
  checkCount(positionals, command.takes);
  return reader(positionals, given, options);
}

function unknown(rawName: string, options: Options, instead?: string): string {
  const near = closest(rawName.replace(/^-+/, ''), Object.keys(options));
  const help = instead ?? (near === undefined ? undefined : `Did you mean --${near}?`);
  return `There is no option ${rawName}.${help === undefined ? '' : ` ${help}`}`;
}

function checkCount(words: readonly string[], { least, most, what }: Command['takes']): void {
  if (words.length < least) throw new UsageError(`${what} is missing.`);
  if (words.length > most) throw new UsageError(most === 0 ? `'${words[0]}' is one word too many: it takes none.` : `'${words[most]}' is one word too many: ${what} is all it takes.`);
}

function reader(words: readonly string[], given: ReadonlyMap<string, readonly (string | true)[]>, options: Options): Arguments {
  const texts = (name: string): string[] => {
    if (!Object.hasOwn(options, name)) throw new Error(`The command reads the option '${name}', which it does not declare.`);
    return (given.get(name) ?? []).filter((value) => value !== true);
  };
  return {
    words,
    texts,
    text: (name) => texts(name).at(-1),
    flag: (name) => texts(name).length > 0 || given.has(name),
    number(name, { least, most = Infinity, whole = false }) {
      const text = texts(name).at(-1);
      if (text === undefined) return undefined;
      const value = text.trim() === '' ? NaN : Number(text);
      if (value >= least && value <= most && Number.isFinite(value) && (!whole || Number.isSafeInteger(value))) return value;
      const range = least === -Infinity ? '' : most === Infinity ? ` of at least ${least}` : ` from ${least} to ${most}`;
      throw new UsageError(`--${name} is '${text}': give a ${whole ? 'whole ' : ''}number${range}.`);
    },
  };
}
