/** How commands fail, and what the shell is told. */
import { CreditFileError } from '../learn/credit/command.ts';
import { RunFolderError } from '../run/folder/errors.ts';

/** 0 done, 1 the work failed, 2 wrong usage or file, 130 stopped on request. */
export const exitCode = { done: 0, failed: 1, usage: 2, stopped: 130 } as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The command line is wrong. The message says what, and what would be right. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** A file that was named is wrong. The message is all that has to be said, its place in the file included. */
export class FileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FileError';
  }
}

/** The exit code of an error. A folder that is no run is a wrong file; what goes wrong with one that is, is failed work. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError || error instanceof FileError || error instanceof CreditFileError) return exitCode.usage;
  if (error instanceof RunFolderError && error.code === 'notARun') return exitCode.usage;
  return exitCode.failed;
}

/** What a person is told of an error: its message; the stack too when debugging. */
export function tell(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return String(error);
  if (!debug) return error.message;
  const cause = error.cause === undefined ? '' : `\nCaused by: ${tell(error.cause, true)}`;
  return `${error.stack ?? error.message}${cause}`;
}
