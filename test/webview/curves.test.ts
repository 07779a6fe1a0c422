import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { bundlePages } from '../../src/build/pages.mjs';
import type { FromPage, RunInfo } from '../../webview/curves/protocol.ts';
import type { Browser } from './chromium.ts';
import { openBrowser, skip } from './chromium.ts';
import { chartsMessage, infoOf, rowsOf, startMessage } from './curve-runs.ts';
import { openEditorPage, type EditorPage } from './editor-page.ts';
import { themeNames, type ThemeName } from './themes.ts';

/** A sum over a card's pixels: changes when what is drawn does. Zero for a blank canvas. */
const painted = (page: Page, title: string): Promise<number> => page.evaluate((wanted) => {
  const figure = [...document.querySelectorAll('figure.curve')].find((each) => each.querySelector('h4')?.textContent === wanted);
  const canvas = figure?.querySelector('canvas');
  if (!canvas || canvas.width === 0) return 0;
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0) sum = (sum * 31 + data[i] * 65_536 + data[i + 1] * 256 + data[i + 2] + i) >>> 0;
  return sum;
}, title);

/** Waits until a chart looks other than it did, and gives its new look. */
async function redrawn(page: Page, title: string, last: number): Promise<number> {
  for (;;) {
    const now = await painted(page, title);
    if (now !== 0 && now !== last) return now;
    await page.waitForTimeout(30);
  }
}

const card = (page: Page, title: string) => page.locator('figure.curve', { has: page.getByRole('heading', { name: title, exact: true }) });
const titles = (page: Page): Promise<string[]> => page.locator('figure.curve h4').allTextContents();
async function pick(page: Page, name: string, value: string): Promise<void> {
  await page.locator(`vscode-dropdown[aria-label="${name}"]`).click();
  await page.locator(`vscode-dropdown[aria-label="${name}"] vscode-option[value="${value}"]`).click();
}
async function posted<T extends FromPage['type']>({ page, posted: all }: EditorPage, type: T): Promise<Extract<FromPage, { type: T }>> {
  for (;;) {
    const found = all.find((message) => message.type === type);
    if (found) return found as Extract<FromPage, { type: T }>;
    await page.waitForTimeout(30);
  }
}

describe('the curves page in a browser', { skip, timeout: 900_000 }, () => {
  let browser: Browser;
  before(async () => {
    await bundlePages();
    browser = await openBrowser();
  });
  after(() => browser?.close());

  interface Opening { readonly runs?: readonly RunInfo[]; readonly last?: number; readonly theme?: ThemeName; readonly state?: unknown }
  async function open({ runs = [infoOf(0)], last = 60, theme, state }: Opening = {}): Promise<EditorPage> {
    const opened = await openEditorPage(browser, 'curves', { theme, state });
    await posted(opened, 'ready');
    await opened.send(startMessage(runs));
    await opened.send(chartsMessage);
    for (const run of runs.keys()) await opened.send(rowsOf(run, 0, last, run % 2 ? 0.6 : 1));
    await opened.page.waitForSelector('.curve canvas[aria-label]');
    return opened;
  }

  test('three runs in four themes: every chart in sight is drawn, none breaks the policy', async () => {
    const { page, trouble, setTheme } = await open({ runs: [infoOf(0), infoOf(1), infoOf(2)] });
    let look = 0;
    for (const theme of themeNames) {
      await setTheme(theme);
      look = await redrawn(page, 'Pass rate on held-out splits: Phrasings', look);
    }
    assert.match((await page.locator('canvas').first().getAttribute('aria-label')) ?? '', /^Pass rate on held-out splits: Phrasings\. 20260301-100000-00a0 from 50\.0\s% to .*The data table below/);
    assert.deepEqual(trouble, []);
    await page.close();
  });

  test('further rows are drawn as they come, and the list says how far a run is', async () => {
    const { page, send } = await open({ runs: [infoOf(0, { status: 'running' })] });
    const before = await redrawn(page, 'Reward parts', 0);
    await send(rowsOf(0, 61, 75));
    await redrawn(page, 'Reward parts', before);
    await page.waitForFunction(() => document.querySelector('.runs .progress')?.textContent === 'Iteration 75');
    await send({ type: 'run', run: 0, info: infoOf(0, { status: 'interrupted', problem: 'The run\u2019s folder is gone.' }) });
    await page.waitForSelector('.runs [role="alert"]');
    assert.match(await page.locator('.runs').innerText(), /interrupted[^]*The run\u2019s folder is gone\./);
    await page.close();
  });

  test('by keyboard: to a point, zoom around it, back, and to its trajectories', async () => {
    const opened = await open();
    const { page, trouble } = opened;
    const plot = card(page, 'Combined reward').locator('.plot');
    await plot.focus();
    const whole = await redrawn(page, 'Combined reward', 0);
    await page.keyboard.press('End');
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
    const spoken = card(page, 'Combined reward').locator('[role="status"]').first();
    assert.match((await spoken.textContent()) ?? '', /^Iteration 57, Combined: 0\.\d+, recorded 0\.\d+$/);
    await page.keyboard.press('+');
    const part = await redrawn(page, 'Combined reward', whole);
    await page.waitForSelector('.zoom vscode-button');
    await page.keyboard.press('0');
    await redrawn(page, 'Combined reward', part);
    await page.keyboard.press('Enter');
    assert.deepEqual(await posted(opened, 'open'), { type: 'open', run: 0, iteration: 57 });
    assert.deepEqual(trouble, []);
    await page.close();
  });

  test('by pointer: values beside it, a click to the trajectories of that run and iteration, a drag to zoom', async () => {
    const opened = await open({ runs: [infoOf(0), infoOf(1)] });
    const { page, posted: all } = opened;
    const look = await redrawn(page, 'Pass rate on held-out splits: Phrasings', 0);
    const plot = card(page, 'Pass rate on held-out splits: Phrasings').locator('.plot');
    const box = (await plot.boundingBox())!;
    // Near the bottom of the chart, where the second run is: it learns less.
    await page.mouse.move(box.x + box.width * 0.97, box.y + box.height * 0.75);
    await page.waitForSelector('.readout:not([hidden])');
    assert.match(await plot.locator('.readout').innerText(), /Iteration 60[^]*20260301-100000-00a0[^]*20260301-100001-00a1/);
    await page.mouse.down();
    await page.mouse.up();
    assert.deepEqual(await posted(opened, 'open'), { type: 'open', run: 1, iteration: 60 });
    await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await redrawn(page, 'Pass rate on held-out splits: Phrasings', look);
    assert.match(await page.locator('.zoom').innerText(), /Iteration: \d+ to \d+/);
    assert.equal(all.filter(({ type }) => type === 'open').length, 1, 'a drag opens nothing');
    await page.close();
  });

  test('axis, smoothing, scale, marks and hiding each redraw, and the page keeps them', async () => {
    const { page, state } = await open({ runs: [infoOf(0), infoOf(1)] });
    const title = 'Pass rate on held-out splits: Phrasings';
    let look = await redrawn(page, title, 0);
    await pick(page, 'Horizontal axis', 'seconds');
    look = await redrawn(page, title, look);
    await page.locator('vscode-checkbox', { hasText: 'Logarithmic' }).click();
    look = await redrawn(page, title, look);
    await page.locator('vscode-checkbox', { hasText: 'Checkpoints' }).click();
    look = await redrawn(page, title, look);
    await page.locator('vscode-checkbox', { hasText: 'Evaluations' }).click();
    look = await redrawn(page, title, look);
    await page.locator('.run').first().click();
    await redrawn(page, title, look);
    assert.equal(await page.locator('.run').first().getAttribute('aria-pressed'), 'false');
    await page.locator('.toolbar input[type="range"]').fill('0');
    assert.deepEqual(await state(), {
      axis: 'seconds', smoothing: 0, logarithmic: true, grouping: 'run', band: 'range', checkpoints: false, evaluations: true, range: undefined, hidden: ['/runs/quickstart/0'], pinned: [], larger: [], runs: ['/runs/quickstart/0', '/runs/quickstart/1'],
    });
    await page.close();
  });

  test('runs that differ in seeds become one line with a band; settings that differ stand in a table', async () => {
    const { page, trouble } = await open({ runs: [0, 1, 2, 3].map((i) => infoOf(i)) });
    const title = 'Pass rate on held-out splits: Phrasings';
    const look = await redrawn(page, title, 0);
    const cells = await page.locator('.differences tr').evaluateAll((rows) => rows.map((row) => [...row.children].map((one) => one.textContent).join(' ')));
    assert.deepEqual(cells.slice(1), ['seed 7 7 8 8', 'algorithm.learningRate 0.0003 0.001 0.0003 0.001']);
    await pick(page, 'One line for', 'seeds');
    await redrawn(page, title, look);
    assert.deepEqual(await page.locator('li.group').allInnerTexts(), ['learningRate 0.0003 (2 runs)', 'learningRate 0.001 (2 runs)']);
    await card(page, title).locator('summary').click();
    assert.deepEqual(await card(page, title).locator('thead th').allTextContents(), ['Iteration', 'learningRate 0.0003 (2 runs)', 'learningRate 0.001 (2 runs)']);
    assert.deepEqual(trouble, []);
    await page.close();
  });

  test('a pinned chart comes to the top and stays there; a chart is found by its name', async () => {
    const { page, state } = await open();
    await card(page, 'Entropy').getByRole('button', { name: 'Pin' }).click();
    assert.equal((await titles(page))[0], 'Entropy');
    await card(page, 'Entropy').getByRole('button', { name: 'Larger' }).click();
    assert.ok(await card(page, 'Entropy').evaluate((figure) => figure.classList.contains('wide')));
    await page.locator('vscode-text-field input').pressSequentially('clip');
    assert.deepEqual(await titles(page), ['Clip fraction']);
    await page.locator('vscode-text-field input').pressSequentially('xyz');
    assert.match(await page.locator('.curves').innerText(), /No chart has \u201cclipxyz\u201d in its name/);
    const again = await open({ state: await state() });
    assert.equal((await titles(again.page))[0], 'Entropy');
    await page.close();
    await again.page.close();
  });

  test('exports: a PNG that is one, an SVG that parses and runs nothing, a CSV with every value', async () => {
    const hostile = '<script>alert(1)</script>]]>&"\u0000';
    const opened = await open({ runs: [infoOf(0, { name: hostile, id: '' }), infoOf(1)] });
    const { page, posted: all, trouble } = opened;
    const title = 'Pass rate on held-out splits: Phrasings';
    await redrawn(page, title, 0);
    const contents: Record<string, unknown> = {};
    for (const kind of ['PNG', 'SVG', 'CSV']) {
      await card(page, title).getByRole('button', { name: `Export ${title} as ${kind}` }).click();
      const saved = await posted(opened, 'save');
      contents[saved.kind] = saved.content;
      all.length = 0;
    }
    assert.deepEqual((contents['png'] as unknown as number[]).slice(0, 8), [137, 80, 78, 71, 13, 10, 26, 10]);
    const parsed = await page.evaluate((text) => {
      const xml = new DOMParser().parseFromString(text, 'image/svg+xml');
      return { error: xml.querySelector('parsererror')?.textContent ?? '', scripts: xml.querySelectorAll('script').length, paths: xml.querySelectorAll('path').length, texts: [...xml.querySelectorAll('text')].map((one) => one.textContent) };
    }, contents['svg'] as string);
    assert.deepEqual([parsed.error, parsed.scripts], ['', 0]);
    assert.ok(parsed.paths >= 6 && parsed.texts.includes(title) && parsed.texts.some((one) => one?.includes('<script>')));
    const lines = (contents['csv'] as string).trimEnd().split('\r\n');
    assert.equal(lines.length, 1 + 7);
    assert.match(lines[1], /^0,0\.5,/);
    assert.deepEqual(trouble, []);
    await page.close();
  });

  test('hostile names of runs, settings and metrics are text', async () => {
    const attack = '<img src=x onerror="alert(1)">\u202e';
    const { page, send, trouble } = await open({ runs: [infoOf(0, { name: attack, settings: [[attack, JSON.stringify(attack)]], problem: attack, status: attack }), infoOf(1, { settings: [[attack, '1']] })] });
    await send({ type: 'charts', charts: [{ id: `a/${attack}`, title: attack, description: attack, group: attack, format: 'number', sparse: false, series: [{ name: 'policy/kl', label: attack }] }] });
    await page.waitForFunction(() => document.querySelectorAll('figure.curve').length === 1);
    await page.waitForSelector('.curve canvas[aria-label]');
    assert.equal(await page.locator('img').count(), 0);
    assert.deepEqual(trouble, []);
    await page.close();
  });

  test('the data table shows a long run a page at a time', async () => {
    const { page } = await open({ last: 450 });
    const steps = card(page, 'Steps per episode');
    await steps.scrollIntoViewIfNeeded();
    await steps.locator('summary').click();
    await steps.getByText('Rows 1 to 200 of 450').waitFor();
    assert.equal(await steps.locator('tbody tr').count(), 200);
    await steps.getByRole('button', { name: 'Later rows' }).click();
    await steps.getByRole('button', { name: 'Later rows' }).click();
    await steps.getByText('Rows 401 to 450 of 450').waitFor();
    assert.equal(await steps.locator('tbody th').last().textContent(), '450');
    assert.equal(await steps.getByRole('button', { name: 'Later rows' }).isDisabled(), true);
    await page.close();
  });

  test('a run without metrics says what is to come; one that cannot be read says why', async () => {
    const opened = await openEditorPage(browser, 'curves');
    await posted(opened, 'ready');
    await opened.send(startMessage([infoOf(0, { status: '', settings: [] })]));
    await opened.page.getByText('Reading the run\u2026').waitFor();
    await opened.send({ type: 'run', run: 0, info: infoOf(0, { status: '', problem: '/runs/x is no run folder: it has no run.json.' }) });
    await opened.page.getByText('No metrics yet').waitFor();
    await opened.page.locator('.runs [role="alert"]').getByText('is no run folder').waitFor();
    await opened.page.close();
  });

  test('the page fits a narrow window, and text at twice its size', async () => {
    const { page, setTheme } = await open({ runs: [infoOf(0), infoOf(1), infoOf(2)] });
    await setTheme('vscode-dark');
    for (const [width, zoom] of [[420, '100%'], [1280, '200%']] as const) {
      await page.setViewportSize({ width, height: 860 });
      await page.evaluate((size) => { document.body.style.zoom = size; }, zoom);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, `${width} px at ${zoom}`);
    }
    await page.close();
  });
});
