/** The commands that train: a new run of an experiment file, or the rest of a run that was stopped. */
import { dirname } from 'node:path';
import type * as vscode from 'vscode';
import { experimentFile, folderOf, nameOf } from './experiment-target.ts';
import { showFailure, trusted, type Host } from './host.ts';
import { commands } from './ids.ts';
import { pickRun } from './pick-run.ts';
import type { RunStore } from './runs/store.ts';
import { followTrainer, type Followed } from './trainer-follow.ts';
import type { Trainings } from './trainer-list.ts';

/** Registers Train and Resume. Disposed, they let running trainers go, which then write a checkpoint and end. */
export function registerTraining(host: Host, runs: RunStore, trainings: Trainings): vscode.Disposable[] {
  const { api } = host;
  const { t } = api.l10n;
  /** Runs what trains; whatever it wrote last is looked at, where watchers missed it or are not there. */
  const follow = async (training: Parameters<typeof followTrainer>[2]): Promise<void> => {
    const followed = await followTrainer(host, trainings, training);
    runs.reread();
    await tell(host, followed);
  };
  return [
    api.commands.registerCommand(commands.train, async (chosen?: unknown) => {
      if (!(await trusted(host))) return;
      const file = await experimentFile(host, chosen);
      if (!file) return;
      await follow({ title: t('Training {0}', nameOf(file)), args: ['train', file.fsPath], cwd: folderOf(host, file), writes: true });
    }),
    api.commands.registerCommand(commands.resume, async (chosen?: unknown) => {
      if (!(await trusted(host))) return;
      const folder = await pickRun(host, runs, 'resumable', chosen);
      if (folder === undefined) return;
      if (trainings.ofRun(folder)) return void api.window.showInformationMessage(t('This run is being trained already.'));
      await follow({ title: t('Resuming {0}', folder), args: ['resume', folder], cwd: dirname(folder), writes: true, folder });
    }),
    { dispose: () => trainings.release() },
  ];
}

/** Says how training ended and offers what comes next. */
async function tell(host: Host, followed: Followed | undefined): Promise<void> {
  if (!followed) return;
  const { t } = host.api.l10n;
  const { ending, folder } = followed;
  switch (ending.kind) {
    case 'failed': return showFailure(host, t('Training failed: {0}', ending.said), folder === undefined ? undefined : { label: t('Resume'), run: () => host.api.commands.executeCommand(commands.resume, host.api.Uri.file(folder)) });
    case 'done': return offer(host, t('Training finished.'), t('Open Report'), commands.openReport, folder);
    case 'stopped': return offer(host, t('Training stopped. It can go on from its last checkpoint.'), t('Resume'), commands.resume, folder);
  }
}

async function offer({ api }: Host, message: string, action: string, command: string, folder: string | undefined): Promise<void> {
  if (folder === undefined) return void (await api.window.showInformationMessage(message));
  if ((await api.window.showInformationMessage(message, action)) === action) await api.commands.executeCommand(command, api.Uri.file(folder));
}
