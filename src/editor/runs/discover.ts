/** Where the experiment files and the run folders of a workspace are. Folders are listed; no run is read here. */
import { readdir } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type * as vscode from 'vscode';
import { nameFromFile, validateExperiment } from '../../config/validate.ts';
import { folderName, isRunId } from '../../run/folder/paths.ts';
import type { RunHead } from '../../run/folder/reader.ts';
import type { Api } from '../host.ts';
import { experimentEnding } from '../ids.ts';
import { isOnDisk, lastNameOf, parentOf, placeOf } from './place.ts';
import type { ExperimentEntry } from './store.ts';
import type { Walked } from './walk.ts';

const never = '**/node_modules/**';
const unique = (uris: readonly vscode.Uri[]): vscode.Uri[] => [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];

/** Where the runs of a file are written; undefined for a folder on a disk that is named by a file on none. */
function homeOf({ Uri }: Api, uri: vscode.Uri, folder: string, name: string): Pick<ExperimentEntry, 'root' | 'home'> {
  if (uri.scheme !== 'file') return { root: undefined, home: isAbsolute(folder) ? undefined : placeOf(Uri.joinPath(uri, '..', folder, folderName(name))) };
  const root = resolve(dirname(uri.fsPath), folder);
  return { root, home: join(root, folderName(name)) };
}

/** All experiment files of the workspace, by path. Copies that runs keep are left out. A file that cannot be read counts, with defaults. */
export async function findExperiments(api: Api, walked: Walked): Promise<ExperimentEntry[]> {
  const files = unique([...(await api.workspace.findFiles(`**/*${experimentEnding}`, never)), ...walked.experiments]);
  const entries = files.filter((file) => !isRunId(lastNameOf(parentOf(placeOf(file))))).map(async (uri): Promise<ExperimentEntry> => {
    const text = await Promise.resolve(api.workspace.fs.readFile(uri)).then((bytes) => new TextDecoder().decode(bytes), () => '{}');
    const fileName = nameFromFile(uri.path);
    const { experiment } = validateExperiment(text, { name: fileName });
    const name = experiment?.name ?? fileName;
    return { uri, name, ...homeOf(api, uri, experiment?.output.folder ?? 'runs', name) };
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

/** All run folders: those below the experiments' roots, which may be hidden from searches or outside of the workspace, and those that are found in it. */
export async function findRunFolders({ workspace }: Api, roots: readonly string[], walked: Walked): Promise<string[]> {
  const searched = workspace.findFiles('**/run.json', never).then((files) => files.map((file) => parentOf(placeOf(file))).filter((folder) => isRunId(lastNameOf(folder))));
  const listed = await Promise.all([...new Set(roots)].map(runsBelow));
  return [...new Set([...listed.flat(), ...(await searched), ...walked.runs.map(placeOf)])];
}

/** Whether a run is of an experiment: by the path that it recorded, or, moved together with its file, by where it lies. */
export function isRunOf({ folder, run }: RunHead, { uri, name, home }: ExperimentEntry): boolean {
  if (isOnDisk(folder) && uri.scheme === 'file' && resolve(run.experiment.path) === resolve(uri.fsPath)) return true;
  // the path may be of another system
  const isMoved = lastNameOf(run.experiment.path) === lastNameOf(uri.path);
  return isMoved && run.name === name && parentOf(folder) === home;
}
