/** The trajectory page in a real browser, with its real host side and run folders on the disk. */
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { bundlePages } from '../../src/build/pages.mjs';
import { runPath } from '../../src/run/folder/paths.ts';
import type { Trajectory } from '../../src/world/trajectory.ts';
import { attack } from './attack.ts';
import { openBrowser, skip, type Browser } from './chromium.ts';
import { makeRunFolder } from './fixture.ts';
import { themeNames } from './themes.ts';
import { openTrajectoryPage, writeTokens } from './trajectory-page.ts';

const odd = 'left\u202eright \u001b[31mred zero\u200bwidth';
const long = `{"text":"${'word '.repeat(30_000)}"}`;

const linesOf = (folder: string): Trajectory[] => readFileSync(runPath.trajectories(folder), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Trajectory);
const shown = (page: Page): Promise<string | null> => page.locator('.trajectory header p.muted').textContent();

describe('the trajectory page', { skip }, () => {
  let browser: Browser;
  let run: ReturnType<typeof makeRunFolder>;
  let lines: Trajectory[];
  before(async () => {
    await bundlePages();
    run = makeRunFolder(3, { iterations: 8, trajectoriesPerIteration: 12 });
    lines = linesOf(run.folder);
    writeTokens(run.folder, lines.filter(({ split }) => split === 'train'));
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    run?.remove();
  });

  test('opens at an iteration; keys move through trajectories, steps and failures, and copy what has the focus', async () => {
    const asked: number[] = [];
    const heard = (message: unknown): void => {
      const { ask } = message as { ask?: { kind: string; line: number } };
      if (ask?.kind === 'trajectory') asked.push(ask.line);
    };
    let place: () => void;
    const placed = new Promise<void>((resolve) => { place = resolve; });
    const { page, trouble, clipboard } = await openTrajectoryPage(browser, run.folder, { wanted: { iteration: 5 }, heard, placed });
    await page.waitForSelector('#row-0 .title'); // the list is there long before the file was looked through for the iteration
    place!();
    await page.waitForFunction(() => document.querySelector('.trajectory header p.muted')?.textContent?.startsWith('iteration 5'));
    assert.deepEqual(asked.map((line) => lines[line].iteration), [5], 'no other trajectory was shown before');
    assert.match((await page.locator('.list-status').textContent()) ?? '', /^12 of 102 trajectories/);
    const inFive = lines.flatMap((one, line) => (one.iteration === 5 ? [line] : []));
    await page.locator('.virtual-list').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowDown');
    await page.waitForSelector('#row-2[aria-selected="true"]');
    await page.keyboard.press('End');
    await page.waitForSelector(`#row-${inFive.length - 1}[aria-selected="true"]`);
    const failing = inFive.find((line) => lines[line].steps.some(({ toolOutcome }) => ['invalidArguments', 'unknownTool'].includes(toolOutcome)));
    assert.ok(failing !== undefined, 'the made-up run has a failed step');
    await page.locator(`#row-${inFive.indexOf(failing)}`).scrollIntoViewIfNeeded();
    await page.locator(`#row-${inFive.indexOf(failing)}`).click();
    const { sample, taskId, steps } = lines[failing];
    await page.waitForFunction(([task, n]) => { const text = document.querySelector('.trajectory header p.muted')?.textContent ?? ''; return text.includes(`task ${task} `) && text.includes(`sample ${n} `); }, [taskId, sample + 1] as const);
    await page.keyboard.press('n');
    const failed = steps.findIndex(({ toolOutcome }) => ['invalidArguments', 'unknownTool'].includes(toolOutcome));
    assert.equal(await page.evaluate(() => document.activeElement?.id), `step-${failed}`);
    await page.keyboard.press('c');
    await page.waitForFunction(() => document.querySelector('.said')?.textContent?.includes('clipboard'));
    assert.deepEqual(JSON.parse(clipboard[0]), JSON.parse(JSON.stringify(steps[failed])));
    assert.deepEqual(trouble, []);
    await page.close();
  });

  test('a range of rewards filters the list and is remembered; what is no range filters nothing and says so', async () => {
    const { page, trouble } = await openTrajectoryPage(browser, run.folder);
    await page.waitForSelector('.trajectory');
    await page.locator('.more-filters summary').click();
    const field = page.getByRole('textbox', { name: 'Range of rewards' });
    const total = ({ steps }: Trajectory): number => steps.reduce((sum, { reward }) => sum + (reward['step'] ?? 0), 0);
    const within = lines.filter((one) => total(one) >= 1 && total(one) <= 2).length;
    assert.ok(within > 0 && within < lines.length, 'the made-up run has both');
    await field.fill('1..2');
    await page.waitForFunction((n) => document.querySelector('.list-status')?.textContent?.startsWith(`${n} of 102 `), within);
    for (const reward of await page.locator('.virtual-list .reward').allTextContents()) assert.ok(Number(reward) >= 1 && Number(reward) <= 2, reward);
    assert.deepEqual(await page.evaluate(() => (window as unknown as { keptState: { filter: object } }).keptState.filter), { reward: { low: 1, high: 2 } });
    await field.fill('2..1');
    await page.waitForSelector('.range-problem:has-text("Write two numbers with two dots between them")');
    await page.waitForFunction(() => document.querySelector('.list-status')?.textContent === '102 trajectories');
    await field.fill('');
    await page.waitForSelector('.range-problem:has-text("Write")', { state: 'detached' });
    assert.deepEqual(trouble, []);
    await page.close();
    const again = await openTrajectoryPage(browser, run.folder, { state: { filter: { reward: { low: 1, high: 2 } } } });
    await again.page.waitForFunction((n) => document.querySelector('.list-status')?.textContent?.startsWith(`${n} of 102 `), within);
    assert.equal(await again.page.getByRole('textbox', { name: 'Range of rewards' }).inputValue(), '1..2');
    await again.page.close();
  });

  test('what is typed into two fields at once filters by both; clearing forgets what was just typed', async () => {
    const { page } = await openTrajectoryPage(browser, run.folder);
    await page.waitForSelector('.trajectory');
    const type = (texts: Readonly<Record<string, string>>, clear: boolean): Promise<void> => page.evaluate(([given, clears]) => {
      for (const [name, text] of Object.entries(given)) {
        const field = document.querySelector(`.filters [aria-label="${name}"]`) as HTMLElement & { value: string };
        field.value = text;
        field.dispatchEvent(new Event('input'));
      }
      if (clears) document.querySelector<HTMLElement>('.list-status .more')!.click();
    }, [texts, clear] as const);
    const expected = lines.filter(({ split, iteration }) => split === 'train' && iteration === 8).length;
    await type({ Split: 'train', Iteration: '8' }, false);
    await page.waitForFunction((n) => document.querySelector('.list-status')?.textContent?.startsWith(`${n} of 102 `), expected);
    await type({ Split: 'no such split' }, true);
    await type({ Iteration: '7' }, false); // filters later than what was forgotten would have
    await page.waitForFunction((n) => document.querySelector('.list-status')?.textContent?.startsWith(`${n} of 102 `), lines.filter(({ iteration }) => iteration === 7).length);
    assert.deepEqual(await page.evaluate(() => (window as unknown as { keptState: { filter: { iteration?: number; split?: string } } }).keptState.filter), { iteration: 7 });
    await page.close();
  });

  test('opens at a trajectory of the run by its id, wherever it is, and at the step that is named', async () => {
    const { page } = await openTrajectoryPage(browser, run.folder, { wanted: { id: lines[77].id, iteration: lines[77].iteration, step: 1 } });
    await page.waitForSelector('#row-77[aria-selected="true"]');
    await page.waitForSelector('.trajectory');
    assert.ok((await shown(page))?.includes(`sample ${lines[77].sample + 1}`));
    await page.waitForFunction(() => document.activeElement?.id === 'step-1');
    await page.close();
  });

  test('a score by hand goes beside the automatic value and into annotations.jsonl; undo and redo are lines too', async () => {
    const { page, trouble } = await openTrajectoryPage(browser, run.folder);
    await page.waitForSelector('.trajectory');
    const scored = (): unknown[] => readFileSync(runPath.annotations(run.folder), 'utf8').trim().split('\n').map((line) => { const { value, reason } = JSON.parse(line) as { value: unknown; reason?: unknown }; return [value, reason]; });
    await page.locator('.virtual-list').focus();
    await page.keyboard.press('l');
    await page.keyboard.press('s');
    await page.waitForSelector('.score-form');
    await page.fill('.score-form input >> nth=0', 'contribution');
    await page.fill('.score-form input[type="number"]', '0.25');
    await page.fill('.score-form input >> nth=2', 'it was needed');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.given-score');
    assert.equal(await page.locator('#step-0 .given-score').textContent(), 'ada +0.25 \u270e');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'step-0');
    await page.keyboard.press('u');
    await page.waitForSelector('.given-score', { state: 'detached' });
    await page.keyboard.press('U');
    await page.waitForSelector('.given-score');
    assert.deepEqual(scored(), [[0.25, 'it was needed'], [null, undefined], [0.25, 'it was needed']]);
    assert.deepEqual(trouble, []);
    await page.close();
    const again = await openTrajectoryPage(browser, run.folder);
    await again.page.waitForSelector('.given-score');
    await again.page.close();
  });

  test('the trajectory as a whole is scored too, by key or button, and what is being typed outlives the scores of others', async () => {
    const { page, trouble, session } = await openTrajectoryPage(browser, run.folder, { wanted: { iteration: 2 } });
    await page.waitForFunction(() => document.querySelector('.trajectory header p.muted')?.textContent?.startsWith('iteration 2'));
    await page.locator('.virtual-list').focus();
    await page.keyboard.press('S');
    await page.fill('.whole .score-form input >> nth=0', 'quality');
    await page.fill('.whole .score-form input[type="number"]', '0.75');
    appendFileSync(runPath.annotations(run.folder), '{"trajectory":"another","step":0,"part":"p","author":"judge:m","value":1}\n');
    await session.refresh();
    await page.fill('.whole .score-form input >> nth=2', 'right in the end');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.whole .given-score');
    assert.equal(await page.locator('.whole .given-score').textContent(), 'ada +0.75 \u270e');
    assert.equal(await page.evaluate(() => document.activeElement?.closest('.whole') !== null), true);
    assert.match((await page.locator('.said').textContent()) ?? '', /^Whole trajectory, quality: score kept/);
    const last = JSON.parse(readFileSync(runPath.annotations(run.folder), 'utf8').trim().split('\n').at(-1)!) as { step: unknown; part: unknown; value: unknown };
    assert.deepEqual([last.step, last.part, last.value], [null, 'quality', 0.75]);
    await page.keyboard.press('u');
    await page.waitForSelector('.whole .given-score', { state: 'detached' });
    assert.deepEqual(trouble, []);
    await page.close();
  });

  test('tokens: what the policy wrote has levels, what it was given has none; each token says its numbers', async () => {
    const { page, trouble } = await openTrajectoryPage(browser, run.folder, { wanted: { iteration: 1 }, state: { filter: {}, tokens: 'entropy' } });
    await page.waitForSelector('.token-body');
    assert.ok((await page.locator('.token-body .own[class*="level"]').count()) > 10);
    assert.equal(await page.locator('.token-body .given[class*="level"]').count(), 0);
    assert.match((await page.locator('.legend').getAttribute('aria-label')) ?? '', /entropy/);
    const [first] = lines.filter((one) => one.iteration === 1);
    assert.equal(await page.locator('.token-body .own').count(), first.steps.reduce((sum, { tokens }) => sum + tokens.end - tokens.start, 0));
    await page.locator('.token-body').focus();
    await page.keyboard.press('ArrowRight');
    assert.match((await page.locator('.about-token').textContent()) ?? '', new RegExp(`^Token ${first.steps[0].tokens.start}, id \\d+ .*trained on · log-probability .* · advantage .* · entropy`));
    await page.keyboard.press('t');
    await page.waitForSelector('.token-body', { state: 'detached' });
    assert.deepEqual(trouble, []);
    await page.close();
  });

  test('two attempts at a task stand side by side, step beside step', async () => {
    const { page, trouble } = await openTrajectoryPage(browser, run.folder, { wanted: { iteration: 2 } });
    await page.waitForFunction(() => document.querySelector('.trajectory header p.muted')?.textContent?.startsWith('iteration 2'));
    await page.locator('.virtual-list').focus();
    await page.keyboard.press('m');
    await page.waitForSelector('.sides');
    const heads = await page.locator('.side-head p.muted').allTextContents();
    const task = /task \S+/;
    assert.equal(heads.length, 2);
    assert.equal(task.exec(heads[0])?.[0], task.exec(heads[1])?.[0]);
    assert.notEqual(heads[0], heads[1]);
    const marks = await page.locator('.pair-mark').allTextContents();
    assert.ok(marks.includes('same call'), marks.join());
    assert.deepEqual(trouble, []);
    await page.close();
  });

  test('in a low window the keys stand below the list, which keeps rows in sight, and all can be scrolled to', async () => {
    const { page } = await openTrajectoryPage(browser, run.folder, { wanted: { iteration: 5 }, size: { width: 900, height: 450 } });
    await page.waitForSelector('.trajectory');
    const box = (selector: string) => page.locator(selector).evaluate((element) => { const { top, bottom, height } = element.getBoundingClientRect(); return { top, bottom, height }; });
    const [list, keys] = [await box('.virtual-list'), await box('.keys-help')];
    assert.ok(list.height >= 100, `${list.height}`);
    assert.ok(keys.top >= list.bottom - 1, `${keys.top} below ${list.bottom}`);
    await page.locator('.keys-help summary').scrollIntoViewIfNeeded();
    assert.ok((await box('.keys-help')).bottom <= 451);
    await page.setViewportSize({ width: 900, height: 900 });
    await page.waitForFunction(() => document.querySelector('.left')!.scrollHeight <= innerHeight, undefined, { timeout: 20_000 });
    assert.ok((await box('.virtual-list')).height > 300, 'the list takes what room there is');
    await page.close();
  });

  test('in all four themes nothing offends the policy, and no text runs out of the page', async () => {
    for (const theme of themeNames) {
      const { page, trouble } = await openTrajectoryPage(browser, run.folder, { theme, size: { width: 420, height: 700 } });
      await page.waitForSelector('.trajectory');
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, theme);
      assert.deepEqual(trouble, []);
      await page.close();
    }
  });
});

describe('trajectory files that are not as they should be', { skip }, () => {
  let browser: Browser;
  before(async () => { await bundlePages(); browser = await openBrowser(); });
  after(() => browser?.close());
  const folder = (t: { after(action: () => void): void }, change: (one: Trajectory, index: number) => Trajectory = (one) => one): string => {
    const made = makeRunFolder(5, { iterations: 2, trajectoriesPerIteration: 4, change });
    t.after(made.remove);
    return made.folder;
  };

  test('hostile text is text; a long observation comes a piece at a time, whole in the end', async (t) => {
    const hostile = folder(t, (one, index) => (index > 0 ? one : { ...one, id: attack, taskId: attack, query: attack + odd, tools: [attack], split: attack, steps: one.steps.map((step) => ({ ...step, thought: attack, action: attack, arguments: `{"${attack.replaceAll('"', '')}":[${'1,'.repeat(100)}1]}`, observation: long, reward: { [attack]: 1 } })) }));
    const { page, trouble } = await openTrajectoryPage(browser, hostile);
    await page.waitForSelector('.trajectory');
    assert.equal(await page.locator('.step .text').first().textContent(), attack);
    assert.deepEqual(await page.locator('.query .unseen').allTextContents(), ['U+202E', 'U+001B', 'U+200B']);
    assert.equal(await page.locator('img, a[href^="javascript"], main script').count(), 0);
    const text = page.locator('.step .given .text').first();
    const length = async (): Promise<number> => (await text.textContent())?.replace('\u2026', '').length ?? 0;
    assert.equal(await length(), 700);
    const more = page.locator('.step .given .more').first();
    for (let pressed = 0; (await length()) < long.length && pressed < 20; pressed++) {
      const before = await length();
      await more.click();
      await page.waitForFunction((n) => (document.querySelector('.step .given .text')?.textContent?.replace('\u2026', '').length ?? 0) > n, before);
    }
    assert.equal(await text.textContent(), long);
    assert.deepEqual(trouble, []);
    await page.close();
  });

  test('broken lines keep their place and say why; the rest is shown', async (t) => {
    const broken = folder(t);
    const path = runPath.trajectories(broken);
    const [first, ...rest] = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, [first, '{"steps": oh', '{"steps":[{"action":"find","reward":{"tiny":-0.0001,"small":-0.01}}]}', ...rest].join('\n'));
    const { page, trouble } = await openTrajectoryPage(browser, broken);
    await page.waitForSelector('.trajectory');
    await page.locator('#row-1').click();
    await page.waitForSelector('.reader-content .problem');
    assert.match((await page.locator('.reader-content').textContent()) ?? '', /Line 2 cannot be read: line 2 is no JSON/);
    await page.locator('#row-2').click();
    await page.waitForSelector('.lacks');
    assert.match((await page.locator('.lacks').textContent()) ?? '', /lacks: .*solved/);
    assert.deepEqual(await page.locator('.step .earnings dd').allTextContents(), ['0', '\u25bc\u22120.01'], 'what reads 0 has no sign');
    assert.deepEqual(trouble, []);
    await page.close();
  });

  test('a run of a newer format is refused with a way on, and a run deleted while open says so', async (t) => {
    const newer = folder(t);
    writeFileSync(runPath.run(newer), readFileSync(runPath.run(newer), 'utf8').replace('"formatVersion": 1', '"formatVersion": 2'));
    const { page, editor } = await openTrajectoryPage(browser, newer);
    await page.waitForSelector('.list-pane > .problem p');
    assert.match((await page.locator('.list-pane > .problem').textContent()) ?? '', /format version 2; this StepTool reads version 1/);
    editor.seen();
    await page.locator('.list-pane > .problem vscode-button').click();
    await page.waitForTimeout(0);
    await page.close();
    assert.match(editor.seen(), /runs vscode\.openWith .*trajectories\.jsonl default/);

    const gone = folder(t);
    const open = await openTrajectoryPage(browser, gone);
    await open.page.waitForSelector('.trajectory');
    rmSync(gone, { recursive: true });
    await open.session.refresh();
    await open.page.waitForSelector('.list-pane > .problem p');
    assert.match((await open.page.locator('.list-pane > .problem').textContent()) ?? '', /was deleted, or its folder was moved, while it was open/);
    assert.deepEqual(open.trouble, []);
    await open.page.close();
  });

  test('a list of 40,000 has few elements, and its end is a key away', async (t) => {
    const large = folder(t);
    const path = runPath.trajectories(large);
    const [first] = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, `${first}\n`.repeat(40_000));
    const { page, trouble } = await openTrajectoryPage(browser, large);
    await page.waitForFunction(() => document.querySelector('.list-status')?.textContent === '40,000 trajectories');
    await page.locator('.virtual-list').focus();
    await page.keyboard.press('End');
    await page.waitForSelector('#row-39999[aria-selected="true"] .title');
    assert.ok((await page.locator('.virtual-list .row').count()) < 60);
    await page.evaluate(() => { document.querySelector('.virtual-list')!.scrollTop = 1_000_000; });
    await page.waitForSelector('.row:not([aria-busy])');
    assert.deepEqual(trouble, []);
    await page.close();
  });
});
