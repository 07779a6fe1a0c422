/** A real VS Code, with the packaged extension inside: a server of its own for each test file, seen through a browser. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openBrowser, skip as noBrowser, type Browser } from '../webview/chromium.ts';
import { Exchange } from './extension-host.ts';
import { patience, within } from './until.ts';
import { Window } from './window.ts';

/** What keeps the editor quiet, so that what a test sees is ours. */
const quiet = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.editor.enablePreview': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
};

export type Settings = Readonly<Record<string, unknown>>;

/** The folder that extensions are installed in. */
export const extensionsFolder = (): string => setUp('STEPTOOL_TEST_EXTENSIONS');

/** The folder of our own extension there. Throws if it is not installed. */
export function installed(): string {
  const name = readdirSync(extensionsFolder()).find((each) => each.startsWith('steptool.steptool-'));
  if (name === undefined) throw new Error('The package is not installed.');
  return join(extensionsFolder(), name);
}

function setUp(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error('These tests need a VS Code that `npm run test:vscode` sets up. For one file: npm run test:vscode -- test/vscode/<name>.test.ts');
  return value;
}

/** A running server and a browser. Windows share both. */
export class Editor {
  readonly #home: string;
  readonly #server: ChildProcess;
  readonly #address: string;
  readonly #browser: Browser;
  readonly #exchange: Exchange;

  private constructor(home: string, server: ChildProcess, address: string, browser: Browser, exchange: Exchange) {
    this.#home = home;
    this.#server = server;
    this.#address = address;
    this.#browser = browser;
    this.#exchange = exchange;
  }

  /** Starts both. The user's settings are those that keep the editor quiet, and the given. */
  static async start(settings: Settings = {}): Promise<Editor> {
    if (noBrowser !== false) throw new Error(noBrowser);
    const home = mkdtempSync(join(tmpdir(), 'steptool-editor-'));
    for (const kind of ['User', 'Machine']) {
      mkdirSync(join(home, 'data', 'data', kind), { recursive: true });
      writeFileSync(join(home, 'data', 'data', kind, 'settings.json'), JSON.stringify(kind === 'User' ? { ...quiet, ...settings } : {}));
    }
    const socket = join(home, 'bridge.sock');
    const exchange = await Exchange.open(socket);
    const server = startServer(home, socket);
    process.once('exit', () => endGroup(server)); // a test file that is ended leaves nothing behind
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
    return new Editor(home, server, await addressOf(server), await openBrowser(), exchange);
  }

  /** Opens a window on a folder, and waits until extensions run there. It is closed after the test that is given. */
  async open(folder: string, t?: { after(clean: () => Promise<void>): void }): Promise<Window> {
    const page = await this.#browser.context.newPage();
    page.setDefaultTimeout(patience);
    const called = this.#exchange.next();
    await page.goto(`${this.#address}/?folder=${encodeURIComponent(folder)}`);
    const window = new Window(page, folder, await within(`the extension host of ${folder}`, called), () => this.#exchange.next());
    t?.after(() => window.close());
    return window;
  }

  /** Ends everything, trainers included, and removes what was written. */
  async stop(): Promise<void> {
    await this.#browser.close();
    this.#exchange.close();
    const ended = new Promise((resolve) => this.#server.once('exit', resolve));
    if (endGroup(this.#server)) await ended;
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }
}

/** Starts the server with a home of its own, so that it neither reads nor changes anything of the user's. */
function startServer(home: string, socket: string): ChildProcess {
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: _context, ...inherited } = process.env;
  return spawn(setUp('STEPTOOL_TEST_NODE'), [
    setUp('STEPTOOL_TEST_SERVER'), '--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms',
    '--server-data-dir', join(home, 'data'), '--extensions-dir', extensionsFolder(), '--telemetry-level', 'off', '--reconnection-grace-time', '3',
  ], { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...inherited, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, STEPTOOL_TEST_SOCKET: socket } });
}

/** Ends the server with its group: extension hosts and what they started. Gives whether it was still there. */
function endGroup({ pid, exitCode, signalCode }: ChildProcess): boolean {
  const isThere = pid !== undefined && exitCode === null && signalCode === null;
  if (isThere) process.kill(-pid, 'SIGTERM');
  return isThere;
}

/** The address that the server says it listens on. */
function addressOf(server: ChildProcess): Promise<string> {
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    createInterface(server.stdout!).on('line', (line) => {
      said.push(line);
      const port = /listening on (\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    });
    createInterface(server.stderr!).on('line', (line) => said.push(line));
    server.once('exit', (code) => reject(new Error(`The editor's server ended (${code}) before it listened:\n${said.join('\n')}`)));
  });
}
