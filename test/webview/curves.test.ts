import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { bundlePages } from '../../src/build/pages.mjs';
import { chartsOf } from '../../src/run/report/plans.ts';
import type { Browser } from './chromium.ts';
import { openBrowser, skip } from './chromium.ts';
import { infoOf, rowsOf, startMessage } from './curve-runs.ts';
import { card, openCurves, pick, pointAt, posted, redrawn, titles, type Opening } from './curves-page.ts';
import { openEditorPage, type EditorPage } from './editor-page.ts';
import { themeNames } from './themes.ts';

describe('the curves page in a browser', { skip, timeout: 900_000 }, () => {
  let browser: Browser;
  before(async () => {
    await bundlePages();
    browser = await openBrowser();
  });
  after(() => browser?.close());

  const open = (opening?: Opening): Promise<EditorPage> => openCurves(browser, opening);

  test('three runs in four themes: every chart in sight is drawn, none breaks the policy', async () => {
    const { page, trouble, setTheme } = await open({ runs: [infoOf(0), infoOf(1), infoOf(2)] });
    const title = 'Pass rate on held-out splits: Phrasings';
    let look = await redrawn(page, title, 0);
    for (const theme of themeNames) {
      await setTheme(theme);
      look = await redrawn(page, title, look);
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
    // Near the bottom of the chart, where the second run is: it learns less.
    await pointAt(page, 'Pass rate on held-out splits: Phrasings', 0.97, 0.75);
    const box = (await plot.boundingBox())!;
    assert.match((await plot.locator('.readout').textContent()) ?? '', /Iteration 60[^]*20260301-100000-00a0[^]*20260301-100001-00a1/);
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
      axis: 'seconds', smoothing: 0, logarithmic: true, grouping: 'run', band: 'range', checkpoints: false, evaluations: true, range: undefined, hidden: ['/runs/quickstart/0'], pinned: [], larger: [], hiddenSeries: [], find: '', folded: false, scroll: 0, runs: ['/runs/quickstart/0', '/runs/quickstart/1'],
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
    await page.locator('li.group').nth(1).waitFor();
    assert.deepEqual(await page.locator('li.group').allInnerTexts(), ['learningRate 0.0003 (2 runs)', 'learningRate 0.001 (2 runs)']);
    await card(page, title).locator('summary').click();
    await card(page, title).locator('thead th').nth(2).waitFor(); // the table is filled when it has opened
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
    await page.locator('vscode-text-field input').fill('');
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
    const png = contents['png'] as unknown as number[];
    assert.deepEqual(png.slice(0, 8), [137, 80, 78, 71, 13, 10, 26, 10]);
    const shown = await card(page, title).locator('canvas').evaluate((canvas) => canvas.clientWidth);
    assert.equal(Buffer.from(png).readUInt32BE(16), 2 * shown, 'twice as sharp as the screen');
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

  test('a run of one iteration: the point stands on axes that mean something', async () => {
    const opened = await open({ last: 1 });
    const { page, posted: all } = opened;
    const ticks: Record<string, string[]> = {};
    for (const title of ['Pass rate on held-out splits', 'Pass rate in training', 'Tool failures']) {
      await card(page, title).scrollIntoViewIfNeeded();
      await redrawn(page, title, 0);
      await card(page, title).getByRole('button', { name: `Export ${title} as SVG` }).click();
      const { content } = await posted(opened, 'save');
      all.length = 0;
      ticks[title] = [...(content as string).matchAll(/<text [^>]*text-anchor="(?:end|middle)"[^>]*>([^<]*)</g)].map(([, text]) => text.replace('\u2009', ' '));
      assert.match(content as string, /<path d="M[\d.]+ [\d.]+m-3 0a3 3/, 'the point itself is drawn');
    }
    assert.deepEqual(ticks, {
      'Pass rate on held-out splits': ['30 %', '35 %', '40 %', '45 %', '50 %', '55 %', '60 %', '0', '1', 'Iteration'],
      'Pass rate in training': ['40 %', '42 %', '44 %', '46 %', '48 %', '50 %', '52 %', '0', '1', 'Iteration'],
      'Tool failures': ['24 %', '26 %', '28 %', '30 %', '32 %', '34 %', '36 %', '0', '1', 'Iteration'],
    });
    await page.close();
  });

  test('what stands beside the cursor stays inside of its card, wherever the cursor is, and names the runs', async () => {
    const { page } = await open({ runs: Array.from({ length: 12 }, (_, i) => infoOf(i)) });
    const figure = card(page, 'Combined reward');
    for (const width of [1280, 420, 320]) {
      await page.setViewportSize({ width, height: 900 });
      await page.waitForFunction((most) => document.querySelector('canvas')!.getBoundingClientRect().width < most, width);
      for (const share of [0.2, 0.45, 0.55, 0.9]) {
        await pointAt(page, 'Combined reward', share, 0.4);
        const beyond = await figure.evaluate((element) => {
          const [outer, inner] = [element.getBoundingClientRect(), element.querySelector('.readout')!.getBoundingClientRect()];
          return [outer.left - inner.left, inner.right - outer.right, outer.top - inner.top, inner.bottom - outer.bottom].filter((pixels) => pixels > 0);
        });
        assert.deepEqual(beyond, [], `${width} px, ${share}`);
      }
      const cut = await figure.locator('.readout .label > :last-child').evaluateAll((tails) => tails.filter((tail) => tail.scrollWidth > tail.clientWidth + 1 || tail.getBoundingClientRect().right > tail.parentElement!.getBoundingClientRect().right + 1).length);
      assert.equal(cut, 0, 'the end of a name, by which runs differ, is never cut');
    }
    assert.match(await figure.locator('.readout').innerText(), /\+ \d/, 'more than there is room for are counted');
    await page.close();
  });

  test('beside the axes nothing is pointed at; zoomed in, the cursor takes the part along', async () => {
    const opened = await open({ state: { range: { from: 20, to: 30 } } });
    const { page, posted: all, state } = opened;
    await redrawn(page, 'Combined reward', 0);
    const plot = card(page, 'Combined reward').locator('.plot');
    const box = (await plot.boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height - 4);
    await page.mouse.click(box.x + 4, box.y + box.height / 2);
    assert.equal(await plot.locator('.readout').isHidden(), true);
    assert.deepEqual(all.filter(({ type }) => type === 'open'), []);
    await page.keyboard.press('End');
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const { iteration } = await posted(opened, 'open');
    const { range } = (await state()) as { range: { from: number; to: number } };
    assert.deepEqual([range.to, range.to - range.from], [iteration, 10]);
    assert.ok(iteration > 31);
    for (let i = 0; i < 5; i++) await page.keyboard.press('-');
    assert.equal(((await state()) as { range?: unknown }).range, undefined, 'zoomed out all is shown, and no more');
    await page.close();
  });

  test('a page that was hidden comes back as it was: place, series, what was looked for, the closed table', async () => {
    const first = await open({ last: 40 });
    await card(first.page, 'Reward parts').getByRole('button', { name: 'Contribution' }).click();
    await first.page.mouse.wheel(0, 700);
    await first.page.waitForFunction(() => (window as unknown as { kept(): { scroll: number } }).kept().scroll > 300);
    const kept = (await first.state()) as { scroll: number };
    const second = await open({ last: 40, state: kept });
    await second.page.waitForFunction((goal) => Math.abs(scrollY - goal) < 2, kept.scroll);
    assert.equal(await card(second.page, 'Reward parts').getByRole('button', { name: 'Contribution' }).getAttribute('aria-pressed'), 'false');
    const third = await open({ runs: [infoOf(0), infoOf(1)], state: { find: 'entropy', folded: true } });
    assert.deepEqual(await titles(third.page), ['Entropy']);
    assert.equal(await third.page.locator('vscode-text-field input').inputValue(), 'entropy');
    assert.equal(await third.page.locator('details.settings').evaluate((details) => (details as HTMLDetailsElement).open), false);
    await third.page.locator('details.settings > summary').click();
    await third.page.waitForFunction(() => (window as unknown as { kept(): { folded: boolean } }).kept().folded === false);
    for (const { page } of [first, second, third]) await page.close();
  });

  test('by keyboard the grouping is chosen without losing the place; hidden runs leave the table of differences', async () => {
    const { page } = await open({ runs: [0, 1, 2].map((i) => infoOf(i)) });
    await page.locator('vscode-dropdown[aria-label="One line for"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('vscode-dropdown[aria-label="Band over runs"]').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'One line for');
    assert.deepEqual(await page.locator('.differences tbody th').allTextContents(), ['seed', 'algorithm.learningRate']);
    await page.locator('.run', { hasText: '00a1' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.differences thead th').length === 3);
    assert.deepEqual(await page.locator('.differences tbody th').allTextContents(), ['seed']);
    await page.close();
  });

  test('a data table grows in place: rows that were there are the same elements', async () => {
    const { page, send } = await open({ runs: [infoOf(0, { status: 'running' })], last: 5 });
    const steps = card(page, 'Steps per episode');
    await steps.scrollIntoViewIfNeeded();
    await steps.locator('summary').click();
    await steps.locator('tbody tr').nth(4).waitFor();
    const [own, beside] = await Promise.all(['Steps per episode', 'Tool failures'].map((title) => card(page, title).evaluate((figure) => figure.getBoundingClientRect().height)));
    assert.ok(own > beside + 50, 'the charts beside it keep their size');
    await steps.locator('tbody tr').first().evaluate((row) => { row.id = 'first'; });
    await send(rowsOf(0, 6, 8));
    await steps.locator('tbody tr').nth(7).waitFor();
    assert.equal(await steps.locator('tbody tr').first().getAttribute('id'), 'first');
    assert.equal(await steps.locator('tbody th').last().textContent(), '8');
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
    await steps.locator('.pager', { hasText: 'Rows 1 to 200 of 450' }).waitFor();
    assert.equal(await steps.locator('tbody tr').count(), 200);
    await steps.getByRole('button', { name: 'Later rows' }).click();
    await steps.getByRole('button', { name: 'Later rows' }).click();
    await steps.getByRole('status').filter({ hasText: 'Rows 401 to 450 of 450' }).waitFor();
    assert.equal(await steps.locator('tbody th').last().textContent(), '450');
    assert.equal(await steps.getByRole('button', { name: 'Later rows' }).isDisabled(), true);
    await page.close();
  });

  test('a warm start is drawn over its own updates; zoomed in it leaves the others alone, and there are no trajectories behind it', async () => {
    const opened = await open();
    const { page, send, posted: all, state, trouble } = opened;
    const updates = Float64Array.from({ length: 50 }, (_, i) => i + 1);
    const zeros = new Float64Array(50);
    await send({ type: 'charts', charts: chartsOf(['reward/step', 'warmStart/update', 'warmStart/loss']) });
    await send({ type: 'rows', run: 0, restart: false, count: 50, columns: { iteration: zeros, updates: zeros, tokens: zeros, seconds: zeros, 'warmStart/update': updates, 'warmStart/loss': updates.map((update) => 1 + 5 / update) } });
    const whole = await redrawn(page, 'Loss of the warm start', 0);
    const other = await redrawn(page, 'Combined reward', 0);
    await pick(page, 'Horizontal axis', 'seconds');
    await redrawn(page, 'Combined reward', other);
    await card(page, 'Loss of the warm start').locator('.plot').focus();
    await page.keyboard.press('End');
    assert.match((await card(page, 'Loss of the warm start').locator('[role="status"]').first().textContent()) ?? '', /^Updates 50, Loss: 1\.\d+/);
    await page.keyboard.press('+');
    const part = await redrawn(page, 'Loss of the warm start', whole);
    assert.deepEqual([((await state()) as { range?: unknown }).range, await page.locator('.zoom vscode-button').count()], [undefined, 0]);
    await page.keyboard.press('Enter');
    await page.keyboard.press('0');
    await redrawn(page, 'Loss of the warm start', part);
    assert.deepEqual([all.filter(({ type }) => type === 'open'), trouble], [[], []]);
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
