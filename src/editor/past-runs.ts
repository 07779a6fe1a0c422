/** The runs of an experiment file, as much as lenses and comparisons need of the store of runs. */
import { createHash } from 'node:crypto';
import type * as vscode from 'vscode';
import type { RunHead } from '../run/folder/reader.ts';
import type { RunScore } from '../run/folder/score.ts';
import { isRunOf } from './runs/discover.ts';
import type { RunStore } from './runs/store.ts';

export type PastRuns = Pick<RunStore, 'experiments' | 'onDidChange' | 'run' | 'runsOf' | 'score'>;

/** The readable runs of a file, newest first; none for a file that is not of the workspace, or on no disk. */
export async function runsOfFile(runs: PastRuns, file: vscode.Uri): Promise<readonly RunHead[]> {
  const experiment = (await runs.experiments()).find(({ uri }) => uri.toString() === file.toString());
  if (experiment?.uri.scheme !== 'file') return [];
  return (await runs.runsOf(experiment)).flatMap((entry) => (entry.kind === 'run' ? [entry.head] : []));
}

/** The file of the workspace that a run is of; undefined where it is not there, or not any more. */
export const fileOfRun = async (runs: PastRuns, head: RunHead): Promise<vscode.Uri | undefined> => (await runs.experiments()).find((experiment) => isRunOf(head, experiment))?.uri;

/** Whether a run used exactly this text. */
export const ranWith = ({ run }: Pick<RunHead, 'run'>, text: string): boolean => run.experiment.sha256 === createHash('sha256').update(text).digest('hex');

/** `71.2 % ± 3.1, +18.0 ± 3.9`: the last pass rate and the change since the start, in points, each with half its interval (of the change the longer half: where that is less than the change, chance does not explain it). Empty before the first measurement. */
export function scoreText(score: RunScore | undefined): string {
  if (!score) return '';
  const { first, last } = score;
  const points = (share: number): string => (100 * share).toFixed(1);
  const half = last.low === undefined || last.high === undefined ? '' : ` ± ${points((last.high - last.low) / 2)}`;
  const { change } = last;
  const by = change?.estimate ?? last.passRate - first.passRate;
  const arm = change ? ` ± ${points(Math.max(change.estimate - change.low, change.high - change.estimate))}` : '';
  const moved = first.iteration === last.iteration ? '' : `, ${by < 0 ? '−' : '+'}${points(Math.abs(by))}${arm}`;
  return `${points(last.passRate)} %${half}${moved}`;
}
