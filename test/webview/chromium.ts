/** A real Chromium where the machine has one; where it has none, tests that need it are skipped, and say so. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

const candidates = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'];

/** The browser's path, or undefined. */
export const chromiumPath = candidates.find((path): path is string => path !== undefined && path !== '' && existsSync(path));

/** For `test(name, { skip })`: why page tests cannot run here, or false. */
export const skip: string | false = chromiumPath ? false : 'NO CHROMIUM: the pages are NOT tested here. Install Chromium or set CHROMIUM_PATH.';

export interface Browser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** Opens a browser with a fresh profile. */
export async function openBrowser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'steptool-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath, headless: true, viewport: { width: 1280, height: 900 },
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  return { context, close: async () => { await context.close(); rmSync(profile, { recursive: true, force: true, maxRetries: 3 }); } };
}

export interface OpenPage {
  readonly page: Page;
  /** Console errors, uncaught exceptions, policy violations, dialogs, and requests other than for the page itself. */
  readonly trouble: string[];
}

/** Opens a file and listens for everything that must not happen. */
export async function openFile(browser: Browser, file: string, colorScheme: 'light' | 'dark' = 'light'): Promise<OpenPage> {
  const page = await browser.context.newPage();
  page.setDefaultTimeout(120_000);
  const trouble: string[] = [];
  const own = pathToFileURL(file).href;
  page.on('console', (message) => { if (message.type() === 'error') trouble.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => trouble.push(`exception: ${error.message}`));
  page.on('request', (request) => { if (request.url().split('#')[0] !== own && !request.url().startsWith('data:')) trouble.push(`request: ${request.url()}`); });
  page.on('dialog', (dialog) => { trouble.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
  });
  await page.emulateMedia({ colorScheme });
  await page.goto(own);
  await page.waitForSelector('.trajectory, .empty, main > .problem');
  return { page, trouble };
}
