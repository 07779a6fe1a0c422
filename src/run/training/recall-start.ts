/** The policy that reinforcement learning started from, as a run's folder has its attempts at the held-out tasks. */
import type { Experiment } from '../../config/schema.ts';
import type { Solved } from '../../evaluate/compare.ts';
import { JsonlFile } from '../folder/jsonl.ts';
import { fileSource } from '../folder/source.ts';
import { readRow } from '../folder/trajectory-row.ts';

/** What ids of attempts begin with that were measured when reinforcement learning began: `e`, and the iteration. */
const measured = 'e0/';

/**
 * Reads the beginning of a `trajectories.jsonl`, which is all there is of iteration 0.
 * @returns undefined unless each attempt that the experiment asks for is there once: a change over some of them would be another figure
 */
export async function recallStart(path: string, { evaluation: { splits, tasksPerSplit, samplesPerTask } }: Pick<Experiment, 'evaluation'>): Promise<Solved[] | undefined> {
  const file = new JsonlFile(fileSource(path));
  await file.refresh();
  const found = new Map<string, Solved>();
  let seen = 0;
  await file.scan(0, (line, bytes) => {
    const row = bytes && readRow(line, bytes);
    if (row?.id.startsWith(measured)) {
      seen++;
      found.set(row.id, { split: row.split, taskId: row.taskId, solved: row.solved });
    }
    return row === undefined || row.iteration === 0;
  });
  const asked = splits.length * tasksPerSplit * samplesPerTask;
  return found.size === asked && seen === asked ? [...found.values()] : undefined;
}
