import { dirname } from 'node:path';
import type * as vscode from 'vscode';
import { readHead, type RunHead } from '../run/folder/reader.ts';
import type { Host } from './host.ts';

/** Runs that are looked at: the newest of a workspace are among them, and no search takes long. */
const most = 500;

interface RunItem extends vscode.QuickPickItem {
  /** Undefined: the entry that lets one choose a folder. */
  readonly folder?: string;
}

/**
 * The folder of a run: the one given, or one that the user picks from those of the workspace, newest first, or finds on
 * the disk. Undefined when they change their mind.
 * @param which `resumable` leaves out runs that finished or are being written
 */
export async function pickRun({ api, log }: Host, which: 'any' | 'resumable', chosen?: vscode.Uri): Promise<string | undefined> {
  if (chosen) return chosen.fsPath;
  const { t } = api.l10n;
  const files = await api.workspace.findFiles('**/runs/*/*/run.json', '**/node_modules/**', most);
  const found = await Promise.all(files.filter(({ scheme }) => scheme === 'file').map((file) =>
    readHead(dirname(file.fsPath)).catch((error: unknown) => void log.warn(error instanceof Error ? error.message : String(error)))));
  const heads = found
    .filter((head) => head !== undefined)
    .filter(({ status }) => which === 'any' || (status !== 'finished' && status !== 'running'))
    .sort((a, b) => (a.run.start < b.run.start ? 1 : a.run.start > b.run.start ? -1 : 0));
  const browse: RunItem = { label: t('Choose a Folder…') };
  const picked = await api.window.showQuickPick([...heads.map(toItem), browse], { placeHolder: which === 'any' ? t('Which run?') : t('Which run is to go on?'), matchOnDescription: true });
  if (!picked) return undefined;
  if (picked.folder !== undefined) return picked.folder;
  const folders = await api.window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, canSelectMany: false, openLabel: t('Choose Run Folder') });
  return folders?.[0]?.fsPath;
}

const toItem = ({ run, status, folder }: RunHead): RunItem => ({ label: run.name, description: `${run.id} · ${status}`, detail: folder, folder });
