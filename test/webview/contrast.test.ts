/** Every text of the editor's pages can be read in all four themes, what is wrong with a run or a filter included. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { bundlePages } from '../../src/build/pages.mjs';
import { readFileSync } from 'node:fs';
import { runPath } from '../../src/run/folder/paths.ts';
import type { Trajectory } from '../../src/world/trajectory.ts';
import { openBrief } from './brief-page.ts';
import { openBrowser, skip, type Browser } from './chromium.ts';
import { dimTexts } from './contrast.ts';
import { chartsMessage, infoOf, rowsOf, startMessage } from './curve-runs.ts';
import { openEditorPage } from './editor-page.ts';
import { makeRunFolder } from './fixture.ts';
import { themeNames } from './themes.ts';
import { openTrajectoryPage, writeTokens } from './trajectory-page.ts';

describe('contrast', { skip, timeout: 900_000 }, () => {
  let browser: Browser;
  let run: ReturnType<typeof makeRunFolder>;
  let lines: Trajectory[];
  before(async () => {
    await bundlePages();
    run = makeRunFolder(3, { iterations: 2, trajectoriesPerIteration: 6 });
    lines = readFileSync(runPath.trajectories(run.folder), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Trajectory);
    writeTokens(run.folder, lines.filter(({ split }) => split === 'train'));
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    run?.remove();
  });

  for (const theme of themeNames) {
    test(`curves in ${theme}`, async () => {
      const { page, send } = await openEditorPage(browser, 'curves', { theme });
      await page.waitForFunction(() => document.querySelector('main > p'));
      await send(startMessage([infoOf(0), infoOf(1, { status: 'interrupted', problem: 'The run is gone.' }), infoOf(2, { status: 'running' })]));
      await send(chartsMessage);
      for (const each of [0, 1, 2]) await send(rowsOf(each, 0, 30));
      await page.waitForSelector('.curve canvas[aria-label]');
      await page.locator('.run').first().click();
      assert.deepEqual(await dimTexts(page), []);
      await page.close();
    });

    test(`trajectories in ${theme}`, async () => {
      const { page } = await openTrajectoryPage(browser, run.folder, { theme, wanted: { iteration: 1 }, state: { filter: {}, tokens: 'entropy' }, size: { width: 1200, height: 900 } });
      await page.waitForSelector('.token-body');
      await page.getByRole('textbox', { name: 'Range of rewards' }).fill('2..1');
      await page.waitForSelector('.range-problem:has-text("Write")');
      await page.waitForFunction(() => document.querySelector('.trajectory .step .badge'));
      assert.deepEqual(await dimTexts(page), []);
      await page.close();
    });

    test(`a trajectory in brief in ${theme}`, async (t) => {
      const live = await openBrief(t, browser, lines, { theme });
      await live.select(0, 0);
      await live.page.locator('button.row').nth(1).hover();
      assert.deepEqual(await dimTexts(live.page), []);
    });
  }
});
