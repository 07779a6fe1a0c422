/**
 * The pages in an editor that speaks another language: here one in which every text stands in brackets. What has letters of
 * ours outside of brackets did not go through l10n. The data is Greek, so that none of it is taken for ours.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { bundlePages } from '../../src/build/pages.mjs';
import { runPath } from '../../src/run/folder/paths.ts';
import type { Trajectory } from '../../src/world/trajectory.ts';
import { inEnglish } from '../editor/fake-parts.ts';
import { Editor } from '../editor/fake.ts';
import { openBrief } from './brief-page.ts';
import { openBrowser, skip, type Browser } from './chromium.ts';
import { makeRunFolder } from './fixture.ts';
import { openTrajectoryPage, writeTokens } from './trajectory-page.ts';

/** Makes an editor speak in brackets. */
function inBrackets(editor: Editor): Editor {
  Object.assign(editor.host.api, { l10n: { t: (text: string, ...values: unknown[]) => `\u27e6${inEnglish(text, ...values)}\u27e7` } });
  return editor;
}

const greek = (text: string): string => Array.from(text, (letter) => (/[a-z]/i.test(letter) ? String.fromCodePoint(0x3b1 + (letter.toLowerCase().codePointAt(0)! - 97) % 24) : letter)).join('');

/** Trajectories whose every text is Greek; reward parts keep those names that StepTool gives. */
const inGreek = (one: Trajectory): Trajectory => ({
  ...one, id: greek(one.id), taskId: greek(one.taskId), split: greek(one.split), query: greek(one.query), tools: one.tools.map(greek),
  steps: one.steps.map((step) => ({
    ...step, thought: greek(step.thought), action: greek(step.action), arguments: greek(step.arguments), observation: greek(step.observation),
    reward: Object.fromEntries(Object.entries(step.reward).map(([part, value]) => [part === 'step' ? part : greek(part), value])),
  })),
});

/** The texts of a page, read or only heard, that have letters of ours outside of brackets. */
async function untranslated(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node instanceof Element) for (const name of ['aria-label', 'title', 'placeholder', 'alt']) found.push(node.getAttribute(name) ?? '');
      else if (!node.parentElement?.closest('script, style, kbd, .token-run')) found.push(node.textContent ?? '');
    }
    return found;
  });
  const bare = (text: string): string => {
    text = text.replace(/\b\d{8}-\d{6}-[0-9a-f]{4}\b/g, ''); // the id of a run
    for (let before = ''; before !== text; ) [before, text] = [text, text.replace(/\u27e6[^\u27e6\u27e7]*\u27e7/g, '')];
    return text;
  };
  return [...new Set(texts.filter((text) => /[A-Za-z]{2}/.test(bare(text))))];
}

describe('pages in another language', { skip }, () => {
  let browser: Browser;
  before(async () => { await bundlePages(); browser = await openBrowser(); });
  after(() => browser?.close());

  test('the trajectory page says nothing in English: list, trajectory, tokens, scores, comparison, broken lines', async (t) => {
    const made = makeRunFolder(3, { iterations: 3, trajectoriesPerIteration: 8, name: greek('Quickstart'), change: inGreek });
    t.after(made.remove);
    const path = runPath.trajectories(made.folder);
    const lines = readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Trajectory);
    writeTokens(made.folder, lines);
    const { page, trouble } = await openTrajectoryPage(browser, made.folder, { editor: inBrackets(new Editor()), wanted: { iteration: 1 } });
    await page.waitForSelector('.trajectory');
    await page.locator('.keys-help summary').click();
    await page.locator('.tools summary').click();
    assert.deepEqual(await untranslated(page), []);
    await page.fill('.more-filters vscode-text-field >> nth=4 >> input', '1..x');
    await page.waitForSelector('.range-problem:not(:empty)');
    await page.locator('.virtual-list').focus();
    await page.mouse.move(0, 0); // over a token it would have the page say that token's text, which is the data's
    for (const key of ['t', 'l', 's', 'S']) await page.keyboard.press(key);
    await page.waitForSelector('.legend');
    await page.waitForSelector('.score-form');
    assert.deepEqual(await untranslated(page), []);
    await page.fill('.score-form input[type="number"] >> nth=0', '0.5');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.given-score');
    await page.keyboard.press('m');
    await page.waitForSelector('.sides');
    assert.deepEqual((await untranslated(page)).filter((text) => text !== 'ada'), []);
    assert.deepEqual(trouble, []);
    await page.close();

    writeFileSync(path, `no JSON\n{}\n{"steps":[{}]}\n${JSON.stringify({ ...lines[0], steps: [] })}\n`);
    const broken = await openTrajectoryPage(browser, made.folder, { editor: inBrackets(new Editor()) });
    for (const line of [0, 1, 2, 3]) {
      await broken.page.locator(`#row-${line}`).click();
      await broken.page.waitForSelector(line < 2 ? '.reader-content .problem' : line === 2 ? '.lacks' : '.reader-content .steps, .reader-content .empty');
      // what a line lacks are names of fields, and a line without an id is called by its number
      assert.deepEqual((await untranslated(broken.page)).filter((text) => !/line 3|lacks/.test(text)), []);
    }
    await broken.page.close();
  });

  test('nor does the sidebar\u2019s brief, empty or filled', async (t) => {
    const made = makeRunFolder(3, { iterations: 1, trajectoriesPerIteration: 2, change: inGreek });
    t.after(made.remove);
    const [first] = readFileSync(runPath.trajectories(made.folder), 'utf8').split('\n');
    const one = JSON.parse(first) as Trajectory;
    const { page, trouble, select } = await openBrief(t, browser, [{ ...one, steps: one.steps.map((step, index) => ({ ...step, action: index === 0 ? '' : step.action })) }], { prepare: inBrackets });
    await page.waitForSelector('.empty');
    assert.deepEqual(await untranslated(page), []);
    await select(0);
    assert.deepEqual(await untranslated(page), []);
    assert.deepEqual(trouble, []);
  });
});
