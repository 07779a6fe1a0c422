/**
 * Tasks: `steptool: train <file>`, so that training composes with other tasks, with "run last task", and with a terminal of
 * its own. The editor itself asks before tasks of an untrusted workspace run.
 */
import { posix } from 'node:path';
import type * as vscode from 'vscode';
import { showFailure, type Host } from './host.ts';
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

/** Registers tasks of each experiment file of the workspace, and of those that tasks.json defines. They run with the Node that the trainer runs with. */
export function registerTasks(host: Host): vscode.Disposable[] {
  const { api, commandLine, log } = host;
  const make = (definition: Definition, folder: vscode.WorkspaceFolder, node: string | undefined): vscode.Task => {
    const { command, file, args = [] } = definition;
    // The editor's own program is a Node when it is told so; on a server it is one anyway.
    const options = { cwd: folder.uri.fsPath, ...(node === undefined ? { env: { ELECTRON_RUN_AS_NODE: '1' } } : {}) };
    const execution = new api.ProcessExecution(node ?? process.execPath, [commandLine, command, file, ...args], options);
    return new api.Task(definition, folder, `${command} ${file}`, displayName.toLowerCase(), execution, `$${taskType}`);
  };

  const provideTasks = async (token: vscode.CancellationToken): Promise<vscode.Task[]> => {
    let node: string | undefined;
    try {
      node = await host.node();
    } catch (error) { // said aloud where a task is to run; a list of tasks may be made at any time
      log.error(error instanceof Error ? error.message : String(error));
      return [];
    }
    const files = await api.workspace.findFiles(`**/*${experimentEnding}`, '**/{node_modules,runs}/**', most, token);
    return files.flatMap((uri) => {
      const folder = api.workspace.getWorkspaceFolder(uri);
      if (!folder || uri.scheme !== 'file') return [];
      const file = posix.relative(folder.uri.path, uri.path);
      return verbs.map((command) => make({ type: taskType, command, file }, folder, node));
    });
  };

  /** A task of tasks.json gets its execution here, and must keep its own definition. */
  const resolveTask = async ({ definition, scope }: vscode.Task): Promise<vscode.Task | undefined> => {
    const folder = typeof scope === 'object' ? scope : api.workspace.workspaceFolders?.[0];
    if (!folder || !isDefinition(definition)) return undefined;
    try {
      return make(definition, folder, await host.node());
    } catch (error) {
      await showFailure(host, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  return [api.tasks.registerTaskProvider(taskType, { provideTasks, resolveTask })];
}

/** A file that begins with a dash would be read as an option. */
function isDefinition(definition: vscode.TaskDefinition): definition is Definition {
  const { command, file, args } = definition as { [name: string]: unknown };
  return verbs.some((verb) => verb === command) && typeof file === 'string' && file !== '' && !file.startsWith('-') && (args === undefined || (Array.isArray(args) && args.every((arg) => typeof arg === 'string')));
}
