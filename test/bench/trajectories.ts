/**
 * `npm run bench -- trajectories`: how the trajectory page does with a large run. Writes 100,000 trajectories (about 1 GB) below
 * the temporary folder, opens them in a real Chromium, and prints times, frames and memory; `--lines 1000 --kilobytes 10` for less.
 * With `--folder` the file is kept there, and taken from there the next time.
 */
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundlePages } from '../../src/build/pages.mjs';
import { openBrowser, skip } from '../webview/chromium.ts';
import { openTrajectoryPage } from '../webview/trajectory-page.ts';

const { values } = parseArgs({ options: { lines: { type: 'string', default: '100000' }, kilobytes: { type: 'string', default: '10' }, seconds: { type: 'string', default: '3' }, folder: { type: 'string' } } });
const lines = Number(values.lines);
if (skip) throw new Error(skip);

/** A file of `lines` trajectories of four steps, a hundred an iteration. */
function writeFile(path: string): void {
  const filler = 'observed '.repeat(Math.max(1, Math.round((Number(values.kilobytes) * 1000 - 1500) / 4 / 9)));
  const out = openSync(path, 'w');
  let block: string[] = [];
  for (let line = 0; line < lines; line++) {
    const steps = [0, 1, 2, 3].map((index) => ({ index, thought: 'I look it up.', action: 'find', arguments: `{"n":${line}}`, observation: filler, toolOutcome: 'ok', tokens: { start: index * 50, end: index * 50 + 30 }, reward: { succCalling: 1, step: 0.5 }, return: 1, advantage: 0.1, value: 0.9, seconds: 0.1 }));
    const iteration = Math.floor(line / 100);
    block.push(`${JSON.stringify({ id: `${iteration}/task.${line % 24}/${line % 100}`, iteration, taskId: `task.${line % 24}`, split: 'train', level: 'I1', query: `Query number ${line}?`, tools: ['find', 'Finish'], sample: line % 100, seed: line, weightsVersion: iteration, outcome: 'answered', solved: line % 3 === 0, steps })}\n`);
    if (block.length < 200 && line + 1 < lines) continue;
    writeSync(out, block.join(''));
    block = [];
  }
  closeSync(out);
}

const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'steptool-large-'));
const path = join(folder, 'trajectories.jsonl');
const say = (what: string, value: string): void => console.log(`${what.padEnd(52)} ${value}`);
const since = (start: number): string => `${Math.round(performance.now() - start)} ms`;
mkdirSync(folder, { recursive: true });
if (!existsSync(path)) writeFile(path);
await bundlePages();
const browser = await openBrowser();
try {
  say('file', `${lines} lines, ${Math.round(statSync(path).size / 1e6)} MB`);
  const before = process.memoryUsage().rss;
  const warm = await openTrajectoryPage(browser, folder, { path: join(folder, 'none.jsonl') }); // the browser's own start is not the page's
  await warm.page.waitForSelector('.problem p');
  await warm.page.close();

  const start = performance.now();
  const { page, trouble } = await openTrajectoryPage(browser, folder);
  await page.waitForSelector('.row .title');
  say('opened: first rows are shown', since(start));
  await page.waitForSelector('.trajectory .step');
  say('opened: first trajectory is shown', since(start));
  const counted = lines.toLocaleString('en');
  await page.waitForFunction((n) => document.querySelector('.list-status')?.textContent === `${n} trajectories`, counted);
  say('all lines are counted', since(start));

  await page.locator('.virtual-list').focus();
  const timed = async (what: string, action: () => Promise<unknown>): Promise<void> => {
    const from = performance.now();
    await action();
    say(what, since(from));
  };
  await timed('End: the last row is shown', async () => { await page.keyboard.press('End'); await page.waitForSelector(`#row-${lines - 1}[aria-selected="true"] .title`); });
  const rows = (text: RegExp | string) => page.waitForFunction((wanted) => new RegExp(wanted).test(document.querySelector('.list-status')?.textContent ?? ''), String(text instanceof RegExp ? text.source : text));
  const middle = Math.floor(lines / 200);
  await page.locator('.more-filters summary').click();
  await timed('filter by an iteration in the middle', async () => { await page.fill('.more-filters vscode-text-field >> nth=0 >> input', String(middle)); await rows(`^100 of ${counted} trajectories`); });
  await timed('clear the filter', async () => { await page.click('.list-status .more'); await rows(`^${counted} trajectories`); });
  await timed('search the whole file: first row', async () => { await page.fill('.filters vscode-text-field >> nth=0 >> input', `number ${Math.floor(lines / 2)}?`); await rows(/^1 of/); });
  await timed('search the whole file: done', () => rows(/trajectoriesClear/));
  await page.click('.list-status .more');
  await rows(`^${counted} trajectories`);
  await timed('a range of rewards over the whole file: done', async () => { await page.fill('.more-filters vscode-text-field >> nth=4 >> input', '..1'); await rows(`^0 of ${counted} trajectoriesClear`); });
  await page.click('.list-status .more');
  await rows(`^${counted} trajectories`);

  const frames = await page.evaluate((seconds) => new Promise<{ frames: number[]; empty: number }>((resolve) => {
    const list = document.querySelector('.virtual-list')!;
    const times: number[] = [];
    let empty = 0;
    const from = performance.now();
    const turn = (now: number): void => {
      times.push(now);
      list.scrollTop += 300;
      if (document.querySelectorAll('.row').length === 0) empty++;
      if (now - from < seconds * 1000) requestAnimationFrame(turn);
      else resolve({ frames: times.slice(1).map((time, i) => time - times[i]), empty });
    };
    requestAnimationFrame(turn);
  }), Number(values.seconds));
  const sorted = [...frames.frames].sort((a, b) => a - b);
  say('scrolling 300 pixels a frame', `${(1000 / (sorted.reduce((a, b) => a + b, 0) / sorted.length)).toFixed(1)} frames/s, 95 % within ${sorted[Math.floor(sorted.length * 0.95)]?.toFixed(0)} ms, frames without rows: ${frames.empty}`);
  const heap = await page.evaluate(() => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize);
  say('memory of the page', `${Math.round(heap / 1e6)} MB`);
  say('memory that the host grew by', `${Math.round((process.memoryUsage().rss - before) / 1e6)} MB`);
  say('trouble', trouble.length === 0 ? 'none' : trouble.join('; '));
} finally {
  await browser.close();
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
}
