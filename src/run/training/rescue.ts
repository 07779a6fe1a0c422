/** A run that fails at computing: what is recorded of the failure, and which failures leave a policy worth keeping. */
import { EngineError } from '../../compute/failures.ts';
import { NotFiniteError } from '../../learn/not-finite.ts';
import { RunFolderError } from '../folder/errors.ts';
import type { RunWriter } from '../folder/writer.ts';
import { LostReference } from './resumable.ts';

/** Whether an error left the policy as it was: a number that is not finite, an engine that failed, or a reference that cannot be read, changes no weights. */
const leavesPolicy = (error: unknown): boolean => error instanceof NotFiniteError || error instanceof EngineError || error instanceof LostReference;

/** What `run.json` calls an error, for programs: `notFinite`, `engineMemory`, `engineDevice`, a code of the run folder, or `error`. */
export function codeOf(error: unknown): string {
  if (error instanceof RunFolderError) return error.code;
  if (error instanceof NotFiniteError) return 'notFinite';
  if (error instanceof EngineError) return `engine${error.kind.charAt(0).toUpperCase()}${error.kind.slice(1)}`;
  return 'error';
}

/** Writes a failure into the log, with all tensors that have to do with it. */
export function logFailure(writer: Pick<RunWriter, 'log'>, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  writer.log('error', message, { code: codeOf(error), ...(error instanceof NotFiniteError ? { tensors: error.tensors } : {}) });
}

/**
 * Does `work`; if computing fails in it, keeps what was reached, and goes on failing. That keeping fails too is no more
 * than a line in the log: the first error is the one to tell.
 */
export async function rescued<T>(work: Promise<T>, writer: Pick<RunWriter, 'log'>, keep: () => void | Promise<void>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (leavesPolicy(error)) {
      try {
        await keep();
      } catch (refused) {
        writer.log('warning', `What was reached before the failure could not be kept: ${refused instanceof Error ? refused.message : String(refused)}`);
      }
    }
    throw error;
  }
}
