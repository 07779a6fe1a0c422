/** Goes through the lines of a run folder's file in windows, so that no file is ever held whole. */
import type { JsonlFile } from '../folder/jsonl.ts';

const windowLines = 256;

/**
 * Calls `visit` with each line that passes the check, and its index, in order. Gives how many lines did not pass. Throws
 * Node's errors.
 */
export async function eachRecord<T>(file: JsonlFile, check: (value: unknown) => value is T, visit: (record: T, line: number) => void): Promise<number> {
  let skipped = 0;
  for (let first = 0; first < file.count; first += windowLines) {
    for (const line of await file.window(first, windowLines)) {
      if (line.kind === 'value' && check(line.value)) visit(line.value, line.index);
      else skipped++;
    }
  }
  return skipped;
}
