/** Watching a workspace for what concerns experiments and runs. */
import type * as vscode from 'vscode';
import { isRunId } from '../../run/folder/paths.ts';
import type { Api } from '../host.ts';
import { experimentEnding } from '../ids.ts';
import { lastNameOf, parentOf, placeOf } from './place.ts';

export interface Noticed {
  /** Experiment files or run folders came, went, or changed. */
  readonly list: () => void;
  /** A file of a run changed; `isHead` for its run.json. */
  readonly run: (folder: string, isHead: boolean) => void;
  /** Something was deleted: perhaps a folder with runs in it, for which the editor tells of the folder alone. */
  readonly gone: (path: string) => void;
}

const runFiles = '{run.json,metrics.jsonl,trajectories.jsonl,annotations.jsonl}';

/** Watches folders, of the workspace or of runs outside of it, with all below them. */
export function watchRuns({ workspace, RelativePattern }: Api, bases: readonly (vscode.WorkspaceFolder | vscode.Uri)[], noticed: Noticed): vscode.Disposable {
  const watchers: vscode.FileSystemWatcher[] = [];
  const watch = (base: vscode.WorkspaceFolder | vscode.Uri, pattern: string, deletesOnly: boolean, heard: (uri: vscode.Uri) => void): void => {
    const watcher = workspace.createFileSystemWatcher(new RelativePattern(base, pattern), deletesOnly, deletesOnly);
    watcher.onDidCreate(heard);
    watcher.onDidChange(heard);
    watcher.onDidDelete(heard);
    watchers.push(watcher);
  };
  const onRunFile = (uri: vscode.Uri): void => {
    const folder = parentOf(placeOf(uri));
    if (isRunId(lastNameOf(folder))) noticed.run(folder, lastNameOf(uri.path) === 'run.json');
  };
  const onExperiment = (uri: vscode.Uri): void => {
    if (!isRunId(lastNameOf(parentOf(placeOf(uri))))) noticed.list();
  };
  for (const base of bases) {
    watch(base, `**/${runFiles}`, false, onRunFile);
    watch(base, `**/*${experimentEnding}`, false, onExperiment);
    watch(base, '**', true, (uri) => noticed.gone(placeOf(uri)));
  }
  return { dispose: () => { for (const watcher of watchers.splice(0)) watcher.dispose(); } };
}
