/** What stands in the run folder of a run whose engine blocks the thread: nothing of the writer's can be called any more by then. */
import { EngineError } from '../../compute/failures.ts';
import { blanks, watchman } from '../../compute/watchman.ts';
import { temporaryBeside } from '../folder/atomic.ts';
import type { LogLine } from '../folder/lines.ts';
import { runPath } from '../folder/paths.ts';
import type { RunJson } from '../folder/run-json.ts';
import type { RunWriter } from '../folder/writer.ts';
import { codeOf } from './rescue.ts';

/**
 * Prepares the words that are left if the process is ended because its engine hangs: as a failure is recorded, in `run.json` and
 * `log.jsonl`. The lock stays, of a process that is dead: a resume outbids it.
 * @returns takes them back, once no call of an engine is to come
 */
export function prepareLastWords({ folder, run }: Pick<RunWriter, 'folder' | 'run'>): () => void {
  const error = { message: blanks.message, code: codeOf(new EngineError('hung', '')) };
  const failed: RunJson = { ...run, status: 'failed', error, end: blanks.at };
  const line: LogLine = { at: blanks.at, level: 'error', ...error };
  const json = runPath.run(folder);
  watchman.leave([{ path: json, beside: temporaryBeside(json), value: failed }, { path: runPath.log(folder), value: line }]);
  return () => watchman.leave([]);
}
