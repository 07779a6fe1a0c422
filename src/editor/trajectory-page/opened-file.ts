/** A trajectory file with what belongs to it: its run, its scores, who may score. */
import { basename, dirname } from 'node:path';
import type * as vscode from 'vscode';
import { AnnotationFile } from '../../run/folder/annotations.ts';
import { RunFolderError } from '../../run/folder/errors.ts';
import { runPath } from '../../run/folder/paths.ts';
import { readHead, type RunHead } from '../../run/folder/reader.ts';
import { fileSource } from '../../run/folder/source.ts';
import type { Host } from '../host.ts';
import { sourceOf } from './source.ts';
import { TrajectoryFile } from './trajectory-file.ts';

export interface OpenedFile {
  readonly uri: vscode.Uri;
  /** For people. */
  readonly name: string;
  readonly trajectories: TrajectoryFile;
  /** The run that the file belongs to; undefined for a file of its own. */
  readonly run?: { readonly head: RunHead; readonly annotations: AnnotationFile };
  /** Why it is not shown: a run of a newer format. */
  readonly refused?: string;
}

/** Opens a trajectory file. Reads its `run.json`, nothing else yet; a missing or damaged one makes it a file of its own. */
export async function openTrajectories(host: Host, uri: vscode.Uri): Promise<OpenedFile> {
  const opened = { uri, trajectories: new TrajectoryFile(sourceOf(host, uri), host.api.l10n.t) };
  const file = uri.path.split('/').at(-1) ?? '';
  if (uri.scheme !== 'file' || file !== basename(runPath.trajectories(''))) return { ...opened, name: file };
  const folder = dirname(uri.fsPath);
  try {
    const head = await readHead(folder);
    return { ...opened, name: `${head.run.name} \u00b7 ${head.run.id}`, run: { head, annotations: new AnnotationFile(fileSource(runPath.annotations(folder))) } };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof RunFolderError && error.code === 'badVersion') return { ...opened, name: basename(folder), refused: why };
    if (!(error instanceof RunFolderError && error.code === 'notARun')) host.log.warn(why);
    return { ...opened, name: `${basename(folder)}/${file}` };
  }
}
