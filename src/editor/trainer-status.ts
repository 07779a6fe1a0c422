import type * as vscode from 'vscode';
import type { Host } from './host.ts';
import { commands, contextKeys, pages, statusId } from './ids.ts';
import type { Training, Trainings } from './trainer-list.ts';

interface Action extends vscode.QuickPickItem { readonly command: string; readonly argument?: unknown }

/** Shows in the status bar how far training is, with what can be done about it one click away. Nothing is shown when nothing runs. */
export function registerStatus(host: Host, trainings: Trainings): vscode.Disposable[] {
  const { api } = host;
  const { t } = api.l10n;
  const item = api.window.createStatusBarItem(statusId, api.StatusBarAlignment.Left, 10);
  item.name = t('StepTool Training');
  item.command = commands.trainingActions;
  let wasRunning = false;
  const show = (): void => {
    const { all } = trainings;
    if (wasRunning !== all.length > 0) {
      wasRunning = all.length > 0;
      void api.commands.executeCommand('setContext', contextKeys.training, wasRunning);
    }
    if (all.length === 0) return item.hide();
    const words = all.length === 1 ? shortWords(host, all[0]) : t('StepTool: {0} running', all.length);
    item.text = `$(loading~spin) ${words}`;
    item.tooltip = all.map(({ title, message }) => (message === '' ? title : `${title}\n${message}`)).join('\n\n');
    item.accessibilityInformation = { label: `${words}. ${item.tooltip}` };
    item.show();
  };
  show();
  return [
    item,
    trainings.onDidChange(show),
    api.commands.registerCommand(commands.trainingActions, async () => {
      const actions = trainings.all.flatMap((training) => actionsFor(host, training));
      const log: Action = { label: t('$(output) Show Log'), command: '' };
      const chosen = await api.window.showQuickPick([...actions, log], { placeHolder: trainings.all.map(({ title, message }) => `${title}: ${message}`).join(' · ') });
      if (chosen === log) host.log.show();
      else if (chosen) await api.commands.executeCommand(chosen.command, chosen.argument);
    }),
  ];
}

function shortWords({ api }: Host, { title, iteration, iterations, stopping }: Training): string {
  const { t } = api.l10n;
  if (stopping !== 'no') return t('StepTool: stopping');
  return iterations > 0 ? t('StepTool {0}/{1}', iteration, iterations) : `StepTool: ${title}`;
}

function actionsFor({ api }: Host, { title, folder, writes, stopping }: Training): Action[] {
  const { t } = api.l10n;
  // Of several that write no run, which one is asked when the command runs.
  const stops: Action[] = [
    ...(writes && stopping === 'no' ? [{ label: t('$(debug-stop) Stop After This Iteration'), description: title, command: commands.stop, argument: folder }] : []),
    ...(stopping !== 'now' ? [{ label: t('$(close) Stop Now'), description: title, command: commands.stopNow, argument: folder }] : []),
  ];
  return folder === undefined ? stops : [{ label: t('$(graph-line) Show Curves'), description: title, command: pages.openCurves, argument: { runs: [folder] } }, ...stops];
}
