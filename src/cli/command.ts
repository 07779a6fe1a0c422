/** What a command is: its words, its options, and what it does. */
import type { ExitCode } from './failure.ts';
import type { Arguments } from './arguments.ts';
import type { Io } from './io.ts';

export interface Option {
  /** What stands for the value in the help; an option without one is a flag. */
  readonly value?: string;
  readonly short?: string;
  /** May be given several times. */
  readonly multiple?: boolean;
  readonly help: string;
}
export type Options = { readonly [name: string]: Option };

export interface Command {
  readonly name: string;
  /** After the name, as `<file> [options]`. */
  readonly usage: string;
  /** One sentence. */
  readonly summary: string;
  readonly details?: string;
  /** How many words are taken beside the options, and what they are. */
  readonly takes: { readonly least: number; readonly most: number; readonly what: string };
  readonly options: Options;
  /** Options of other commands that one may look for here, and what to do instead. */
  readonly lacks?: ReadonlyMap<string, string>;
  /** Arguments after `steptool <name>`, and what they do. */
  readonly examples: readonly (readonly [args: string, what: string])[];
  /** Gives the exit code. What it throws is shown as an error. */
  run(args: Arguments, io: Io): Promise<ExitCode>;
}

/** Options that every command has. */
export const commonOptions: Options = {
  help: { short: 'h', help: 'Show this help.' },
  debug: { help: 'Show where errors come from, as with STEPTOOL_DEBUG=1.' },
};

export const jsonOption: Options = { json: { help: 'Print one JSON document instead of text.' } };
export const setOption: Options = { set: { value: 'path=value', multiple: true, help: 'Change a field of the experiment, as credit.gamma=0.95. The value is JSON; a single word needs no quotes. May be repeated.' } };
