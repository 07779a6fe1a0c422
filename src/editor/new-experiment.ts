/** New Experiment from Preset, and Duplicate Experiment: both write a new file, never over one that is there, and open it. */
import { basename } from 'node:path';
import { applyEdits, modify } from 'jsonc-parser';
import type * as vscode from 'vscode';
import { parseText } from '../config/parse.ts';
import { nameFromFile } from '../config/validate.ts';
import { experimentInFront } from './experiment-target.ts';
import { showFailure, type Host } from './host.ts';
import { commands, experimentEnding } from './ids.ts';
import { languageModelText, nameOf, pickModel } from './language-model.ts';
import { startingPoints, type StartingPoint } from './starting-points.ts';

/** `model` stands for an experiment on a model that is asked for. */
type Start = StartingPoint | 'model';

interface StartItem extends vscode.QuickPickItem {
  readonly start: Start;
}

/** Registers both commands. They work in any file system that can be written to. */
export function registerNewExperiment(host: Host): vscode.Disposable[] {
  const { api } = host;
  return [
    api.commands.registerCommand(commands.newExperiment, async (where?: unknown, preset?: unknown) => {
      const start = startingPoints.find(({ id }) => id === (typeof where === 'string' ? where : preset)) ?? (await pickStart(host));
      const folder = start && (await folderFor(host, typeof where === 'string' ? undefined : where));
      if (!folder) return;
      if (start !== 'model') return void (await writeNew(host, folder, start.file, () => start.text));
      const model = await pickModel(host);
      if (model) await writeNew(host, folder, 'language-model', () => languageModelText(nameOf(model, folder)));
    }),
    api.commands.registerCommand(commands.duplicateExperiment, async (chosen?: unknown) => {
      const file = await experimentInFront(host, chosen);
      if (!file) return void (await api.window.showInformationMessage(api.l10n.t('Open an experiment file (*{0}) first.', experimentEnding)));
      const text = (await api.workspace.openTextDocument(file)).getText();
      const base = basename(file.path, experimentEnding).replace(/-\d+$/, '');
      await writeNew(host, api.Uri.joinPath(file, '..'), base, (name) => renamed(text, name));
    }),
  ];
}

const isUri = (value: unknown): value is vscode.Uri => typeof value === 'object' && value !== null && 'path' in value && typeof value.path === 'string' && 'scheme' in value;

async function pickStart({ api }: Host): Promise<Start | undefined> {
  const { t } = api.l10n;
  const said: Readonly<Record<StartingPoint['id'], { label: string; detail: string }>> = {
    quickstart: { label: t('Quickstart'), detail: t('Step-grained PPO from the bundled policy, some minutes on two cores') },
    paper: { label: t('As in the paper'), detail: t('Preset "paper": credit over steps, no step weights') },
    'as-released': { label: t('As released'), detail: t('Preset "as-released": what the released code does, its quirks included') },
    empty: { label: t('Empty'), detail: t('Every field has a default: write only what you change') },
  };
  const model: StartItem = { label: t('A language model'), detail: t('An adapter beside a GGUF file or Hugging Face folder of yours: warm start, then step-grained PPO'), start: 'model' };
  const items = startingPoints.flatMap((start): StartItem[] => [...(start.id === 'empty' ? [model] : []), { ...said[start.id], start }]);
  return (await api.window.showQuickPick(items, { placeHolder: t('What does the experiment start from?'), matchOnDetail: true }))?.start;
}

/** The folder that is given, that of a file that is given, the only one of the workspace, or one that the user chooses. */
async function folderFor({ api }: Host, where: unknown): Promise<vscode.Uri | undefined> {
  if (isUri(where)) return where.path.endsWith('.json') ? api.Uri.joinPath(where, '..') : where;
  const folders = api.workspace.workspaceFolders ?? [];
  if (folders.length === 1) return folders[0].uri;
  if (folders.length > 1) return (await api.window.showWorkspaceFolderPick({ placeHolder: api.l10n.t('Where is the experiment to be?') }))?.uri;
  return (await api.window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, canSelectMany: false, openLabel: api.l10n.t('Create Experiment Here') }))?.[0];
}

async function exists({ api }: Host, file: vscode.Uri): Promise<boolean> {
  try {
    await api.workspace.fs.stat(file);
    return true;
  } catch {
    return false;
  }
}

/** Asks for a name that is free, writes the file and opens it. */
async function writeNew(host: Host, folder: vscode.Uri, base: string, textFor: (name: string) => string): Promise<void> {
  const { api } = host;
  const { t } = api.l10n;
  const fileOf = (name: string): vscode.Uri => api.Uri.joinPath(folder, `${name}${experimentEnding}`);
  let free = base;
  for (let number = 2; await exists(host, fileOf(free)); number++) free = `${base}-${number}`;
  const name = (await api.window.showInputBox({
    title: t('Name of the Experiment'), prompt: t('Its file is <name>{0}, and its runs go to runs/<name>.', experimentEnding), value: free,
    validateInput: async (text) => {
      if (nameFromFile(`${text}${experimentEnding}`) !== text) return t('This names a file: no slashes, none of < > : " | ? *, and no dot or blank at an end.');
      return (await exists(host, fileOf(text))) ? t('There is already a {0} here.', `${text}${experimentEnding}`) : undefined;
    },
  }))?.trim();
  if (name === undefined || name === '' || nameFromFile(`${name}${experimentEnding}`) !== name || (await exists(host, fileOf(name)))) return;
  try {
    await api.workspace.fs.writeFile(fileOf(name), new TextEncoder().encode(textFor(name)));
  } catch (error) {
    return showFailure(host, t('{0} could not be written: {1}', fileOf(name).fsPath, error instanceof Error ? error.message : String(error)));
  }
  await api.window.showTextDocument(fileOf(name));
}

/** A copy that names itself gets the new name, or its runs would be mixed with those of the first. */
function renamed(text: string, name: string): string {
  const parsed = parseText(text);
  if ('problem' in parsed || !parsed.root.children?.some(({ children }) => children?.[0].value === 'name')) return text;
  return applyEdits(text, modify(text, ['name'], name, {}));
}
