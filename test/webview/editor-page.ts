/** An editor's page in real Chromium: its own address, its own policy, the theme's variables, and both ends of its messages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { pageHtml } from '../../src/editor/page-html.ts';
import type { FromPage, ToPage } from '../../webview/curves/protocol.ts';
import type { Browser } from './chromium.ts';
import { propertiesOf, type ThemeName } from './themes.ts';

const built = fileURLToPath(new URL('../../dist/webview', import.meta.url));
const origin = 'http://page.test';

export interface EditorPage {
  readonly page: Page;
  /** Console errors, exceptions, policy violations, requests for anything but the page's own files. */
  readonly trouble: string[];
  /** What the page posted. */
  readonly posted: FromPage[];
  send(message: ToPage): Promise<void>;
  setTheme(theme: ThemeName): Promise<void>;
  /** What the page keeps over a reload. */
  state(): Promise<unknown>;
}

interface Options {
  readonly theme?: ThemeName;
  readonly state?: unknown;
  readonly heard?: (message: FromPage) => void;
}

/** Opens a bundled page (`curves`) as the editor would. */
export async function openEditorPage(browser: Browser, name: string, { theme = 'vscode-light', state, heard = () => {} }: Options = {}): Promise<EditorPage> {
  const page = await browser.context.newPage();
  page.setDefaultTimeout(180_000);
  const trouble: string[] = [];
  const posted: FromPage[] = [];
  page.on('console', (message) => { if (message.type() === 'error') trouble.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => trouble.push(`exception: ${error.message}`));
  await page.route('**/*', async (route) => {
    const url = route.request().url();
    const file = url.slice(origin.length + 1);
    if (file === '') return route.fulfill({ contentType: 'text/html', body: pageHtml({ script: `${origin}/${name}.js`, style: `${origin}/${name}.css`, source: origin, title: name, waiting: 'Reading the run…' }, 'en') });
    if (file === `${name}.js` || file === `${name}.css`) return route.fulfill({ contentType: file.endsWith('js') ? 'text/javascript' : 'text/css', body: readFileSync(join(built, file)) });
    if (!url.endsWith('favicon.ico')) trouble.push(`request: ${url}`);
    return route.abort();
  });
  await page.exposeFunction('tell', (message: FromPage) => {
    posted.push(message);
    heard(message);
  });
  // The loader of these tests keeps functions' names by a helper that the page does not have.
  await page.addInitScript('globalThis.__name = (value) => value;');
  await page.addInitScript(([first, properties, body]) => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
    let kept: unknown = first;
    Object.assign(window, {
      kept: () => kept,
      acquireVsCodeApi: () => ({
        // What carries messages here knows lists of numbers better than bytes.
        postMessage: (message: { content?: unknown }) => void (window as unknown as { tell(message: unknown): void }).tell(message.content instanceof Uint8Array ? { ...message, content: [...message.content] } : message),
        getState: () => kept, setState: (next: unknown) => { kept = next; },
      }),
    });
    document.addEventListener('DOMContentLoaded', () => {
      for (const [key, value] of properties) document.documentElement.style.setProperty(key, value);
      document.body.className = body;
    });
  }, [state, propertiesOf(theme), theme] as const);
  await page.goto(`${origin}/`);
  return {
    page, trouble, posted,
    send: (message) => page.evaluate((sent) => {
      const { columns } = sent as { columns?: Record<string, unknown> };
      // What carries messages here knows numbers better than typed arrays.
      const real = columns ? { ...sent, columns: Object.fromEntries(Object.entries(columns).map(([key, values]) => [key, Float64Array.from(values as number[])])) } : sent;
      window.postMessage(real, '*');
    }, message.type === 'rows' ? { ...message, columns: Object.fromEntries(Object.entries(message.columns).map(([key, values]) => [key, [...values]])) } as unknown as ToPage : message),
    async setTheme(next) {
      await page.evaluate(([properties, body]) => {
        document.documentElement.removeAttribute('style');
        for (const [key, value] of properties) document.documentElement.style.setProperty(key, value);
        document.body.className = body;
      }, [propertiesOf(next), next] as const);
    },
    state: () => page.evaluate(() => (window as unknown as { kept(): unknown }).kept()),
  };
}
