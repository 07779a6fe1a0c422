/** An editor page in a real Chromium, with its real host side in this process: what the page posts is received, what is posted arrives. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { PageFiles } from '../../src/editor/page-html.ts';
import type { Browser } from './chromium.ts';
import { propertiesOf, type ThemeName } from './themes.ts';

const built = fileURLToPath(new URL('../../dist/webview/', import.meta.url));
export const origin = 'http://page.test';

export interface LivePage {
  readonly page: Page;
  /** Console errors, uncaught exceptions, policy violations, dialogs, and requests other than for the page's own files. */
  readonly trouble: string[];
  /** Posts to the page. */
  post(message: unknown): void;
}

export interface LivePageOptions {
  /** The document, given where its files are. */
  readonly html: (files: PageFiles) => string;
  /** Gets what the page posts. */
  readonly receive: (message: unknown, post: (message: unknown) => void) => void;
  readonly theme?: ThemeName;
  /** What the page remembered. */
  readonly state?: unknown;
  readonly size?: { readonly width: number; readonly height: number };
}

/** Opens a page as the editor does: same document and policy, `acquireVsCodeApi`, theme variables on the root. */
export async function openLivePage(browser: Browser, { html, receive, theme = 'vscode-light', state, size }: LivePageOptions): Promise<LivePage> {
  const page = await browser.context.newPage();
  page.setDefaultTimeout(120_000);
  if (size) await page.setViewportSize(size);
  const trouble: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error') trouble.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => trouble.push(`exception: ${error.message}`));
  page.on('dialog', (dialog) => { trouble.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
  await page.route('**/*', (route) => {
    const { pathname, origin: from } = new URL(route.request().url());
    if (from === origin && pathname === '/') return route.fulfill({ contentType: 'text/html', body: html({ script: `${origin}/trajectory.js`, style: `${origin}/trajectory.css`, source: origin }) });
    if (from === origin && /^\/\w+\.(js|css)$/.test(pathname)) return route.fulfill({ contentType: pathname.endsWith('.js') ? 'text/javascript' : 'text/css', body: readFileSync(join(built, pathname.slice(1))) });
    if (pathname !== '/favicon.ico') trouble.push(`request: ${route.request().url()}`);
    return route.abort();
  });
  let open = true;
  page.on('close', () => { open = false; });
  const post = (message: unknown): void => {
    if (open) page.evaluate((data) => window.postMessage(data, '*'), message as Record<string, unknown>).catch((error: unknown) => { if (open) trouble.push(`post: ${String(error)}`); });
  };
  await page.exposeFunction('postToHost', (message: unknown) => receive(message, post));
  // The loader of these tests keeps functions' names by a helper that the page does not have.
  await page.addInitScript('globalThis.__name = (value) => value;');
  await page.addInitScript(({ variables, kind, remembered }) => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
    const scope = window as unknown as Record<string, unknown>;
    let kept: unknown = remembered;
    scope['acquireVsCodeApi'] = () => ({
      postMessage: (message: unknown) => void (scope['postToHost'] as (message: unknown) => unknown)(message),
      getState: () => kept, setState: (next: unknown) => { kept = next; scope['keptState'] = next; },
    });
    document.addEventListener('DOMContentLoaded', () => {
      for (const [name, value] of variables) document.documentElement.style.setProperty(name, value);
      document.body.classList.add(kind);
    });
  }, { variables: propertiesOf(theme), kind: theme, remembered: state });
  await page.goto(`${origin}/`);
  return { page, trouble, post };
}
