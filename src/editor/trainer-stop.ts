import type * as vscode from 'vscode';
import { runIn } from './experiment-target.ts';
import type { Host } from './host.ts';
import { commands } from './ids.ts';
import type { RunStore } from './runs/store.ts';
import type { Training, Trainings } from './trainer-list.ts';

interface Item extends vscode.QuickPickItem { readonly training: Training }

/** Registers Stop, which lets the iteration finish, and Stop Now. Both stop what this window started and nothing else. */
export function registerStopping(host: Host, runs: RunStore, trainings: Trainings): vscode.Disposable[] {
  const { api } = host;
  const { t } = api.l10n;
  const stop = async (chosen: unknown, how: 'gently' | 'now'): Promise<void> => {
    const training = await choose(host, runs, trainings, runIn(chosen));
    if (!training || training.stopping === 'now' || training.stopping === how) return;
    const isGentle = how === 'gently' && training.writes; // what writes nothing has nothing to finish
    trainings.change(training.trainer, { stopping: isGentle ? 'gently' : 'now', message: isGentle ? t('Finishing the iteration, then stopping') : t('Stopping now') });
    if (isGentle) training.trainer.stop();
    else training.trainer.stopNow();
  };
  return [
    api.commands.registerCommand(commands.stop, (chosen?: unknown) => stop(chosen, 'gently')),
    api.commands.registerCommand(commands.stopNow, (chosen?: unknown) => stop(chosen, 'now')),
  ];
}

async function choose({ api }: Host, runs: RunStore, trainings: Trainings, folder: string | undefined): Promise<Training | undefined> {
  const { t } = api.l10n;
  if (folder !== undefined) {
    const mine = trainings.ofRun(folder);
    if (mine) return mine;
    const entry = await runs.run(folder);
    const isRunning = entry.kind === 'run' && entry.head.status === 'running';
    // The lock names a process, but a folder from elsewhere can name any process: nothing is stopped on its word.
    await api.window.showInformationMessage(isRunning ? t('Another window or a terminal trains this run. Stop it there.') : t('This run is not being trained.'));
    return undefined;
  }
  const { all } = trainings;
  if (all.length === 0) return void (await api.window.showInformationMessage(t('Nothing is being trained from this window.')));
  if (all.length === 1) return all[0];
  const items = all.map((training): Item => ({ label: training.title, description: training.message, training }));
  return (await api.window.showQuickPick(items, { placeHolder: t('Which one is to stop?') }))?.training;
}
