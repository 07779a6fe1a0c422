/** Watching a workspace for what concerns experiments and runs. */
import { basename, dirname } from 'node:path';
import type * as vscode from 'vscode';
import { isRunId } from '../../run/folder/paths.ts';
import type { Api } from '../host.ts';
import { experimentEnding } from '../ids.ts';

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
  const onRunFile = ({ fsPath }: vscode.Uri): void => {
    const folder = dirname(fsPath);
    if (isRunId(basename(folder))) noticed.run(folder, basename(fsPath) === 'run.json');
  };
  const onExperiment = ({ fsPath }: vscode.Uri): void => {
    if (!isRunId(basename(dirname(fsPath)))) noticed.list();
  };
  for (const base of bases) {
    watch(base, `**/${runFiles}`, false, onRunFile);
    watch(base, `**/*${experimentEnding}`, false, onExperiment);
    watch(base, '**', true, ({ fsPath }) => noticed.gone(fsPath));
  }
  return { dispose: () => { for (const watcher of watchers.splice(0)) watcher.dispose(); } };
}
