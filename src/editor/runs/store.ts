/**
 * What all views read: the workspace's experiment files and runs, watched once for everyone. Nothing is searched or
 * watched before somebody asks. A run is named by its folder: an absolute path, or, for one on no disk, its address (`place.ts`).
 */
import type * as vscode from 'vscode';
import type { RunScore } from '../../run/folder/score.ts';
import type { RunHead, RunReader } from '../../run/folder/reader.ts';
import type { TrajectoryIndex } from '../../run/folder/trajectory-index.ts';

/** An experiment file of the workspace. */
export interface ExperimentEntry {
  readonly uri: vscode.Uri;
  /** As the file names itself, or as its file name does. */
  readonly name: string;
  /** Where its runs are written, an absolute path; undefined for a file that is on no disk. */
  readonly root: string | undefined;
  /** The folder that holds its runs, a place as {@link RunEntry.folder} is; undefined where none can be told. */
  readonly home: string | undefined;
}

/** A run as lists show it. */
export type RunEntry =
  | { readonly kind: 'run'; readonly folder: string; readonly head: RunHead }
  /** A folder whose run.json cannot be read: damaged, or of another version. */
  | { readonly kind: 'unreadable'; readonly folder: string; readonly why: string };

/** What may have changed; several changes within a moment come as one. */
export interface StoreChange {
  /** Experiments or runs came or went, or a run's head is another. */
  readonly list: boolean;
  /** Folders of runs whose files grew or were replaced. */
  readonly runs: ReadonlySet<string>;
}

export interface RunStore {
  /** The experiment files, by path. */
  experiments(): Promise<readonly ExperimentEntry[]>;
  /** All runs of the workspace, newest first. Only heads are read, and those only again when they changed. */
  runs(): Promise<readonly RunEntry[]>;
  /** The runs of one experiment file, newest first. */
  runsOf(experiment: ExperimentEntry): Promise<readonly RunEntry[]>;
  /** One run, which may lie outside of the workspace. */
  run(folder: string): Promise<RunEntry>;
  /** Best and last measurement of a run; undefined before the first. Reads `metrics.jsonl` in blocks, and only once what it had read. */
  score(folder: string): Promise<RunScore | undefined>;
  /**
   * Opens a run for reading. Those who open one run share its reader and indexes; the last to dispose closes it.
   * Throws RunFolderError: `notARun`, `badVersion`, `corrupt`, `io`.
   */
  open(folder: string): Promise<OpenRun>;
  /** Forgets what is kept, so that all is looked for anew: watchers miss folders that are moved or copied in as a whole. */
  reread(): void;
  /** Tells of changes until disposed. Listening starts watching. */
  onDidChange(listener: (change: StoreChange) => void): vscode.Disposable;
  dispose(): void;
}

/** A run that is open for reading and followed while it grows. */
export interface OpenRun {
  readonly folder: string;
  /** Its head and its files, read in windows; all but the tokens are indexed when the run opens and after each growth. */
  readonly reader: Pick<RunReader, 'head' | 'metrics' | 'annotations' | 'log' | 'tokenIterations' | 'tokens' | 'checkpoints' | 'checkpoint'>;
  /**
   * The few fields that lists need of each trajectory, and by `trajectories.file` the lines themselves. Opening does not
   * wait for it: a file of 1 GB takes seconds. Rows come in while it builds up, and `onDidGrow` tells of them.
   */
  readonly trajectories: TrajectoryIndex;
  /** When all trajectories that were in the file at the last look are indexed. Rejects with what reading throws. */
  indexed(): Promise<void>;
  /** Called after the files were looked at again and something was new, and while the index of trajectories builds up. */
  onDidGrow(listener: () => void): vscode.Disposable;
  /** Lets the run go. Safe to call twice. */
  dispose(): void;
}
