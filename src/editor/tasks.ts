/**
 * Tasks: `steptool: train <file>`, so that training composes with other tasks, with "run last task", and with a terminal of
 * its own. The editor itself asks before tasks of an untrusted workspace run.
 */
import { posix } from 'node:path';
import type * as vscode from 'vscode';
import type { Host } from './host.ts';
import { displayName, experimentEnding, taskType } from './ids.ts';

const verbs = ['train', 'evaluate', 'rollout', 'validate'] as const;
type Verb = (typeof verbs)[number];

/** A task as tasks.json has it. */
interface Definition extends vscode.TaskDefinition {
  readonly command: Verb;
  /** Relative to the workspace folder. */
  readonly file: string;
  /** Further words of the command line, as `--set`, `algorithm.iterations=5`. */
  readonly args?: readonly string[];
}

/** Experiment files that tasks are offered for. */
const most = 200;

/** Registers tasks of each experiment file of the workspace, and of those that tasks.json defines. */
export function registerTasks({ api, commandLine }: Host): vscode.Disposable[] {
  const make = (definition: Definition, folder: vscode.WorkspaceFolder): vscode.Task => {
    const { command, file, args = [] } = definition;
    // The editor's own program is a Node when it is told so; on a server it is one anyway.
    const env = { ELECTRON_RUN_AS_NODE: '1' };
    const execution = new api.ProcessExecution(process.execPath, [commandLine, command, file, ...args], { cwd: folder.uri.fsPath, env });
    return new api.Task(definition, folder, `${command} ${file}`, displayName.toLowerCase(), execution, `$${taskType}`);
  };

  const provideTasks = async (token: vscode.CancellationToken): Promise<vscode.Task[]> => {
    const files = await api.workspace.findFiles(`**/*${experimentEnding}`, '**/{node_modules,runs}/**', most, token);
    return files.flatMap((uri) => {
      const folder = api.workspace.getWorkspaceFolder(uri);
      if (!folder || uri.scheme !== 'file') return [];
      const file = posix.relative(folder.uri.path, uri.path);
      return verbs.map((command) => make({ type: taskType, command, file }, folder));
    });
  };

  /** A task of tasks.json gets its execution here, and must keep its own definition. */
  const resolveTask = ({ definition, scope }: vscode.Task): vscode.Task | undefined => {
    const folder = typeof scope === 'object' ? scope : api.workspace.workspaceFolders?.[0];
    return folder && isDefinition(definition) ? make(definition, folder) : undefined;
  };
  return [api.tasks.registerTaskProvider(taskType, { provideTasks, resolveTask })];
}

/** A file that begins with a dash would be read as an option. */
function isDefinition(definition: vscode.TaskDefinition): definition is Definition {
  const { command, file, args } = definition as { [name: string]: unknown };
  return verbs.some((verb) => verb === command) && typeof file === 'string' && file !== '' && !file.startsWith('-') && (args === undefined || (Array.isArray(args) && args.every((arg) => typeof arg === 'string')));
}
