/** The trajectory page as an editor: opens for `trajectories.jsonl`, whoever wrote it, and by command for a run, an iteration or a trajectory. */
import { dirname, join } from 'node:path';
import { userInfo } from 'node:os';
import type * as vscode from 'vscode';
import { annotate } from '../../run/folder/annotate.ts';
import type { Host } from '../host.ts';
import { commands, viewTypes } from '../ids.ts';
import { pageHtml } from '../page-html.ts';
import { pickRun } from '../pick-run.ts';
import { uriOf } from '../runs/place.ts';
import type { RunStore } from '../runs/store.ts';
import { openTrajectories, type OpenedFile } from './opened-file.ts';
import { authorOf, Scores } from './scores.ts';
import { TrajectorySession, type Wanted } from './session.ts';

/** What `steptool.openTrajectory` takes: a run's folder (its path, or, on no disk, its address), and where in it to open. */
export interface OpenTrajectory extends Wanted {
  readonly run: string;
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const isPlace = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** The command's argument, which may come from any extension or keybinding; undefined for none and for one that is no such thing. */
export function readTarget(value: unknown): OpenTrajectory | undefined {
  if (!isFields(value) || typeof value['run'] !== 'string' || value['run'] === '') return undefined;
  const { run, iteration, id, step } = value;
  return {
    run,
    ...(isPlace(iteration) ? { iteration } : {}),
    ...(typeof id === 'string' && id !== '' ? { id } : {}),
    ...(isPlace(step) ? { step } : {}),
  };
}

/** Who scores on this machine. */
function user(): string {
  try {
    return userInfo().username;
  } catch {
    return ''; // a container may run as a user that has no name
  }
}

function scoresOf({ api }: Host, { run, uri }: OpenedFile): Scores | string {
  if (run && uri.scheme === 'file') return new Scores(authorOf(user()), (scores) => annotate(run.head.folder, scores));
  return uri.scheme === 'file' ? api.l10n.t('Scores are kept in a run folder, and this file is in none that can be read.') : api.l10n.t('Scores are kept on a disk, and this file is on none.');
}

/** Registers the editor and its command. Reads runs, runs nothing of theirs, and needs no trust. */
export function registerTrajectories(host: Host, runs: RunStore): vscode.Disposable[] {
  const { api } = host;
  const pages = api.Uri.file(join(dirname(host.commandLine), 'webview'));
  const open = new Map<string, TrajectorySession>();
  const waiting = new Map<string, Wanted>();

  const show = async (panel: vscode.WebviewPanel, uri: vscode.Uri): Promise<void> => {
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [pages] };
    const main = await openTrajectories(host, uri);
    const session = new TrajectorySession({ host, runs, main, post: (message) => void webview.postMessage(message), scores: scoresOf(host, main) });
    const key = uri.toString();
    open.set(key, session);
    const watchers = watch(host, uri, () => void session.refresh());
    const wanted = waiting.get(key);
    waiting.delete(key);
    if (wanted) void session.goTo(wanted);
    webview.onDidReceiveMessage((message: unknown) => void session.receive(message));
    panel.onDidChangeViewState(() => { if (!panel.visible) session.hide(); });
    panel.onDidDispose(() => {
      session.end();
      if (open.get(key) === session) open.delete(key);
      for (const each of watchers) each.dispose();
    });
    const file = (name: string): string => webview.asWebviewUri(api.Uri.joinPath(pages, name)).toString();
    webview.html = pageHtml({ script: file('trajectory.js'), style: file('trajectory.css'), source: webview.cspSource }, api.env.language);
  };

  return [
    api.window.registerCustomEditorProvider(viewTypes.trajectories, {
      openCustomDocument: (uri) => ({ uri, dispose: () => {} }),
      resolveCustomEditor: ({ uri }, panel) => show(panel, uri),
    }, { webviewOptions: { enableFindWidget: true } }),
    api.commands.registerCommand(commands.openTrajectory, async (argument?: unknown) => {
      const chosen = argument === undefined ? await pickRun(host, runs, 'viewable') : undefined;
      const target = chosen === undefined ? readTarget(argument) : { run: chosen };
      if (!target) return;
      const uri = uriOf(api, target.run, 'trajectories.jsonl');
      const key = uri.toString();
      if (!open.has(key)) waiting.set(key, target);
      await api.commands.executeCommand('vscode.openWith', uri, viewTypes.trajectories);
      if (waiting.get(key) !== target) return void (await open.get(key)?.goTo(target));
      // The editor could not be opened, or is being made: then it takes what waits for it.
    }),
  ];
}

/** Calls back, a little later and once for many, when the file or the scores beside it change. */
function watch({ api, later }: Host, uri: vscode.Uri, changed: () => void): vscode.Disposable[] {
  const watcher = api.workspace.createFileSystemWatcher(new api.RelativePattern(api.Uri.joinPath(uri, '..'), '*.jsonl'));
  let callOff: (() => void) | undefined;
  const hear = (): void => {
    callOff ??= later(250, () => {
      callOff = undefined;
      changed();
    });
  };
  return [watcher, watcher.onDidChange(hear), watcher.onDidCreate(hear), watcher.onDidDelete(hear), { dispose: () => callOff?.() }];
}
