/** The commands that run a policy and write no run: Evaluate, Roll Out a Few Tasks, Check Engines. What they print opens as plain text. */
import { dirname } from 'node:path';
import type * as vscode from 'vscode';
import { experimentFile, folderOf, nameOf, runIn, uriIn } from './experiment-target.ts';
import { showFailure, trusted, type Host } from './host.ts';
import { commands, experimentEnding } from './ids.ts';
import { followTrainer, type Work } from './trainer-follow.ts';
import type { Trainings } from './trainer-list.ts';

/** Registers Evaluate, Roll Out a Few Tasks and Check Engines. */
export function registerMeasuring(host: Host, trainings: Trainings): vscode.Disposable[] {
  const { api } = host;
  const { t } = api.l10n;
  const work = async (chosen: unknown, command: string, title: (name: string) => string, options: readonly string[] = []): Promise<void> => {
    if (!(await trusted(host))) return;
    const target = await policyTarget(host, chosen);
    if (target) await show(host, trainings, { title: title(target.name), args: [command, target.path, ...options], cwd: target.cwd, writes: false });
  };
  return [
    api.commands.registerCommand(commands.evaluate, (chosen?: unknown) => work(chosen, 'evaluate', (name) => t('Evaluating {0}', name))),
    api.commands.registerCommand(commands.rollout, (chosen?: unknown, tasks?: unknown) => work(chosen, 'rollout', (name) => t('Rolling out {0}', name), tasksOption(tasks))),
    // Only our own code on no file of the workspace: that needs no trust.
    api.commands.registerCommand(commands.checkEngines, () => show(host, trainings, { title: t('Checking engines'), args: ['doctor'], cwd: dirname(host.commandLine), writes: false })),
  ];
}

/** How many tasks, where that is said, as the lens does; the tree hands over its selection in that place. */
const tasksOption = (tasks: unknown): string[] => (typeof tasks === 'number' && Number.isSafeInteger(tasks) && tasks > 0 ? ['--tasks', String(tasks)] : []);

interface Target { readonly name: string; readonly path: string; readonly cwd: string }

/** An experiment file, whose policy is the one that training starts from, or a run, whose policy is its newest checkpoint. */
async function policyTarget(host: Host, chosen: unknown): Promise<Target | undefined> {
  const file = uriIn(chosen);
  const folder = runIn(chosen);
  if (folder !== undefined && (!file || !file.path.endsWith(experimentEnding))) return { name: folder.split(/[\\/]/).at(-1) ?? folder, path: folder, cwd: dirname(folder) };
  const experiment = await experimentFile(host, chosen);
  return experiment && { name: nameOf(experiment), path: experiment.fsPath, cwd: folderOf(host, experiment) };
}

async function show(host: Host, trainings: Trainings, work: Work): Promise<void> {
  const { api } = host;
  const { t } = api.l10n;
  const followed = await followTrainer(host, trainings, work);
  if (!followed || followed.ending.kind === 'stopped') return;
  // A check that finds problems fails, and says which: its words are still the answer.
  if (followed.output.length > 0) await api.window.showTextDocument(await api.workspace.openTextDocument({ content: `${followed.output.join('\n')}\n`, language: 'plaintext' }), { preview: true });
  if (followed.ending.kind === 'failed') await showFailure(host, t('{0} failed: {1}', work.title, followed.ending.said));
}
