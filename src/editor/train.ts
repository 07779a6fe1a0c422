/** The commands that train: a new run of an experiment file, or the rest of a run that was stopped. */
import { dirname } from 'node:path';
import type * as vscode from 'vscode';
import { showFailure, trusted, type Host } from './host.ts';
import { commands, experimentEnding } from './ids.ts';
import { pickRun } from './pick-run.ts';
import { readMessage } from './trainer-messages.ts';
import { startTrainer, type Trainer } from './trainer-process.ts';

/** Registers Train and Resume. Disposed, they let running trainers go, which then write a checkpoint and end. */
export function registerTraining(host: Host): vscode.Disposable[] {
  const { api } = host;
  const running = new Set<Trainer>();
  const follow = (title: string, args: readonly string[], cwd: string): Promise<void> => followTrainer(host, running, title, args, cwd);
  return [
    api.commands.registerCommand(commands.train, async (chosen?: vscode.Uri) => {
      if (!(await trusted(host))) return;
      const file = await experimentFile(host, chosen);
      if (file) await follow(api.l10n.t('Training {0}', nameOf(file)), ['train', file.fsPath], folderOf(host, file));
    }),
    api.commands.registerCommand(commands.resume, async (chosen?: vscode.Uri) => {
      if (!(await trusted(host))) return;
      const folder = await pickRun(host, 'resumable', chosen);
      if (folder !== undefined) await follow(api.l10n.t('Resuming {0}', folder), ['resume', folder], dirname(folder));
    }),
    { dispose: () => { for (const trainer of running) trainer.release(); } },
  ];
}

const nameOf = (file: vscode.Uri): string => file.path.split('/').at(-1) ?? '';
const folderOf = ({ api }: Host, file: vscode.Uri): string => api.workspace.getWorkspaceFolder(file)?.uri.fsPath ?? dirname(file.fsPath);

/** The file to train: the one given, or the active editor's, saved. Undefined, and the user told, if there is none. */
async function experimentFile({ api }: Host, chosen?: vscode.Uri): Promise<vscode.Uri | undefined> {
  const file = chosen ?? api.window.activeTextEditor?.document.uri;
  if (!file?.path.endsWith(experimentEnding)) {
    await api.window.showInformationMessage(api.l10n.t('Open an experiment file (*{0}) first, then train it.', experimentEnding));
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

/** Runs the command line to its end, with progress that can be cancelled, and says how it ended. */
async function followTrainer(host: Host, running: Set<Trainer>, title: string, args: readonly string[], cwd: string): Promise<void> {
  const { api, log } = host;
  const { t } = api.l10n;
  let folder: string | undefined;
  const ending = await api.window.withProgress({ location: api.ProgressLocation.Notification, title, cancellable: true }, async (progress, token) => {
    let done = 0;
    const trainer = startTrainer(host, args, cwd, (message) => {
      const heard = readMessage(message, (text, ...values) => t(text, ...values));
      switch (heard?.kind) {
        case undefined: return;
        case 'started':
          folder = heard.folder;
          return advance(heard.resumedFrom, heard.iterations);
        case 'iteration': return advance(heard.iteration, heard.iterations, heard.message);
        case 'doing': return progress.report({ message: heard.message });
        case 'warning': return log.warn(heard.message);
      }
    });
    const advance = (iteration: number, iterations: number, message?: string): void => {
      const percent = iterations > 0 ? (100 * iteration) / iterations : 0;
      progress.report({ increment: percent - done, message });
      done = percent;
    };
    const asked = token.onCancellationRequested(() => {
      progress.report({ message: t('Finishing the iteration, then stopping') });
      trainer.stop();
    });
    running.add(trainer);
    try {
      return await trainer.ended;
    } finally {
      running.delete(trainer);
      asked.dispose();
    }
  });
  switch (ending.kind) {
    case 'failed': return showFailure(host, t('Training failed: {0}', ending.said));
    case 'done': return offer(host, t('Training finished.'), t('Open Report'), commands.openReport, folder);
    case 'stopped': return offer(host, t('Training stopped. It can go on from its last checkpoint.'), t('Resume'), commands.resume, folder);
  }
}

async function offer({ api }: Host, message: string, action: string, command: string, folder: string | undefined): Promise<void> {
  if (folder === undefined) return void (await api.window.showInformationMessage(message));
  if ((await api.window.showInformationMessage(message, action)) === action) await api.commands.executeCommand(command, api.Uri.file(folder));
}
