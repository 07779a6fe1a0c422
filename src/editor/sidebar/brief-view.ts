import type * as vscode from 'vscode';
import type { ToBrief } from '../../../webview/brief/protocol.ts';
import type { Host } from '../host.ts';
import { pages } from '../ids.ts';
import { pageHtml } from '../page-html.ts';
import type { RunStore } from '../runs/store.ts';
import { stringsFor } from '../trajectory-page/strings.ts';
import { briefOf, readFromBrief } from './brief.ts';
import type { TrajectoryNode } from './nodes.ts';
import { wholeTrajectory } from './whole-trajectory.ts';
import { wordsOf } from '../words-of.ts';

/** The sidebar's Trajectory view: what is selected in the tree, in brief. A hidden view hears nothing, so it is told anew when it asks. */
export class BriefView implements vscode.WebviewViewProvider {
  readonly #host: Host;
  readonly #store: RunStore;
  readonly #pagesFolder: vscode.Uri;
  #view: vscode.WebviewView | undefined;
  #selected: TrajectoryNode | undefined;
  #shows = 0;

  /** @param pagesFolder where the bundled pages are */
  constructor(host: Host, store: RunStore, pagesFolder: vscode.Uri) {
    this.#host = host;
    this.#store = store;
    this.#pagesFolder = pagesFolder;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    const { webview } = view;
    webview.options = { enableScripts: true, localResourceRoots: [this.#pagesFolder] };
    webview.onDidReceiveMessage((message: unknown) => {
      const heard = readFromBrief(message);
      if (heard?.type === 'ready') void this.#show();
      else if (heard?.type === 'open') this.#open(heard.step);
    });
    view.onDidChangeVisibility(() => { if (view.visible) void this.#show(); });
    view.onDidDispose(() => { if (this.#view === view) this.#view = undefined; });
    webview.html = this.#html(webview);
  }

  /** Shows a trajectory, with one of its steps marked if a step was selected; or, with undefined, none. */
  select(node: TrajectoryNode | undefined): void {
    this.#selected = node;
    void this.#show();
  }

  #open(step: number | undefined): void {
    if (!this.#selected) return;
    const { folder, row: { id, iteration } } = this.#selected;
    void this.#host.api.commands.executeCommand(pages.openTrajectory, { run: folder, iteration, id, ...(step === undefined ? {} : { step }) });
  }

  async #show(): Promise<void> {
    const view = this.#view;
    if (!view?.visible) return;
    const turn = ++this.#shows;
    const message = await this.#message();
    if (turn === this.#shows) await view.webview.postMessage(message); // else something else was selected meanwhile
  }

  async #message(): Promise<ToBrief> {
    const { api } = this.#host;
    const strings = stringsFor(api.l10n.t);
    if (!this.#selected) return { type: 'show', strings };
    const { folder, row } = this.#selected;
    const step = this.#selected.kind === 'step' ? this.#selected.step.index : undefined;
    try {
      const run = await this.#store.open(folder);
      try {
        return { type: 'show', strings, brief: briefOf(api, await wholeTrajectory(api.l10n.t, run, row), step) };
      } finally {
        run.dispose();
      }
    } catch (error) {
      return { type: 'failed', message: wordsOf(error, api.l10n.t) };
    }
  }

  #html(webview: vscode.Webview): string {
    const { Uri, env, l10n: { t } } = this.#host.api;
    const of = (name: string): string => webview.asWebviewUri(Uri.joinPath(this.#pagesFolder, name)).toString();
    return pageHtml({ script: of('brief.js'), style: of('brief.css'), source: webview.cspSource, title: t('Trajectory') }, env.language);
  }
}
