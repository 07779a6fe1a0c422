/** The sidebar's Trajectory view, host and page together: the page in real Chromium under the policy that the host writes. */
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { bundlePages } from '../../src/build/pages.mjs';
import type { Trajectory } from '../../src/world/trajectory.ts';
import { trajectory } from '../run/folder-help.ts';
import { attack } from './attack.ts';
import { openBrief, screenshot, type BriefOptions, type BriefPage } from './brief-page.ts';
import type { Browser } from './chromium.ts';
import { openBrowser, skip } from './chromium.ts';
import { themeNames } from './themes.ts';

const step = trajectory(1, 0, '').steps[0];
const trajectories: readonly Trajectory[] = [
  {
    ...trajectory(1, 0, ''), taskId: 'combinations/19', split: 'combinations', outcome: 'truncatedTurns', solved: false, query: 'I need the home country of the dish that the home city of Tidram Group is known for.',
    steps: [
      { ...step, action: 'seat_for_firm', reward: { succCalling: 1, contribution: 0.5, step: 0.75 } }, { ...step, index: 1, action: 'local_for_plate', toolOutcome: 'notFound', reward: { step: 0.1 } },
      { ...step, index: 2, action: 'a_tool_with_a_very_long_name_that_never_ends', toolOutcome: 'unknownTool', reward: { step: -0.5 } }, { ...step, index: 3, action: '', toolOutcome: 'unreadableCall', reward: { step: 0 } },
    ],
  },
  { ...trajectory(1, 1, ''), taskId: attack, query: attack + '\u202e'.repeat(3), steps: [{ ...step, action: attack, observation: 'z'.repeat(2_000_000) }] },
];
const open = (t: TestContext, browser: Browser, options?: BriefOptions): Promise<BriefPage> => openBrief(t, browser, trajectories, options);

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
      const live = await open(t, browser, { theme, width: 200 });
      const { page, trouble } = live;
      await live.select(0, 2);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
      await screenshot(live, `brief-${theme}-200`);
      await page.setViewportSize({ width: 320, height: 520 });
      await screenshot(live, `brief-${theme}-320`);
      assert.deepEqual(trouble, []);
    });
  }
});
