/** Where an iteration is in a file. Runs append their trajectories in the order of iterations, so a few looks find it; files of others may not. */
import type { TrajectoryFile } from './trajectory-file.ts';

/** Files with fewer lines are looked through from the start. */
const fewLines = 2000;
const looks = 48;

/** The iteration of a line, or of the nearest one before it that is no broken line; -1 where there is none. */
async function iterationAt(file: TrajectoryFile, line: number): Promise<number> {
  for (let at = line; at >= 0 && at > line - 8; at--) {
    const [row] = await file.rows([at]);
    if (row?.kind === 'trajectory') return row.iteration;
  }
  return -1;
}

/** Whether iterations never fall, judged by lines spread over the file. */
async function areAscending(file: TrajectoryFile): Promise<boolean> {
  let before = -1;
  for (let look = 0; look < looks; look++) {
    const iteration = await iterationAt(file, Math.floor((look * (file.count - 1)) / (looks - 1)));
    if (iteration < before) return false;
    before = iteration;
  }
  return true;
}

/** The first line, of those counted so far, whose iteration is at least `iteration`; 0 where the file is short or in no order. */
export async function firstLineOf(file: TrajectoryFile, iteration: number): Promise<number> {
  if (file.count < fewLines || !(await areAscending(file))) return 0;
  let low = 0;
  let high = file.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((await iterationAt(file, middle)) < iteration) low = middle + 1;
    else high = middle;
  }
  return low;
}
