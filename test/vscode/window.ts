/** A window of a real VS Code, as its user sees it and as extensions see it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import type { ExtensionHost, Vscode } from './extension-host.ts';
import { until, within } from './until.ts';

/** Windows that are open. */
export const windows = new Set<Window>();

/** What of the console is of our pages and must never be there. The editor's own word on addresses that it cannot reach is not. */
const isTrouble = (text: string, from: string): boolean => /Content Security Policy|\bCSP\b/.test(text) || from.includes('/dist/webview/');

export class Window {
  /** What our pages complained of: broken content policies, errors of scripts. */
  readonly trouble: string[] = [];
  #host: ExtensionHost;
  readonly #nextHost: () => Promise<ExtensionHost>;

  /** @param folder the workspace folder's path */
  constructor(readonly page: Page, readonly folder: string, host: ExtensionHost, nextHost: () => Promise<ExtensionHost>) {
    this.#host = host;
    this.#nextHost = nextHost;
    windows.add(this);
    page.on('close', () => windows.delete(this));
    page.on('console', (message) => {
      if (message.type() === 'error' && isTrouble(message.text(), message.location().url)) this.trouble.push(message.text());
    });
    page.on('pageerror', (error) => { if (error.stack?.includes('/dist/webview/')) this.trouble.push(error.message); });
  }

  /** Process id of the extension host. */
  get hostPid(): number {
    return this.#host.pid;
  }

  /** Runs a function in the extension host: {@link ExtensionHost.run}. */
  run<R>(body: (vscode: Vscode) => R): Promise<Awaited<R>>;
  run<R, A>(body: (vscode: Vscode, argument: A) => R, argument: A): Promise<Awaited<R>>;
  run<R, A>(body: (vscode: Vscode, argument: A) => R, argument?: A): Promise<Awaited<R>> {
    return this.#host.run(body, argument as A);
  }

  /** Opens a file of the workspace in an editor, as a click on it does: what extensions open, the editor keeps for minutes. */
  async open(name: string): Promise<void> {
    await this.run(async (vscode, path) => void (await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path))), join(this.folder, name));
    await this.page.locator('.tab.active', { hasText: name.split('/').at(-1) }).waitFor();
  }

  /**
   * Does something until it has led to what it leads to: a window that is still laying out, or has its focus elsewhere for a moment,
   * misses a key or a click, and its user does it again.
   * @param act does no harm when done twice
   */
  async insist(what: string, act: () => Promise<void>, done: () => Promise<boolean>): Promise<void> {
    await until(what, async () => {
      await act();
      const deadline = performance.now() + 5000;
      while (performance.now() < deadline && !(await done())) await new Promise((resolve) => setTimeout(resolve, 50));
      return done();
    }, (isDone) => isDone);
  }

  /** Runs a command from the command palette, by its title. */
  async palette(title: string): Promise<void> {
    await this.insist('the command palette', () => this.page.keyboard.press('F1'), () => this.#input.isVisible());
    await this.#input.fill(`>${title}`);
    await this.rows.filter({ hasText: title }).first().click();
  }

  /** Rows of the list that a command offers. */
  get rows(): Locator {
    return this.page.locator('.quick-input-widget .monaco-list-row');
  }

  /** Picks from the list that a command offers. */
  async pick(text: string | RegExp): Promise<void> {
    await this.rows.filter({ hasText: text }).first().click();
  }

  /** Waits for a notification that says something. Toasts hide after a while, so their list is opened where none is seen. */
  async notification(text: string | RegExp): Promise<Locator> {
    const found = this.page.locator('.notification-list-item').filter({ hasText: text }).first();
    await until(`the notification ${text}`, async () => {
      if (await found.isVisible()) return true;
      await this.run((vscode) => vscode.commands.executeCommand('notifications.showList'));
      return found.isVisible();
    }, (isVisible) => isVisible);
    return found;
  }

  /** Waits for a notification and presses one of its buttons. */
  async press(text: string | RegExp, button: string): Promise<void> {
    let pressed = false;
    let found: Locator;
    await this.insist(`${button} to be pressed`, async () => {
      found = await this.notification(text);
      pressed = await found.getByRole('button', { name: button, exact: true }).first().click({ timeout: 5000 }).then(() => true, () => false);
    }, async () => pressed && !(await found.isVisible())); // a notification goes when it is answered
  }

  /** Problems of a file as text, `line:column severity source(code) message`, sorted; waits until there is what is wanted. */
  problems(name: string, wanted: (problems: readonly string[]) => boolean): Promise<readonly string[]> {
    return until(`problems of ${name}`, () => this.run((vscode, path) => vscode.languages.getDiagnostics(vscode.Uri.file(path)).map(({ range, severity, source, code, message }) => {
      const shown = typeof code === 'object' ? code.value : code;
      return `${range.start.line + 1}:${range.start.character + 1} ${vscode.DiagnosticSeverity[severity].toLowerCase()} ${source}${shown === undefined ? '' : `(${shown})`} ${message}`;
    }).sort(), join(this.folder, name)), wanted);
  }

  /** The inside of the page, among those that are open, that shows what a selector finds. */
  async inside(selector: string): Promise<Frame> {
    const frames = (): Frame[] => this.page.frames().filter((frame) => frame.parentFrame() !== null);
    const shows = (frame: Frame): Promise<boolean> => frame.locator(selector).first().isVisible().catch(() => false); // gone meanwhile
    let found: Frame | undefined;
    await until(`a page with ${selector}`, async () => {
      for (const frame of frames()) if (await shows(frame)) found = frame;
      return found === undefined ? frames().map((frame) => frame.url().slice(0, 120)) : [];
    }, () => found !== undefined);
    return found!;
  }

  /** Presses a lens above a file. */
  async lens(text: string | RegExp): Promise<void> {
    await this.page.locator('.codelens-decoration a').filter({ hasText: text }).first().click();
  }

  /** Shows our sidebar. */
  async sidebar(): Promise<void> {
    await this.run((vscode) => vscode.commands.executeCommand('steptool.experiments.focus'));
  }

  /** Entries of the tree of experiments, as their label and description. */
  entries(text: string | RegExp): Locator {
    return this.page.locator('.sidebar .tree-explorer-viewlet-tree-view').first().getByRole('treeitem').filter({ hasText: text });
  }

  /** Opens an entry of the tree of experiments, as one does by its triangle. */
  async expand(text: string | RegExp): Promise<void> {
    const entry = this.entries(text).first();
    await until(`${text} in the tree to be open`, async () => {
      if ((await entry.getAttribute('aria-expanded')) === 'false') await entry.locator('.monaco-tl-twistie').click();
      return entry.getAttribute('aria-expanded');
    }, (state) => state === 'true');
  }

  /** What the status bar says of training; nothing while nothing is trained. */
  get status(): Locator {
    return this.page.locator('.statusbar-item[id$="steptool.status"]');
  }

  /** Stops what is being trained, by the status bar. */
  async stop(how: 'Stop After This Iteration' | 'Stop Now' = 'Stop After This Iteration'): Promise<void> {
    await this.insist('the ways to stop', () => this.status.click(), () => this.rows.filter({ hasText: how }).first().isVisible());
    await this.pick(how);
  }

  /** Takes away what notifications were shown until now. */
  async clearNotifications(): Promise<void> {
    await this.run((vscode) => vscode.commands.executeCommand('notifications.clearAll'));
  }

  /** Loads the window anew; extension hosts of before are gone then. */
  async reload(): Promise<void> {
    const next = this.#nextHost();
    // the editor's own command: it keeps what is open, which a browser that reloads does not wait for
    await this.run((vscode) => void vscode.commands.executeCommand('workbench.action.reloadWindow'));
    this.#host = await within('the extension host after loading anew', next);
  }

  /** Takes a picture, if STEPTOOL_SHOTS names a folder for them. */
  async shot(name: string): Promise<void> {
    const folder = process.env['STEPTOOL_SHOTS'];
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  /** Closes the window without asking. */
  async close(): Promise<void> {
    await this.page.close();
  }

  get #input(): Locator {
    return this.page.locator('.quick-input-widget .quick-input-box input');
  }
}
