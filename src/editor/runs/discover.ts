/** Where the experiment files and the run folders of a workspace are. Folders are listed; no run is read here. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type * as vscode from 'vscode';
import { nameFromFile, validateExperiment } from '../../config/validate.ts';
import { folderName, isRunId } from '../../run/folder/paths.ts';
import type { RunHead } from '../../run/folder/reader.ts';
import type { Api } from '../host.ts';
import { experimentEnding } from '../ids.ts';
import type { ExperimentEntry } from './store.ts';

const never = '**/node_modules/**';
const lastParts = (uri: vscode.Uri): string[] => uri.path.split('/');

/** All experiment files of the workspace, by path. Copies that runs keep are left out. A file that cannot be read counts, with defaults. */
export async function findExperiments({ workspace }: Api): Promise<ExperimentEntry[]> {
  const files = await workspace.findFiles(`**/*${experimentEnding}`, never);
  const entries = files.filter((file) => !isRunId(lastParts(file).at(-2) ?? '')).map(async (uri): Promise<ExperimentEntry> => {
    const text = await Promise.resolve(workspace.fs.readFile(uri)).then((bytes) => new TextDecoder().decode(bytes), () => '{}');
    const fileName = nameFromFile(uri.path);
    const { experiment } = validateExperiment(text, { name: fileName });
    const root = uri.scheme === 'file' ? resolve(dirname(uri.fsPath), experiment?.output.folder ?? 'runs') : undefined;
    return { uri, name: experiment?.name ?? fileName, root };
  });
  return (await Promise.all(entries)).sort((a, b) => (a.uri.path < b.uri.path ? -1 : 1));
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return []; // not there yet, or not ours to read
  }
}

/** The run folders below a root: `<root>/<name>/<id>`. */
async function runsBelow(root: string): Promise<string[]> {
  const names = await foldersIn(root);
  const found = await Promise.all(names.map(async (name) => (await foldersIn(join(root, name))).filter(isRunId).map((id) => join(root, name, id))));
  return found.flat();
}

/** All run folders: those below the experiments' roots, which may be hidden from searches or outside of the workspace, and those a search finds. */
export async function findRunFolders({ workspace }: Api, roots: readonly string[]): Promise<string[]> {
  const searched = workspace.findFiles('**/run.json', never).then((files) => files.filter(({ scheme }) => scheme === 'file').map((file) => dirname(file.fsPath)).filter((folder) => isRunId(basename(folder))));
  const listed = await Promise.all([...new Set(roots)].map(runsBelow));
  return [...new Set([...listed.flat(), ...(await searched)])];
}

/** Whether a run is of an experiment: by the path that it recorded, or, moved together with its file, by where it lies. */
export function isRunOf({ folder, run }: RunHead, { uri, name, root }: ExperimentEntry): boolean {
  if (root === undefined) return false;
  if (resolve(run.experiment.path) === resolve(uri.fsPath)) return true;
  const isMoved = basename(run.experiment.path) === basename(uri.fsPath);
  return isMoved && run.name === name && resolve(folder, '..') === join(root, folderName(name));
}
