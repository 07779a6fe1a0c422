/** The sidebar's Trajectory view, host and page together: the page in real Chromium under the policy that the host writes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type * as vscode from 'vscode';
import { bundlePages } from '../../src/build/pages.mjs';
import { createRunStore } from '../../src/editor/runs/workspace-store.ts';
import { BriefView } from '../../src/editor/sidebar/brief-view.ts';
import type { TrajectoryNode } from '../../src/editor/sidebar/nodes.ts';
import type { Editor } from '../editor/fake.ts';
import { Uri } from '../editor/fake-parts.ts';
import { workspace } from '../editor/workspace.ts';
import { trajectory } from '../run/folder-help.ts';
import type { Browser } from './chromium.ts';
import { openBrowser, skip } from './chromium.ts';
import { propertiesOf, themeNames, type ThemeName } from './themes.ts';

const built = fileURLToPath(new URL('../../dist/webview', import.meta.url));
const origin = 'http://page.test';
const attack = '<img src=x onerror="alert(1)"></script><script>alert(2)</script>';

interface Opened {
  readonly page: Page;
  readonly editor: Editor;
  readonly view: BriefView;
  readonly trouble: string[];
  /** Selects the trajectory of a line, or one of its steps. */
  select(line: number, step?: number): Promise<void>;
}

async function open(t: TestContext, browser: Browser, { theme = 'vscode-dark' as ThemeName, width = 300 } = {}): Promise<Opened> {
  const { editor, experiment, run: newRun } = workspace(t);
  const run = newRun(experiment('quick'), '20241010-074500-abcd');
  const step = trajectory(1, 0, '').steps[0];
  run.trajectory({
    ...trajectory(1, 0, ''), taskId: 'combinations/19', split: 'combinations', outcome: 'truncatedTurns', solved: false, query: 'I need the home country of the dish that the home city of Tidram Group is known for.',
    steps: [
      { ...step, action: 'seat_for_firm', reward: { succCalling: 1, contribution: 0.5, step: 0.75 } }, { ...step, index: 1, action: 'local_for_plate', toolOutcome: 'notFound', reward: { step: 0.1 } },
      { ...step, index: 2, action: 'a_tool_with_a_very_long_name_that_never_ends', toolOutcome: 'unknownTool', reward: { step: -0.5 } }, { ...step, index: 3, action: '', toolOutcome: 'unreadableCall', reward: { step: 0 } },
    ],
  });
  run.trajectory({ ...trajectory(1, 1, ''), taskId: attack, query: attack + '\u202e'.repeat(3), steps: [{ ...step, action: attack, observation: 'z'.repeat(2_000_000) }] });
  run.end('finished');
  const store = createRunStore(editor.host);
  const view = new BriefView(editor.host, store, Uri.file('/pages') as unknown as vscode.Uri);

  const page = await browser.context.newPage();
  page.setDefaultTimeout(180_000);
  await page.setViewportSize({ width, height: 520 });
  const trouble: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error') trouble.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => trouble.push(`exception: ${error.message}`));
  page.on('dialog', (dialog) => { trouble.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
  let hear: (message: unknown) => void = () => {};
  const webview = {
    html: '', cspSource: origin, options: {}, asWebviewUri: ({ path }: Uri) => `${origin}/${path.split('/').at(-1)}`,
    onDidReceiveMessage: (listener: (message: unknown) => void) => { hear = listener; },
    postMessage: (message: unknown) => page.evaluate((value) => window.postMessage(value), message),
  };
  view.resolveWebviewView({ webview, visible: true, onDidChangeVisibility: () => {}, onDidDispose: () => {} } as unknown as vscode.WebviewView);
  await page.route('**/*', (route) => {
    const file = route.request().url().slice(origin.length + 1);
    if (file === '') return route.fulfill({ contentType: 'text/html', body: webview.html });
    if (file === 'brief.js' || file === 'brief.css') return route.fulfill({ contentType: file.endsWith('js') ? 'text/javascript' : 'text/css', body: readFileSync(join(built, file)) });
    if (file !== 'favicon.ico') trouble.push(`request: ${file}`);
    return route.abort();
  });
  await page.exposeFunction('tell', (message: unknown) => hear(message));
  await page.addInitScript('globalThis.__name = (value) => value; globalThis.acquireVsCodeApi = () => ({ postMessage: (message) => tell(message) });');
  await page.addInitScript(([properties, name]) => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
    document.addEventListener('DOMContentLoaded', () => {
      for (const [property, value] of properties) document.documentElement.style.setProperty(property, value);
      document.body.classList.add(name);
      document.documentElement.style.background = 'var(--vscode-sideBar-background)';
    });
  }, [propertiesOf(theme), theme] as const);
  await page.goto(`${origin}/`);
  const select = async (line: number, index?: number): Promise<void> => {
    const opened = await store.open(run.folder);
    await opened.indexed();
    const row = opened.trajectories.row(line)!;
    opened.dispose();
    view.select((index === undefined ? { kind: 'trajectory', id: '', folder: run.folder, row } : { kind: 'step', id: '', folder: run.folder, row, step: { ...step, index } }) as TrajectoryNode);
    await page.waitForSelector(`h1:has-text("${line === 0 ? 'combinations/19' : 'onerror'}")`);
  };
  t.after(() => page.close());
  return { page, editor, view, trouble, select };
}

describe('the Trajectory view', { skip }, () => {
  let browser: Browser;
  before(async () => {
    await bundlePages();
    browser = await openBrowser();
  });
  after(() => browser?.close());

  test('says what to select, then shows it in brief: outcome, task, steps with rewards', async (t) => {
    const { page, trouble, select } = await open(t, browser);
    await page.waitForSelector('.empty');
    assert.match((await page.textContent('main')) ?? '', /^Select a trajectory under an iteration/);
    await select(0, 2);
    const rows = await page.locator('.row').evaluateAll((all) => all.map((row) => row.getAttribute('aria-label')));
    assert.deepEqual(rows, [
      'Step 1: seat_for_firm, ok, +0.75', 'Step 2: local_for_plate, not found, +0.1',
      'Step 3: a_tool_with_a_very_long_name_that_never_ends, unknown tool, \u22120.5', 'Step 4: no call, unreadable call, 0',
    ]);
    assert.equal(await page.locator('.row[aria-current="step"]').count(), 1);
    assert.match((await page.textContent('.total')) ?? '', /\+0\.35$/);
    assert.deepEqual(trouble, []);
  });

  test('a click or a key on a step opens the full page there', async (t) => {
    const { page, editor, select } = await open(t, browser);
    await select(0);
    editor.seen();
    await page.locator('.row').nth(1).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('vscode-button').click();
    const seen = editor.seen().split('\n').map((line) => line.replace(/"run":"[^"]*"/, '"run":"…"'));
    assert.deepEqual(seen, ['runs steptool.openTrajectory {"run":"…","iteration":1,"id":"1.0","step":2}', 'runs steptool.openTrajectory {"run":"…","iteration":1,"id":"1.0"}']);
  });

  test('hostile text is text, whatever its length', async (t) => {
    const { page, trouble, select } = await open(t, browser);
    await select(1);
    assert.ok((await page.textContent('.query'))?.startsWith(attack));
    assert.equal(await page.locator('.query .unseen').count(), 3);
    assert.equal(await page.locator('img, main script').count(), 0);
    assert.deepEqual(trouble, []);
  });

  for (const theme of themeNames) {
    test(`fits a narrow sidebar in ${theme}`, async (t) => {
      const { page, trouble, select } = await open(t, browser, { theme, width: 200 });
      await select(0, 2);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
      const shots = process.env['SCREENSHOTS'];
      if (shots) {
        await page.screenshot({ path: join(shots, `brief-${theme}-200.png`) });
        await page.setViewportSize({ width: 320, height: 520 });
        await page.screenshot({ path: join(shots, `brief-${theme}-320.png`) });
      }
      assert.deepEqual(trouble, []);
    });
  }
});
