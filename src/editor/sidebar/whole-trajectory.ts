import { isTrajectoryLine, type TrajectoryLine } from '../../run/folder/lines.ts';
import type { TrajectoryRow } from '../../run/folder/trajectory-index.ts';
import type { Translate } from '../host.ts';
import type { OpenRun } from '../runs/store.ts';
import { whyWrong } from '../trajectory-page/wrong-line.ts';
import { indexedLine } from './iterations.ts';

/** Reads the trajectory that a row stands for. Throws, for people, where its line is broken or another's by now. */
export async function wholeTrajectory(t: Translate, run: OpenRun, { line, id }: TrajectoryRow): Promise<TrajectoryLine> {
  await indexedLine(run, line); // opened anew, the index builds up again
  const [read] = await run.trajectories.file.window(line, 1);
  if (read?.kind === 'bad') throw new Error(whyWrong(t, line, read.fault));
  if (!read || !isTrajectoryLine(read.value) || read.value.id !== id) throw new Error(t('The file has changed: refresh the view'));
  return read.value;
}
