/** What a command is about: menus and trees give files, tree entries or nothing, and then it is the active editor. */
import { dirname } from 'node:path';
import type * as vscode from 'vscode';
import type { Host } from './host.ts';
import { experimentEnding, recordedScheme } from './ids.ts';

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const isUri = (value: unknown): value is vscode.Uri => isFields(value) && typeof value['scheme'] === 'string' && typeof value['fsPath'] === 'string';

/** The file in a command's argument: a Uri, or an entry of the tree of experiments. */
export function uriIn(argument: unknown): vscode.Uri | undefined {
  if (isUri(argument)) return argument;
  if (isFields(argument) && argument['kind'] === 'experiment' && isFields(argument['entry']) && isUri(argument['entry']['uri'])) return argument['entry']['uri'];
  return undefined;
}

/** The run folder in a command's argument: a path, a Uri, or an entry of the tree that is a run or belongs to one. */
export function runIn(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  if (isUri(argument)) return argument.fsPath;
  return isFields(argument) && typeof argument['folder'] === 'string' ? argument['folder'] : undefined;
}

/** The folder of a run that is itself what was chosen in the tree. */
export const runEntryIn = (argument: unknown): string | undefined => (isFields(argument) && argument['kind'] === 'run' ? runIn(argument) : undefined);

export const nameOf = (file: vscode.Uri): string => file.path.split('/').at(-1) ?? '';
export const folderOf = ({ api }: Host, file: vscode.Uri): string => api.workspace.getWorkspaceFolder(file)?.uri.fsPath ?? dirname(file.fsPath);

/**
 * The experiment that is meant: the one given, or the active editor's. Where no text is in front, as with the walkthrough, the one that
 * is open, or of several the one that the user picks. Undefined for none, and for a file that is no experiment.
 */
export async function experimentInFront({ api }: Host, chosen?: unknown): Promise<vscode.Uri | undefined> {
  const file = uriIn(chosen) ?? api.window.activeTextEditor?.document.uri;
  if (file) return file.path.endsWith(experimentEnding) ? file : undefined;
  const open = api.workspace.textDocuments.filter(({ uri, isClosed }) => uri.path.endsWith(experimentEnding) && uri.scheme !== recordedScheme && !isClosed).map(({ uri }) => uri);
  if (open.length < 2) return open[0];
  const items = open.map((uri) => ({ label: nameOf(uri), description: dirname(uri.path), uri }));
  return (await api.window.showQuickPick(items, { placeHolder: api.l10n.t('Which experiment?'), matchOnDescription: true }))?.uri;
}

/** The experiment file: the one given, or the one in front, saved. Undefined, and the user told, if there is none. */
export async function experimentFile(host: Host, chosen?: unknown): Promise<vscode.Uri | undefined> {
  const { api } = host;
  const file = await experimentInFront(host, chosen);
  if (!file) {
    await api.window.showInformationMessage(api.l10n.t('Open an experiment file (*{0}) first, then try again.', experimentEnding));
    return undefined;
  }
  if (file.scheme !== 'file') {
    await api.window.showErrorMessage(api.l10n.t('{0} is not on a disk, where a trainer could read it and write its run folder. Save it to a folder first.', nameOf(file)));
    return undefined;
  }
  const open = api.workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString());
  if (open?.isDirty && !(await open.save())) return undefined; // the trainer reads the file, not the editor
  return file;
}
