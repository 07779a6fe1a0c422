import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { bundlePages } from '../../src/build/pages.mjs';
import { buildReport } from '../../src/run/report/build.ts';
import { writeReport } from '../../src/run/report/write.ts';
import type { ReportData } from '../../webview/report/model.ts';
import type { Browser } from './chromium.ts';
import { openBrowser, openFile, skip } from './chromium.ts';
import { makeRunFolder } from './fixture.ts';

/** Pixels of a canvas that are painted, and how many colours they have. */
const painted = (page: Page, index: number): Promise<{ pixels: number; colours: number; checksum: number }> => page.evaluate((at) => {
  const canvas = document.querySelectorAll('canvas')[at];
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set<number>();
  let pixels = 0;
  let checksum = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] === 0) continue;
    pixels++;
    const colour = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
    colours.add(colour);
    checksum = (checksum * 31 + colour + i) >>> 0;
  }
  return { pixels, colours: colours.size, checksum };
}, index);

const status = (page: Page): Promise<string | null> => page.locator('.browser [role="status"]').textContent();
const chosen = (page: Page): Promise<string | null> => page.locator('.list [aria-selected="true"]').getAttribute('id');
/** Chooses in one of the library's dropdowns as a reader does. */
async function pick(page: Page, name: string, value: string): Promise<void> {
  await page.locator(`vscode-dropdown[aria-label="${name}"]`).click();
  await page.locator(`vscode-dropdown[aria-label="${name}"] vscode-option[value="${value}"]`).click();
}

describe('the report in a browser', { skip }, () => {
  let browser: Browser;
  let run: ReturnType<typeof makeRunFolder>;
  let file: string;
  let data: ReportData;
  before(async () => {
    await bundlePages();
    run = makeRunFolder(3);
    file = await writeReport(run.folder);
    data = await buildReport(run.folder);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    run?.remove();
  });

  for (const scheme of ['light', 'dark'] as const) {
    test(`opens in ${scheme} without a console error, a policy violation or a request, and draws every chart`, async () => {
      const { page, trouble } = await openFile(browser, file, scheme);
      assert.equal(await page.locator('canvas').count(), data.curves.curves.length);
      for (let i = 0; i < data.curves.curves.length; i++) {
        const { pixels, colours } = await painted(page, i);
        assert.ok(pixels > 500 && colours > 3, `chart ${i} is blank: ${pixels} pixels, ${colours} colours`);
      }
      for (const canvas of await page.locator('canvas').all()) {
        assert.equal(await canvas.getAttribute('role'), 'img');
        assert.match((await canvas.getAttribute('aria-label')) ?? '', /from .* to /);
      }
      assert.equal(await page.evaluate(() => document.body.classList.contains('vscode-dark')), scheme === 'dark');
      assert.deepEqual(trouble, []);
      await page.close();
    });
  }

  test('charts follow the system from light to dark', async () => {
    const { page, trouble } = await openFile(browser, file, 'light');
    const light = await painted(page, 0);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.waitForFunction(() => document.body.classList.contains('vscode-dark'));
    assert.notEqual((await painted(page, 0)).checksum, light.checksum);
    assert.deepEqual(trouble, []);
    await page.close();
  });

  test('the page fits a narrow window and text at twice its size', async () => {
    const { page } = await openFile(browser, file);
    for (const [width, zoom] of [[420, '100%'], [1280, '200%']] as const) {
      await page.setViewportSize({ width, height: 860 });
      await page.evaluate((size) => { document.documentElement.style.fontSize = size; }, zoom);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, `${width} px at ${zoom}`);
    }
    await page.close();
  });

  test('the data table beside a chart holds the chart\u2019s values', async () => {
    const { page } = await openFile(browser, file);
    const index = data.curves.curves.findIndex((curve) => curve.title === 'Steps per episode');
    const curve = data.curves.curves[index];
    const figure = page.locator('figure.curve').nth(index);
    await figure.locator('summary').click();
    await figure.locator('tbody tr').first().waitFor();
    const cells = await figure.locator('tbody td').allTextContents();
    assert.equal(cells.length, curve.series[0].y.length);
    cells.forEach((cell, i) => assert.ok(Math.abs(Number(cell) - curve.series[0].y[i]) <= 0.0051, `${cell} for ${curve.series[0].y[i]}`));
    const rows = await figure.locator('tbody th').allTextContents();
    assert.deepEqual(rows.map(Number), curve.series[0].at.map((row) => data.curves.rows.iteration[row]));
    await page.close();
  });

  test('axis, smoothing, scale and legend each redraw the chart', async () => {
    const { page, trouble } = await openFile(browser, file);
    const index = data.curves.curves.findIndex((curve) => curve.title === 'Reward parts');
    const figure = page.locator('figure.curve').nth(index);
    let last = (await painted(page, index)).checksum;
    const redrawn = async (what: string): Promise<void> => {
      const now = (await painted(page, index)).checksum;
      assert.notEqual(now, last, what);
      last = now;
    };
    await page.locator('#curves input[type="range"]').fill('0');
    await redrawn('smoothing');
    await pick(page, 'Horizontal axis', 'tokens');
    await redrawn('axis');
    await page.locator('#curves vscode-checkbox').click();
    await redrawn('logarithmic scale');
    const key = figure.locator('.legend button').first();
    await key.click();
    await redrawn('legend');
    assert.equal(await key.getAttribute('aria-pressed'), 'false');
    assert.deepEqual(trouble, []);
    await page.close();
  });

  test('j and k walk through the trajectories from anywhere, arrows within the browser', async () => {
    const { page } = await openFile(browser, file);
    assert.equal(await chosen(page), 'trajectory-row-0');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    assert.equal(await chosen(page), 'trajectory-row-1');
    await page.locator('.list').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    assert.equal(await chosen(page), 'trajectory-row-3');
    await page.keyboard.press('End');
    await page.keyboard.press('j');
    assert.equal(await chosen(page), `trajectory-row-${data.trajectories.length - 1}`, 'stays on the last');
    assert.equal(await status(page), `${data.trajectories.length} of ${data.trajectories.length} trajectories`);
    assert.match((await page.locator('.trajectory').textContent()) ?? '', new RegExp(`iteration ${data.trajectories.at(-1)?.iteration}`));
    await page.close();
  });

  test('filters and search narrow the list; letters typed into the search do not move', async () => {
    const { page } = await openFile(browser, file);
    await pick(page, 'Solved', 'no');
    const unsolved = data.trajectories.filter((one) => !one.solved);
    assert.equal(await status(page), `1 of ${unsolved.length} trajectories`);
    await page.locator('vscode-text-field input').fill('');
    await page.locator('vscode-text-field input').pressSequentially('book_hotel_jk');
    assert.equal(await status(page), 'No trajectory');
    assert.match((await page.locator('.detail').textContent()) ?? '', /No trajectory passes these filters/);
    await page.locator('vscode-text-field input').fill('book_hotel_now');
    const found = unsolved.filter((one) => one.steps.some((step) => step.action === 'book_hotel_now'));
    assert.equal(await status(page), `1 of ${found.length} trajectories`);
    await page.close();
  });

  test('a trajectory shows its mask, its rewards as a matrix, and every step', async () => {
    const { page } = await openFile(browser, file);
    const [first] = data.trajectories;
    assert.equal(await page.locator('.trajectory .step').count(), first.steps.length);
    assert.equal(await page.locator('.trajectory .mask .written').count(), first.steps.length);
    const written = first.steps.reduce((sum, step) => sum + step.tokens.end - step.tokens.start, 0);
    assert.match((await page.locator('.trajectory .mask svg').getAttribute('aria-label')) ?? '', new RegExp(`wrote ${written} of `));
    assert.deepEqual(await page.locator('.matrix thead th').allTextContents(), ['Step', 'SuccCalling', 'Contribution', 'IsSolved', 'KL', 'Combined', 'Advantage', 'Value', 'Return']);
    assert.equal(await page.locator('.matrix tbody tr').count(), first.steps.length);
    await page.locator('.matrix a').last().click();
    assert.equal(await page.evaluate(() => document.activeElement?.id), `step-${first.steps.length - 1}`);
    assert.equal(await page.locator('.pair .brief').count(), 2);
    await page.close();
  });
});
