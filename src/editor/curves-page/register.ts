import { dirname, join } from 'node:path';
import type * as vscode from 'vscode';
import type { Host } from '../host.ts';
import { commands, curvesView } from '../ids.ts';
import { pageHtml } from '../page-html.ts';
import { pickRun } from '../pick-run.ts';
import { lastNameOf, parentOf } from '../runs/place.ts';
import type { RunStore } from '../runs/store.ts';
import { mostRuns, parseRuns } from './messages.ts';
import { serve } from './session.ts';

/**
 * Registers Open Curves: `{ runs: string[] }`, folders of runs, on the same charts. The same runs again show the page that is
 * open. Reads runs only, so it needs no trust. Pages come back when the window is loaded anew.
 */
export function registerCurves(host: Host, store: RunStore): vscode.Disposable[] {
  const { api } = host;
  const { t } = api.l10n;
  const open = new Map<string, vscode.WebviewPanel>();
  const pages = api.Uri.file(join(dirname(host.commandLine), 'webview'));
  const icon = api.Uri.file(join(dirname(host.commandLine), '..', 'media', 'icon-curves.svg'));
  const options: vscode.WebviewOptions = { enableScripts: true, localResourceRoots: [pages] };

  const fill = (panel: vscode.WebviewPanel, runs: readonly string[]): void => {
    const key = JSON.stringify(runs);
    open.set(key, panel);
    panel.onDidDispose(() => { if (open.get(key) === panel) open.delete(key); });
    const at = (name: string): string => panel.webview.asWebviewUri(api.Uri.file(join(pages.fsPath, name))).toString();
    panel.webview.options = options;
    panel.iconPath = icon;
    serve(host, panel, runs);
    panel.webview.html = pageHtml({ script: at('curves.js'), style: at('curves.css'), source: panel.webview.cspSource, title: panel.title, waiting: t('Reading the run…') }, api.env.language);
  };
  const title = (runs: readonly string[]): string => (runs.length === 1 ? t('Curves: {0}', lastNameOf(parentOf(runs[0]))) : t('Compare {0} Runs', runs.length));

  return [
    api.commands.registerCommand(commands.openCurves, async (argument?: unknown) => {
      let runs = parseRuns(argument);
      if (runs === undefined) {
        const folder = await pickRun(host, store, 'viewable');
        if (folder === undefined) return;
        runs = [folder];
      }
      if (runs.length > mostRuns) {
        void api.window.showWarningMessage(t('Curves show {0} runs at most: the first {0} of the {1} chosen ones are shown.', mostRuns, runs.length));
        runs = runs.slice(0, mostRuns);
      }
      const shown = open.get(JSON.stringify(runs));
      if (shown) return shown.reveal();
      fill(api.window.createWebviewPanel(curvesView, title(runs), api.ViewColumn.Active, { ...options, enableFindWidget: true }), runs);
    }),
    api.window.registerWebviewPanelSerializer(curvesView, {
      deserializeWebviewPanel: (panel, state: unknown) => {
        const runs = parseRuns(state);
        // A page of an older version, or one closed before it knew its runs.
        if (runs === undefined) panel.dispose();
        else fill(panel, runs.slice(0, mostRuns));
        return Promise.resolve();
      },
    }),
  ];
}
