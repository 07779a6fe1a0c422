/** Compares an experiment file with the file that a run used, in the editor's own diff. */
import { basename } from 'node:path';
import type * as vscode from 'vscode';
import { runPath } from '../run/folder/paths.ts';
import type { RunHead } from '../run/folder/reader.ts';
import { experimentInFront, runEntryIn } from './experiment-target.ts';
import { showFailure, type Host } from './host.ts';
import { commands, experimentEnding, recordedScheme } from './ids.ts';
import { fileOfRun, ranWith, runsOfFile, scoreText, type PastRuns } from './past-runs.ts';
import { statusName } from './runs/status-name.ts';

/** The experiment file as a run recorded it, to be looked at: read-only. */
export const recordedFile = ({ Uri }: Pick<Host['api'], 'Uri'>, folder: string): vscode.Uri => Uri.file(runPath.experiment(folder)).with({ scheme: recordedScheme });

interface RunItem extends vscode.QuickPickItem {
  readonly head: RunHead;
}

/**
 * Registers Compare with Run's Config. It takes an experiment file, and then asks which run unless a run's folder is given
 * or there is only one; a run of the tree, whose file it finds; or nothing, for the file in the active editor. What a run
 * recorded opens read-only.
 */
export function registerCompareConfig(host: Host, runs: PastRuns): vscode.Disposable[] {
  const { api } = host;
  const { t } = api.l10n;

  const pick = async (file: vscode.Uri, text: string): Promise<RunHead | undefined> => {
    const heads = await runsOfFile(runs, file);
    if (heads.length === 0) {
      await api.window.showInformationMessage(t('{0} has no runs yet. Train it first.', basename(file.path)));
      return undefined;
    }
    if (heads.length === 1) return heads[0];
    const items = await Promise.all(heads.map(async (head): Promise<RunItem> => ({
      head, label: head.run.id, description: ranWith(head, text) ? t('the same file') : t('changed since'),
      detail: [statusName(t, head.status), scoreText(await runs.score(head.folder))].filter((part) => part !== '').join(' · '),
    })));
    return (await api.window.showQuickPick(items, { placeHolder: t('Compare with the file of which run?'), matchOnDetail: true }))?.head;
  };

  const compare = async (chosen?: unknown, folder?: unknown): Promise<void> => {
    const ofRun = runEntryIn(chosen);
    if (ofRun !== undefined) return compareRun(ofRun);
    const file = await experimentInFront(host, chosen);
    if (!file) return void (await api.window.showInformationMessage(t('Open an experiment file (*{0}) first.', experimentEnding)));
    const document = await api.workspace.openTextDocument(file);
    const given = typeof folder === 'string' ? await runs.run(folder) : undefined;
    if (given?.kind === 'unreadable') return showFailure(host, given.why);
    const head = given?.head ?? (await pick(file, document.getText()));
    if (!head) return;
    await show(head, file);
  };
  const compareRun = async (folder: string): Promise<void> => {
    const entry = await runs.run(folder);
    if (entry.kind === 'unreadable') return showFailure(host, entry.why);
    const file = await fileOfRun(runs, entry.head);
    if (!file) return void (await api.window.showInformationMessage(t('The experiment file of the run {0} is not in this workspace. Open the File a Run Used shows what it recorded.', entry.head.run.id)));
    await show(entry.head, file);
  };
  const show = ({ folder, run: { id } }: RunHead, file: vscode.Uri): Thenable<unknown> =>
    api.commands.executeCommand('vscode.diff', recordedFile(api, folder), file, t('{0}: run {1} ↔ now', basename(file.path), id));

  return [
    api.commands.registerCommand(commands.compareConfig, compare),
    api.workspace.registerTextDocumentContentProvider(recordedScheme, {
      // only what is called like the record of a run: a link from elsewhere cannot have any file shown
      provideTextDocumentContent: async (uri) => {
        if (basename(uri.path) !== basename(runPath.experiment('/'))) return '';
        try {
          return new TextDecoder().decode(await api.workspace.fs.readFile(uri.with({ scheme: 'file' })));
        } catch (error) {
          return t('// The file that the run used could not be read: {0}', (error instanceof Error ? error.message : String(error)).replaceAll('\n', ' '));
        }
      },
    }),
  ];
}

