import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { bundlePages } from '../../src/build/pages.mjs';
import { reportHtml } from '../../src/run/report/html.ts';
import { buildReport } from '../../src/run/report/build.ts';
import { writeReport } from '../../src/run/report/write.ts';
import { attack } from './attack.ts';
import type { Browser } from './chromium.ts';
import { openBrowser, openFile, skip } from './chromium.ts';
import { makeRunFolder } from './fixture.ts';

const built = fileURLToPath(new URL('../../dist/webview', import.meta.url));
const odd = `left\u202eright\u2066 nul \u0000 bell \u0007 zero\u200bwidth lone \ud800 tab\tend`;

describe('hostile text in a report', { skip }, () => {
  let browser: Browser;
  let run: ReturnType<typeof makeRunFolder>;
  before(async () => {
    await bundlePages();
    run = makeRunFolder(5, {
      iterations: 3, trajectoriesPerIteration: 4, name: attack,
      change: (one, index) => index > 0 ? one : {
        ...one, id: `0${attack}`, taskId: attack, split: attack, query: attack + odd, tools: [attack, 'Finish'],
        steps: one.steps.map((step) => ({ ...step, thought: attack, action: attack, arguments: odd, observation: `${attack}${'x'.repeat(100_000)}`, reward: { [attack]: 1, ...step.reward } })),
      },
    });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    run?.remove();
  });

  test('is shown as text, and runs, loads and hides nothing', async () => {
    const { page, trouble } = await openFile(browser, await writeReport(run.folder));
    assert.equal(await page.locator('h1').textContent(), attack);
    assert.equal(await page.title(), `${attack} \u00b7 StepTool report`);
    await page.locator('.list li', { hasText: 'onerror' }).first().click();
    const detail = page.locator('.trajectory');
    assert.equal(await detail.locator('.step .text').first().textContent(), attack);
    assert.equal(await page.locator('img, a[href^="javascript"], main script, main style').count(), 0);
    assert.ok((await detail.locator('code.action').first().textContent())?.startsWith('<img src=x'));
    assert.deepEqual(trouble, []);
    await page.close();
  });

  test('marks that turn or hide text become visible codes', async () => {
    const { page } = await openFile(browser, await writeReport(run.folder));
    await page.locator('.list li', { hasText: 'onerror' }).first().click();
    const codes = await page.locator('.trajectory .query .unseen').allTextContents();
    assert.deepEqual(codes, ['U+202E', 'U+2066', 'U+0000', 'U+0007', 'U+200B']);
    assert.doesNotMatch((await page.locator('.trajectory').textContent()) ?? '', /[\u202e\u2066\u0000\u0007\u200b]/);
    await page.close();
  });

  test('a line of 100,000 characters starts short and opens a piece at a time', async () => {
    const data = await buildReport(run.folder);
    const [first, ...others] = data.trajectories;
    const line = 'y'.repeat(100_000);
    const long = { ...first, steps: first.steps.map((step) => ({ ...step, observation: line })) };
    const page1 = join(run.folder, 'long.html');
    const [script, style] = await Promise.all(['report.js', 'report.css'].map((name) => readFile(join(built, name), 'utf8')));
    await writeFile(page1, reportHtml({ ...data, trajectories: [long, ...others] }, { script, style }));
    const { page, trouble } = await openFile(browser, page1);
    const text = page.locator('.step .given .text').first();
    const length = async (): Promise<number> => (await text.textContent())?.replace('\u2026', '').length ?? 0;
    assert.equal(await length(), 700);
    const more = page.locator('.step .given .more').first();
    await more.click();
    assert.equal(await length(), 20_700);
    for (let i = 0; i < 4; i++) await more.click();
    assert.equal(await length(), line.length);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'the line wraps');
    await more.click();
    assert.equal(await length(), 700);
    assert.deepEqual(trouble, []);
    await page.close();
  });

  test('a page without data, or with data of another version, says so', async () => {
    const html = await readFile(await writeReport(run.folder), 'utf8');
    const broken = join(run.folder, 'broken.html');
    await writeFile(broken, html.replace('{"version":1,', '{"version":99,'));
    const { page } = await openFile(browser, broken);
    assert.match((await page.locator('[role="alert"]').textContent()) ?? '', /version 99.*steptool report/s);
    await page.close();
  });
});
