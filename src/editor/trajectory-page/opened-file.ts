/** A trajectory file with what belongs to it: its run, its scores, who may score. */
import type * as vscode from 'vscode';
import { AnnotationFile } from '../../run/folder/annotations.ts';
import { RunFolderError } from '../../run/folder/errors.ts';
import type { RunHead } from '../../run/folder/reader.ts';
import type { Host } from '../host.ts';
import { lastNameOf, parentOf, placeOf } from '../runs/place.ts';
import { headOf } from '../runs/run-elsewhere.ts';
import { sourceIn, sourceOf } from '../runs/source.ts';
import { TrajectoryFile } from './trajectory-file.ts';
import { wordsOf } from '../words-of.ts';

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
  const opened = { uri, trajectories: new TrajectoryFile(sourceOf(host.api, uri), host.api.l10n.t) };
  const file = lastNameOf(uri.path);
  if (file !== 'trajectories.jsonl') return { ...opened, name: file };
  const folder = parentOf(placeOf(uri));
  try {
    const head = await headOf(host.api, folder);
    return { ...opened, name: `${head.run.name} \u00b7 ${head.run.id}`, run: { head, annotations: new AnnotationFile(sourceIn(host.api, folder, 'annotations.jsonl')) } };
  } catch (error) {
    const why = wordsOf(error, host.api.l10n.t);
    if (error instanceof RunFolderError && error.code === 'badVersion') return { ...opened, name: lastNameOf(folder), refused: why };
    if (!(error instanceof RunFolderError && error.code === 'notARun')) host.log.warn(why);
    return { ...opened, name: `${lastNameOf(folder)}/${file}` };
  }
}
