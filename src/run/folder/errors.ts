/**
 * What can go wrong with a run folder. `diskFull` and `readOnly` come from the file system, `locked` from another writer,
 * `io` is any other failure of the file system, the rest is about what the folder holds.
 */
export type RunFolderErrorCode =
  | 'diskFull'
  | 'readOnly'
  | 'locked'
  | 'notARun'
  | 'badVersion'
  | 'corrupt'
  | 'finished'
  | 'io';

/** An error about a run folder. Its message says what was being done, where, what is safe, and what to do. */
export class RunFolderError extends Error {
  readonly code: RunFolderErrorCode;
  /** The file or folder concerned. */
  readonly path: string;

  constructor(code: RunFolderErrorCode, message: string, path: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RunFolderError';
    this.code = code;
    this.path = path;
  }
}

/** The `code` of a Node error such as `ENOENT`, or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What was being attempted, in words that fit "StepTool could not <doing>", and what is safe if it fails. */
export interface Attempt {
  readonly doing: string;
  readonly path: string;
  /** A whole sentence. */
  readonly safe: string;
}

/** Turns a failure of the file system into a {@link RunFolderError}; one that is already typed passes through. */
export function explain(error: unknown, { doing, path, safe }: Attempt): RunFolderError {
  if (error instanceof RunFolderError) return error;
  const system = systemCode(error);
  const could = `Could not ${doing} (${path})`;
  switch (system) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG': {
      const why = system === 'ENOSPC' ? 'the disk is full' : system === 'EDQUOT' ? 'the disk quota is used up' : 'the file may not grow further';
      return new RunFolderError('diskFull', `${could}: ${why}. ${safe} Free some space, then resume the run.`, path, { cause: error });
    }
    case 'EROFS':
    case 'EACCES':
    case 'EPERM': {
      const why = system === 'EROFS' ? 'the file system is read-only' : 'writing is not permitted';
      return new RunFolderError('readOnly', `${could}: ${why}. ${safe} Allow writing there, or choose another folder for runs.`, path, {
        cause: error,
      });
    }
    default: {
      const why = error instanceof Error ? error.message : String(error);
      return new RunFolderError('io', `${could}: ${why}. ${safe} Check the path and the disk, then resume the run.`, path, { cause: error });
    }
  }
}

/** Runs `action`; whatever it throws leaves as a {@link RunFolderError}. */
export function attempt<T>(what: Attempt, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw explain(error, what);
  }
}

/** Runs a clean-up whose failure must not hide the error that made it necessary. */
export function bestEffort(action: () => void): void {
  try {
    action();
  } catch {
    // The next open cleans up again.
  }
}
