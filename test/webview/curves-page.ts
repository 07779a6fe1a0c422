/** The curves page in a browser with made-up runs, and what tests do on it. Tests only. */
import type { Page } from 'playwright-core';
import type { FromPage, RunInfo } from '../../webview/curves/protocol.ts';
import type { Browser } from './chromium.ts';
import { chartsMessage, infoOf, rowsOf, startMessage } from './curve-runs.ts';
import { openEditorPage, type EditorPage } from './editor-page.ts';
import type { ThemeName } from './themes.ts';

/** A sum over a card's pixels: changes when what is drawn does. Zero for a blank canvas, and for one that has only axes as yet. */
export const painted = (page: Page, title: string): Promise<number> => page.evaluate((wanted) => {
  const figure = [...document.querySelectorAll('figure.curve')].find((each) => each.querySelector('h4')?.textContent === wanted);
  const canvas = figure?.querySelector('canvas');
  if (!canvas || canvas.width === 0 || !canvas.getAttribute('aria-label')?.includes(' from ')) return 0;
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0) sum = (sum * 31 + data[i] * 65_536 + data[i + 1] * 256 + data[i + 2] + i) >>> 0;
  return sum;
}, title);

/**
 * Waits until a chart looks other than it did and changes no more, and gives its new look: one that is still being drawn may come to
 * look like the next that a test waits for.
 */
export async function redrawn(page: Page, title: string, last: number): Promise<number> {
  for (let [before, same] = [0, 0]; ; ) {
    const now = await painted(page, title);
    same = now === before ? same + 1 : 0;
    before = now;
    if (now !== 0 && now !== last && same === 4) return now;
    await page.waitForTimeout(30);
  }
}

export const card = (page: Page, title: string) => page.locator('figure.curve', { has: page.getByRole('heading', { name: title, exact: true }) });
export const titles = (page: Page): Promise<string[]> => page.locator('figure.curve h4').allTextContents();

/** Points at a place of a chart, given in shares of its size, until the values beside the pointer are shown: a chart that is still being laid out moves away from under it. */
export async function pointAt(page: Page, title: string, across: number, down: number): Promise<void> {
  const plot = card(page, title).locator('.plot');
  for (;;) {
    await plot.scrollIntoViewIfNeeded();
    const box = (await plot.boundingBox())!;
    await page.mouse.move(box.x + box.width * across + 1, box.y + box.height * down);
    await page.mouse.move(box.x + box.width * across, box.y + box.height * down);
    if (await plot.locator('.readout:not([hidden])').waitFor({ timeout: 2000 }).then(() => true, () => false)) return;
  }
}
export async function pick(page: Page, name: string, value: string): Promise<void> {
  await page.locator(`vscode-dropdown[aria-label="${name}"]`).click();
  await page.locator(`vscode-dropdown[aria-label="${name}"] vscode-option[value="${value}"]`).click();
}
export async function posted<T extends FromPage['type']>({ page, posted: all }: EditorPage, type: T): Promise<Extract<FromPage, { type: T }>> {
  for (;;) {
    const found = all.find((message) => message.type === type);
    if (found) return found as Extract<FromPage, { type: T }>;
    await page.waitForTimeout(30);
  }
}

export interface Opening { readonly runs?: readonly RunInfo[]; readonly last?: number; readonly theme?: ThemeName; readonly state?: unknown }
export async function openCurves(browser: Browser, { runs = [infoOf(0)], last = 60, theme, state }: Opening = {}): Promise<EditorPage> {
  const opened = await openEditorPage(browser, 'curves', { theme, state });
  await posted(opened, 'ready');
  await opened.send(startMessage(runs));
  await opened.send(chartsMessage);
  for (const run of runs.keys()) await opened.send(rowsOf(run, 0, last, run % 2 ? 0.6 : 1));
  await opened.page.waitForSelector('.curve canvas[aria-label]');
  return opened;
}
