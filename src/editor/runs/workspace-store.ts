/** The store of a workspace: lists kept until something changes, changes gathered for a moment, one watcher for all views. */
import { isAbsolute, relative } from 'node:path';
import type * as vscode from 'vscode';
import type { RunScore } from '../../run/folder/score.ts';
import type { Host } from '../host.ts';
import { findExperiments, findRunFolders, isRunOf } from './discover.ts';
import { Heads, newestFirst } from './heads.ts';
import { Listeners } from './listeners.ts';
import { OpenRuns } from './open-runs.ts';
import { isOnDisk, normalPlace } from './place.ts';
import { RunScores } from './run-scores.ts';
import type { ExperimentEntry, OpenRun, RunEntry, RunStore, StoreChange } from './store.ts';
import { walk, type Walked } from './walk.ts';
import { watchRuns, type Noticed } from './watch.ts';

/** Milliseconds within which changes are told as one. */
export const gathering = 200;
/** Milliseconds between looks at runs that are being written: a writer that was killed, and a disk of another machine, send no events. */
export const looking = 3000;

/** Makes the store of the workspace. It searches, reads and watches nothing before it is asked. */
export function createRunStore(host: Pick<Host, 'api' | 'later' | 'log'>): RunStore {
  return new WorkspaceStore(host);
}

class WorkspaceStore implements RunStore {
  readonly #host: Pick<Host, 'api' | 'later' | 'log'>;
  readonly #changes = new Listeners<StoreChange>();
  readonly #heads: Heads;
  readonly #opened: OpenRuns;
  readonly #scores: RunScores;
  #experiments: Promise<readonly ExperimentEntry[]> | undefined;
  #runs: Promise<readonly RunEntry[]> | undefined;
  #walked: Promise<Walked> | undefined;
  #running: readonly string[] = [];
  /** Folders of the list that was made last. */
  #listed: ReadonlySet<string> = new Set();
  #pending = { list: false, runs: new Set<string>() };
  #cancelTelling: (() => void) | undefined;
  #cancelLook: (() => void) | undefined;
  #watching: vscode.Disposable[] | undefined;

  constructor(host: Pick<Host, 'api' | 'later' | 'log'>) {
    this.#host = host;
    this.#heads = new Heads(host.api);
    this.#opened = new OpenRuns(host.api);
    this.#scores = new RunScores(host.api);
  }

  experiments(): Promise<readonly ExperimentEntry[]> {
    void this.#watch(); // what is kept must not grow old
    return (this.#experiments ??= this.#walk().then((walked) => findExperiments(this.#host.api, walked)));
  }

  #walk(): Promise<Walked> {
    return (this.#walked ??= walk(this.#host.api));
  }

  runs(): Promise<readonly RunEntry[]> {
    return (this.#runs ??= this.#listRuns());
  }

  async #listRuns(): Promise<readonly RunEntry[]> {
    const roots = (await this.experiments()).flatMap(({ root }) => (root === undefined ? [] : [root]));
    const folders = await findRunFolders(this.#host.api, roots, await this.#walk());
    const found = await Promise.all(folders.map((folder) => this.#heads.read(folder)));
    const entries = found.filter((entry) => entry !== undefined).sort(newestFirst);
    this.#listed = new Set(entries.map(({ folder }) => folder));
    this.#running = entries.flatMap((entry) => (entry.kind === 'run' && entry.head.status === 'running' && isOnDisk(entry.folder) ? [entry.folder] : []));
    this.#lookLater();
    return entries;
  }

  async runsOf(experiment: ExperimentEntry): Promise<readonly RunEntry[]> {
    return (await this.runs()).filter((entry) => entry.kind === 'run' && isRunOf(entry.head, experiment));
  }

  async run(folder: string): Promise<RunEntry> {
    return (await this.#heads.read(normalPlace(folder))) ?? { kind: 'unreadable', folder, why: this.#host.api.l10n.t('{0} is no run folder: it has no run.json.', folder) };
  }

  score(folder: string): Promise<RunScore | undefined> {
    return this.#scores.of(folder);
  }

  async open(folder: string): Promise<OpenRun> {
    const run = await this.#opened.open(normalPlace(folder));
    this.#lookLater();
    return run;
  }

  reread(): void {
    this.#scores.changed();
    this.#tell(undefined, true);
  }

  onDidChange(listener: (change: StoreChange) => void): vscode.Disposable {
    void this.#watch();
    return this.#changes.event(listener);
  }

  async #watch(): Promise<void> {
    if (this.#watching) return;
    const { api, log } = this.#host;
    // a watcher misses files that are made together with their folder: what is written later tells of a new run, too
    const noticed: Noticed = { list: () => this.#tell(undefined, true), run: (folder, isHead) => this.#tell(folder, isHead || !this.#listed.has(folder)), gone: (path) => void this.#gone(path) };
    const folders = api.workspace.workspaceFolders ?? [];
    const watching = (this.#watching = [api.workspace.onDidChangeWorkspaceFolders(() => this.#watchAnew()), watchRuns(api, folders, noticed)]);
    const isInside = (root: string): boolean => folders.some(({ uri }) => {
      if (uri.scheme !== 'file') return false;
      const path = relative(uri.fsPath, root);
      return !path.startsWith('..') && !isAbsolute(path);
    });
    try {
      const outside = (await this.experiments()).flatMap(({ root }) => (root === undefined || isInside(root) ? [] : [root]));
      if (this.#watching === watching) watching.push(watchRuns(api, [...new Set(outside)].map((root) => api.Uri.file(root)), noticed)); // else disposed meanwhile
    } catch (error) {
      log.error(`Folders of runs outside of the workspace cannot be watched: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #watchAnew(): void {
    this.#unwatch();
    this.#tell(undefined, true);
    void this.#watch();
  }

  #unwatch(): void {
    this.#watching?.forEach((each) => each.dispose());
    this.#watching = undefined;
  }

  async #gone(path: string): Promise<void> {
    const known = await this.#runs;
    const isOver = (folder: string): boolean => folder === path || folder.startsWith(`${path}/`) || folder.startsWith(`${path}\\`);
    if (known?.some(({ folder }) => isOver(folder))) this.#tell(undefined, true);
  }

  /** Notes a change; all changes of a moment are told together. */
  #tell(folder: string | undefined, list: boolean): void {
    if (list) {
      this.#pending.list = true;
      this.#experiments = undefined;
      this.#walked = undefined;
      this.#runs = undefined;
    }
    if (folder !== undefined) {
      this.#pending.runs.add(folder);
      this.#scores.changed(folder);
    }
    this.#cancelTelling ??= this.#host.later(gathering, () => {
      this.#cancelTelling = undefined;
      const change = this.#pending;
      this.#pending = { list: false, runs: new Set() };
      for (const each of change.runs) void this.#opened.refresh(each);
      this.#changes.fire(change);
    });
  }

  /** While somebody listens or has a run open, looks after runs that are being written; of those on no disk, watchers tell. */
  #lookLater(): void {
    if (this.#cancelLook || (this.#changes.size === 0 && this.#opened.folders.length === 0)) return;
    const followed = (): string[] => [...new Set([...this.#running, ...this.#opened.folders.filter(isOnDisk)])];
    if (followed().length === 0) return;
    this.#cancelLook = this.#host.later(looking, () => {
      void Promise.all(followed().map((folder) => this.#look(folder))).finally(() => {
        this.#cancelLook = undefined;
        this.#lookLater();
      });
    });
  }

  async #look(folder: string): Promise<void> {
    const entry = await this.#heads.read(folder);
    const status = entry?.kind === 'run' ? entry.head.status : undefined;
    const isListed = this.#running.includes(folder);
    if (isListed && status !== 'running') {
      this.#running = this.#running.filter((each) => each !== folder);
      this.#tell(folder, true);
    } else if (status === 'running') this.#tell(folder, false);
  }

  dispose(): void {
    this.#unwatch();
    this.#cancelTelling?.();
    this.#cancelLook?.();
    this.#opened.clear();
  }
}
