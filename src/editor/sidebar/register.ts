import type * as vscode from 'vscode';
import type { Host } from '../host.ts';
import { commands, contextKeys, views } from '../ids.ts';
import type { RunStore } from '../runs/store.ts';
import type { Trainings } from '../trainer-list.ts';
import { BriefView } from './brief-view.ts';
import { askFilter } from './filter-commands.ts';
import { describe, isEmpty, type Filter } from './filter.ts';
import type { Node } from './nodes.ts';
import { registerRunCommands } from './run-commands.ts';
import { ExperimentsTree } from './tree.ts';

/** Registers the sidebar: the tree of experiments, the selected trajectory in brief, and their commands. Nothing is read before a view is shown. */
export function registerSidebar(host: Host, runs: RunStore, trainings: Trainings, pagesFolder: vscode.Uri, now?: () => number): vscode.Disposable[] {
  const { api } = host;
  const tree = new ExperimentsTree(host, runs, trainings, now);
  const view = api.window.createTreeView<Node>(views.experiments, { treeDataProvider: tree, canSelectMany: true, showCollapseAll: true });
  const brief = new BriefView(host, runs, pagesFolder);
  let watching: vscode.Disposable | undefined;
  const watch = (): void => {
    if (view.visible) watching ??= runs.onDidChange((change) => tree.follow(change));
  };
  watch();
  const setFilter = (filter: Filter): void => {
    tree.filter = filter;
    view.description = describe(filter, api.l10n.t) || undefined;
    void api.commands.executeCommand('setContext', contextKeys.filtered, !isEmpty(filter));
  };
  let shown = new Map<string, string>();
  return [
    view, tree,
    view.onDidChangeVisibility(watch),
    view.onDidChangeSelection(({ selection: [node] }) => brief.select(node?.kind === 'trajectory' || node?.kind === 'step' ? node : undefined)),
    trainings.onDidChange(() => {
      // a run's entry changes with its iteration, not with every episode
      const places = new Map(trainings.all.flatMap(({ folder, iteration }) => (folder === undefined ? [] : [[folder, String(iteration)]])));
      for (const folder of new Set([...places.keys(), ...shown.keys()])) if (places.get(folder) !== shown.get(folder)) tree.refreshRun(folder);
      shown = places;
    }),
    api.window.registerWebviewViewProvider(views.trajectory, brief),
    api.commands.registerCommand(commands.refreshExperiments, () => {
      runs.reread();
      tree.refresh();
    }),
    api.commands.registerCommand(commands.filterTrajectories, async (chosen?: unknown) => {
      const filter = await askFilter(host, runs, tree.filter, chosen ?? view.selection[0]);
      if (filter) setFilter(filter);
    }),
    api.commands.registerCommand(commands.clearFilter, () => setFilter({})),
    ...registerRunCommands(host, runs),
    { dispose: () => watching?.dispose() },
  ];
}
