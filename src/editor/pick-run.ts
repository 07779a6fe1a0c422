import type * as vscode from 'vscode';
import type { RunHead } from '../run/folder/reader.ts';
import { runIn } from './experiment-target.ts';
import type { Host, Translate } from './host.ts';
import { isOnDisk, placeOf } from './runs/place.ts';
import { statusName } from './runs/status-name.ts';
import type { RunStore } from './runs/store.ts';

interface RunItem extends vscode.QuickPickItem {
  /** Undefined: the entry that lets one choose a folder. */
  readonly folder?: string;
}

/**
 * The folder of a run: the one given, or one that the user picks from those of the workspace, newest first, or finds on
 * the disk. Undefined when they change their mind.
 * @param which `onDisk` what a command line can be given; `viewable` any at all; `resumable` leaves out runs that finished or are being written
 */
export async function pickRun(host: Host, runs: RunStore, which: 'onDisk' | 'viewable' | 'resumable', chosen?: unknown): Promise<string | undefined> {
  const given = runIn(chosen);
  if (given !== undefined) return given;
  const { api } = host;
  const { t } = api.l10n;
  const heads = (await headsOf(host, runs)).filter(({ status, folder }) => which === 'viewable' || (isOnDisk(folder) && (which === 'onDisk' || isResumable(status))));
  const browse: RunItem = { label: t('Choose a Folder…') };
  const picked = await api.window.showQuickPick([...heads.map(toItem(t)), browse], { placeHolder: which !== 'resumable' ? t('Which run?') : t('Which run is to go on?'), matchOnDescription: true });
  if (!picked) return undefined;
  if (picked.folder !== undefined) return picked.folder;
  const folders = await api.window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, canSelectMany: false, openLabel: t('Choose Run Folder') });
  return folders?.[0] && (which === 'viewable' ? placeOf(folders[0]) : folders[0].fsPath);
}

/** Several runs of the workspace; undefined when the user changes their mind. */
export async function pickRuns(host: Host, runs: RunStore): Promise<string[] | undefined> {
  const { api } = host;
  const picked = await api.window.showQuickPick((await headsOf(host, runs)).map(toItem(api.l10n.t)), { placeHolder: api.l10n.t('Which runs are to be compared?'), matchOnDescription: true, canPickMany: true });
  return picked?.flatMap(({ folder }) => (folder === undefined ? [] : [folder]));
}

/** Whether a run may go on: not one that finished, nor one that is being written. */
export const isResumable = (status: RunHead['status']): boolean => status !== 'finished' && status !== 'running';

/** What is on the disk now: a list that someone chooses from must not be of a moment ago. */
async function headsOf({ log }: Host, runs: RunStore): Promise<RunHead[]> {
  runs.reread();
  return (await runs.runs()).flatMap((entry) => {
    if (entry.kind === 'run') return [entry.head];
    log.warn(entry.why);
    return [];
  });
}

const toItem = (t: Translate) => ({ run, status, folder }: RunHead): RunItem => ({ label: run.name, description: `${run.id} · ${statusName(t, status)}`, detail: folder, folder });
