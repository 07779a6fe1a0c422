/** How a run is asked to stop: both fire at most once, `now` only after `gently`. */
export interface StopRequest {
  /** Finish the iteration, or the update of a warm start, write a checkpoint, stop. A measurement is left for the resume. */
  readonly gently?: AbortSignal;
  /** Abort what is going on; the run resumes from its last checkpoint. */
  readonly now?: AbortSignal;
}

/** Thrown to end a run that was asked to stop, where there is no more to do for it than to record that. */
export class Stopped extends Error {
  constructor() {
    super('The run was asked to stop.');
  }
}

/** Whether an error only says that work was aborted. */
export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
