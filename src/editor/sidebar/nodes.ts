/** What the tree of experiments shows, from the workspace down to one step. Ids stay the same across refreshes, so that what is open stays open. */
import type { TrajectoryLine } from '../../run/folder/lines.ts';
import type { TrajectoryRow } from '../../run/folder/trajectory-index.ts';
import type { ExperimentEntry, RunEntry } from '../runs/store.ts';

export type Step = TrajectoryLine['steps'][number];

export type Node =
  | { readonly kind: 'workspaceFolder'; readonly id: string; readonly path: string; readonly name: string }
  | { readonly kind: 'experiment'; readonly id: string; readonly entry: ExperimentEntry; readonly runs: number }
  /** Runs whose experiment file is not in the workspace, and folders that cannot be read. */
  | { readonly kind: 'strays'; readonly id: string; readonly runs: number }
  | { readonly kind: 'run'; readonly id: string; readonly folder: string; readonly entry: RunEntry }
  /** Iterations of a long run, from the newest to the oldest of them. */
  | { readonly kind: 'range'; readonly id: string; readonly folder: string; readonly iterations: readonly IterationNode[] }
  | IterationNode
  | { readonly kind: 'trajectory'; readonly id: string; readonly folder: string; readonly row: TrajectoryRow }
  /** Trajectories of an iteration beyond those shown. */
  | { readonly kind: 'more'; readonly id: string; readonly folder: string; readonly rows: readonly TrajectoryRow[] }
  | { readonly kind: 'step'; readonly id: string; readonly folder: string; readonly row: TrajectoryRow; readonly step: Step }
  /** A line of words: why something is not there. */
  | { readonly kind: 'note'; readonly id: string; readonly text: string };

export interface IterationNode {
  readonly kind: 'iteration';
  readonly id: string;
  readonly folder: string;
  readonly iteration: number;
  /** From 0 to 1: of held-out tasks where they were measured then, else of the tasks trained on. */
  readonly passRate?: number;
  readonly isMeasured: boolean;
  /** Trajectories that pass the filter; undefined without one. */
  readonly matching?: number;
}

export type RunNode = Extract<Node, { kind: 'run' }>;
export type TrajectoryNode = Extract<Node, { kind: 'trajectory' | 'step' }>;

export const runNode = (entry: RunEntry): RunNode => ({ kind: 'run', id: `run ${entry.folder}`, folder: entry.folder, entry });
export const trajectoryNode = (folder: string, row: TrajectoryRow): Node => ({ kind: 'trajectory', id: `trajectory ${folder} ${row.line} ${row.id}`, folder, row });
export const stepNode = (folder: string, row: TrajectoryRow, step: Step): Node => ({ kind: 'step', id: `step ${folder} ${row.line} ${step.index}`, folder, row, step });
