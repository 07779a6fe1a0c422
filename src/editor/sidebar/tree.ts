/** The tree of experiments: each level is read when it is opened, and never more than is shown of it. */
import type { RunScore } from '../../run/folder/score.ts';
import type { TrajectoryRow } from '../../run/folder/trajectory-index.ts';
import type * as vscode from 'vscode';
import type { Host } from '../host.ts';
import { isRunOf } from '../runs/discover.ts';
import { Listeners } from '../runs/listeners.ts';
import type { ExperimentEntry, OpenRun, RunEntry, RunStore, StoreChange } from '../runs/store.ts';
import type { Trainings } from '../trainer-list.ts';
import { isEmpty, matches, type Filter } from './filter.ts';
import { itemOf } from './items.ts';
import { indexedUpTo, Iterations, ranges } from './iterations.ts';
import { runNode, stepNode, trajectoryNode, type IterationNode, type Node, type RunNode } from './nodes.ts';
import { wholeTrajectory } from './whole-trajectory.ts';
import { wordsOf } from '../words-of.ts';

/** Iterations and trajectories that are shown in one go. */
export const pageSize = 200;
/** Runs whose indexes are kept while their entries are open; of more, the one looked at longest ago is let go. */
const mostOpen = 4;
/** Milliseconds in which arriving scores are shown together. */
const gathering = 300;

interface Opened { readonly run: OpenRun; readonly iterations: Iterations }

export class ExperimentsTree implements vscode.TreeDataProvider<Node> {
  readonly #host: Host;
  readonly #store: RunStore;
  readonly #trainings: Trainings;
  readonly #now: () => number;
  readonly #changed = new Listeners<Node | undefined>();
  /** Entries that were handed out last: only those can be refreshed alone. */
  readonly #runs = new Map<string, RunNode>();
  readonly #scores = new Map<string, RunScore>();
  readonly #opened = new Map<string, Promise<Opened>>();
  #cancelScores: (() => void) | undefined;
  #filter: Filter = {};
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(host: Host, store: RunStore, trainings: Trainings, now: () => number = Date.now) {
    this.#host = host;
    this.#store = store;
    this.#trainings = trainings;
    this.#now = now;
  }

  get filter(): Filter {
    return this.#filter;
  }

  set filter(filter: Filter) {
    this.#filter = filter;
    this.refresh();
  }

  /** Shows everything anew. */
  refresh(): void {
    this.#changed.fire(undefined);
  }

  /** Shows what changed and no more. */
  follow({ list, runs }: StoreChange): void {
    for (const folder of runs) if (this.#scores.has(folder)) void this.#fetchScore(folder);
    if (list) return this.refresh();
    for (const folder of runs) this.refreshRun(folder);
  }

  refreshRun(folder: string): void {
    const node = this.#runs.get(folder);
    if (node) this.#changed.fire(node);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return itemOf(this.#host.api, { score: (folder) => this.#scores.get(folder), training: (folder) => this.#trainings.ofRun(folder), now: this.#now }, node);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    try {
      return await this.#children(node);
    } catch (error) {
      // A run that was deleted or damaged meanwhile says so in its place; the rest of the tree stays.
      return [{ kind: 'note', id: `note ${node?.id ?? 'all'}`, text: wordsOf(error, this.#host.api.l10n.t) }];
    }
  }

  async #children(node: Node | undefined): Promise<Node[]> {
    switch (node?.kind) {
      case undefined: return this.#top();
      case 'workspaceFolder': return this.#experiments(node.path);
      case 'experiment': return this.#runNodes(await this.#store.runsOf(node.entry));
      case 'strays': return this.#runNodes(await this.#strays());
      case 'run': return this.#iterations(node);
      case 'range': return [...node.iterations];
      case 'iteration': return this.#trajectories(node);
      case 'more': return this.#page(node.folder, node.rows);
      case 'trajectory': return this.#steps(node.folder, node.row);
      case 'step': case 'note': return [];
    }
  }

  async #top(): Promise<Node[]> {
    const folders = this.#host.api.workspace.workspaceFolders ?? [];
    const strays = await this.#strays();
    const rest: Node[] = strays.length > 0 ? [{ kind: 'strays', id: 'strays', runs: strays.length }] : [];
    if (folders.length <= 1) return [...(await this.#experiments()), ...rest];
    return [...folders.map(({ uri, name }): Node => ({ kind: 'workspaceFolder', id: `folder ${uri.toString()}`, path: uri.toString(), name })), ...rest];
  }

  async #experiments(folder?: string): Promise<Node[]> {
    const all = await this.#store.experiments();
    const here = all.filter(({ uri }) => folder === undefined || this.#host.api.workspace.getWorkspaceFolder(uri)?.uri.toString() === folder);
    const counts = await this.#counts(here);
    return here.map((entry, i): Node => ({ kind: 'experiment', id: `experiment ${entry.uri.toString()}`, entry, runs: counts[i] }));
  }

  #counts(experiments: readonly ExperimentEntry[]): Promise<number[]> {
    return Promise.all(experiments.map(async (entry) => (await this.#store.runsOf(entry)).length));
  }

  async #strays(): Promise<readonly RunEntry[]> {
    const [experiments, runs] = await Promise.all([this.#store.experiments(), this.#store.runs()]);
    return runs.filter((entry) => entry.kind === 'unreadable' || !experiments.some((experiment) => isRunOf(entry.head, experiment)));
  }

  #runNodes(entries: readonly RunEntry[]): Node[] {
    return entries.map((entry) => {
      const node = runNode(entry);
      this.#runs.set(entry.folder, node);
      if (entry.kind === 'run' && !this.#scores.has(entry.folder)) void this.#fetchScore(entry.folder);
      return node;
    });
  }

  /** Scores come after the list: a thousand metrics files take longer to read than the list may. */
  async #fetchScore(folder: string): Promise<void> {
    const score = await this.#store.score(folder);
    const before = this.#scores.get(folder);
    if (!score || (before && before.best.passRate === score.best.passRate && before.kind === score.kind)) return;
    this.#scores.set(folder, score);
    this.#cancelScores ??= this.#host.later(gathering, () => {
      this.#cancelScores = undefined;
      this.refresh();
    });
  }

  #open(folder: string): Promise<Opened> {
    const known = this.#opened.get(folder);
    const opening = known ?? this.#store.open(folder).then((run): Opened => ({ run, iterations: new Iterations(run) }));
    this.#opened.delete(folder);
    this.#opened.set(folder, opening); // looked at last
    if (!known) opening.catch(() => this.#opened.delete(folder));
    for (const [oldest, old] of this.#opened) {
      if (this.#opened.size <= mostOpen) break;
      this.#opened.delete(oldest);
      void old.then(({ run }) => run.dispose(), () => {});
    }
    return opening;
  }

  async #iterations({ folder, entry, id }: RunNode): Promise<Node[]> {
    if (entry.kind === 'unreadable') return [];
    const { run, iterations } = await this.#open(folder);
    let list = await iterations.list();
    if (!isEmpty(this.#filter)) {
      await run.indexed();
      const counts = new Map<number, number>();
      for (const row of run.trajectories.rows()) if (matches(row, this.#filter)) counts.set(row.iteration, (counts.get(row.iteration) ?? 0) + 1);
      list = list.flatMap((each) => (counts.has(each.iteration) ? [{ ...each, matching: counts.get(each.iteration)! }] : []));
    }
    const { t } = this.#host.api.l10n;
    if (list.length === 0) return [{ kind: 'note', id: `note ${id}`, text: isEmpty(this.#filter) ? t('No iteration yet') : t('No trajectory passes the filter') }];
    return list.length <= pageSize ? list : ranges(list);
  }

  async #trajectories({ folder, iteration, id }: IterationNode): Promise<Node[]> {
    const { run } = await this.#open(folder);
    await indexedUpTo(run, iteration);
    const rows = [...run.trajectories.rowsOf(iteration)].filter((row) => matches(row, this.#filter));
    if (rows.length === 0) return [{ kind: 'note', id: `note ${id}`, text: this.#host.api.l10n.t('No trajectories kept') }];
    return this.#page(folder, rows);
  }

  #page(folder: string, rows: readonly TrajectoryRow[]): Node[] {
    const shown = rows.slice(0, pageSize).map((row) => trajectoryNode(folder, row));
    const rest = rows.slice(pageSize);
    return rest.length === 0 ? shown : [...shown, { kind: 'more', id: `more ${folder} ${rest[0].line}`, folder, rows: rest }];
  }

  async #steps(folder: string, row: TrajectoryRow): Promise<Node[]> {
    const { run } = await this.#open(folder);
    const trajectory = await wholeTrajectory(this.#host.api.l10n.t, run, row);
    return trajectory.steps.map((step) => stepNode(folder, row, step));
  }

  dispose(): void {
    this.#cancelScores?.();
    for (const opening of this.#opened.values()) void opening.then(({ run }) => run.dispose(), () => {});
    this.#opened.clear();
  }
}
