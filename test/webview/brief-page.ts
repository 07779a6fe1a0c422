/** The sidebar's Trajectory view with everything behind it: a run folder on the disk, the real host side, a real Chromium. */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type * as vscode from 'vscode';
import { createRunStore } from '../../src/editor/runs/workspace-store.ts';
import { BriefView } from '../../src/editor/sidebar/brief-view.ts';
import type { TrajectoryNode } from '../../src/editor/sidebar/nodes.ts';
import type { Trajectory } from '../../src/world/trajectory.ts';
import { Uri } from '../editor/fake-parts.ts';
import { workspace, type Workspace } from '../editor/workspace.ts';
import type { Browser } from './chromium.ts';
import { openLivePage, origin, type LivePage } from './live-page.ts';
import type { ThemeName } from './themes.ts';

export interface BriefPage extends LivePage {
  readonly editor: Workspace['editor'];
  /** Selects the trajectory of a line, or one of its steps, and waits until it is shown. */
  select(line: number, step?: number): Promise<void>;
}

export interface BriefOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  /** Changes the editor before anything is shown. */
  readonly prepare?: (editor: Workspace['editor']) => void;
}

/** Opens the view on a run of these trajectories. */
export async function openBrief(t: TestContext, browser: Browser, trajectories: readonly Trajectory[], { theme = 'vscode-dark', width = 300, prepare = () => {} }: BriefOptions = {}): Promise<BriefPage> {
  const { editor, experiment, run: newRun } = workspace(t);
  prepare(editor);
  const run = newRun(experiment('quick'), '20241010-074500-abcd');
  for (const one of trajectories) run.trajectory(one);
  run.end('finished');
  const store = createRunStore(editor.host);
  const view = new BriefView(editor.host, store, Uri.file('/pages') as unknown as vscode.Uri);
  let hear: (message: unknown) => void = () => {};
  let post: (message: unknown) => void = () => {};
  const webview = {
    html: '', cspSource: origin, options: {}, asWebviewUri: ({ path }: Uri) => `${origin}/${path.split('/').at(-1)}`,
    onDidReceiveMessage: (listener: (message: unknown) => void) => { hear = listener; },
    postMessage: (message: unknown) => { post(message); return Promise.resolve(true); },
  };
  view.resolveWebviewView({ webview, visible: true, onDidChangeVisibility: () => {}, onDidDispose: () => {} } as unknown as vscode.WebviewView);
  const live = await openLivePage(browser, { html: () => webview.html, theme, size: { width, height: 520 }, receive: (message, answer) => { post = answer; hear(message); } });
  await live.page.evaluate(() => { document.documentElement.style.background = 'var(--vscode-sideBar-background)'; });
  t.after(() => live.page.close());
  return {
    ...live, editor,
    async select(line, index) {
      const opened = await store.open(run.folder);
      await opened.indexed();
      const row = opened.trajectories.row(line)!;
      opened.dispose();
      view.select((index === undefined ? { kind: 'trajectory', id: '', folder: run.folder, row } : { kind: 'step', id: '', folder: run.folder, row, step: { ...trajectories[line].steps[index], index } }) as TrajectoryNode);
      await live.page.waitForFunction((task) => document.querySelector('h1')?.textContent?.startsWith(task), trajectories[line].taskId.slice(0, 12));
    },
  };
}

/** Where screenshots go that a person wants to look at: `SCREENSHOTS` names a folder. */
export async function screenshot(live: LivePage, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder) await live.page.screenshot({ path: join(folder, `${name}.png`) });
}
