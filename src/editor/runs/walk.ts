/** A look through workspace folders on no disk, which the editor's search finds nothing in unless their provider brings a search of its own. */
import type * as vscode from 'vscode';
import { isRunId } from '../../run/folder/paths.ts';
import type { Api } from '../host.ts';
import { experimentEnding } from '../ids.ts';

/** Each folder may be a question over the network. */
const mostFolders = 400;
const mostDeep = 8;
const never = new Set(['node_modules', '.git']);

export interface Walked {
  readonly experiments: readonly vscode.Uri[];
  /** Folders that are called as runs are. */
  readonly runs: readonly vscode.Uri[];
}

/** Lists experiment files and run folders, those near the top first. What cannot be listed is passed over, and so is what is beyond the bounds. */
export async function walk({ workspace, Uri, FileType }: Api): Promise<Walked> {
  const experiments: vscode.Uri[] = [];
  const runs: vscode.Uri[] = [];
  let level = (workspace.workspaceFolders ?? []).flatMap(({ uri }) => (uri.scheme === 'file' ? [] : [uri]));
  for (let deep = 0, looked = 0; level.length > 0 && deep < mostDeep && looked < mostFolders; deep++) {
    const folders = level.slice(0, mostFolders - looked);
    looked += folders.length;
    const listed = await Promise.all(folders.map((folder) => Promise.resolve(workspace.fs.readDirectory(folder)).catch(() => [])));
    level = [];
    listed.forEach((entries, i) => {
      for (const [name, type] of entries) {
        const uri = Uri.joinPath(folders[i], name);
        if ((type & FileType.Directory) === 0) {
          if (name.endsWith(experimentEnding)) experiments.push(uri);
        } else if (isRunId(name)) runs.push(uri);
        else if (!never.has(name)) level.push(uri);
      }
    });
  }
  return { experiments, runs };
}
