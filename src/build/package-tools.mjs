// Programs that only packaging and its tests need, fetched when first asked for into the user's caches: whoever trains or
// changes the code never pays for them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** The folder for caches by each system's own custom; STEPTOOL_CACHE overrules it. */
export function cacheFolder() {
  const { STEPTOOL_CACHE, LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (STEPTOOL_CACHE) return STEPTOOL_CACHE;
  if (process.platform === 'win32') return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'steptool');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'steptool');
  return join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'steptool');
}

/**
 * Runs npm in a folder; its output goes to the error stream. Throws when it fails.
 * @param env variables to add
 */
export function npm(args, cwd, env = {}) {
  const own = process.env.npm_execpath; // that of yarn and pnpm is called otherwise
  const isNpm = own !== undefined && basename(own) === 'npm-cli.js';
  const [program, first] = isNpm ? [process.execPath, [own]] : ['npm', []];
  const { status, error } = spawnSync(program, [...first, ...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd, stdio: ['ignore', 2, 2], env: { ...process.env, ...env }, shell: !isNpm && process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd} (code ${status}); what it said is above. Without a package registry these tools cannot be fetched.`);
}

/**
 * A folder with packages, made once. It is put in place as a whole: what was interrupted is never taken for complete, and
 * two that make it at the same time do no harm.
 * @param name says what is in it, versions included
 * @param packages as npm takes them: `name@version`
 * @param finish does what else is needed, in the folder that it is given
 */
export function fetchOnce(name, packages, finish = () => {}) {
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  console.error(`Fetching ${packages.join(', ')} (once)…`);
  const beside = `${folder}.${process.pid}.tmp`;
  mkdirSync(beside, { recursive: true });
  try {
    writeFileSync(join(beside, 'package.json'), '{ "private": true }');
    npm(['install', '--ignore-scripts', ...packages], beside);
    finish(beside);
    mkdirSync(dirname(folder), { recursive: true });
    if (!existsSync(folder)) renameSync(beside, folder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
  return folder;
}

/** The program that packs extensions; pinned, so that the same sources give the same package. */
export const vsce = () => join(fetchOnce('vsce-3.9.2', ['@vscode/vsce@3.9.2']), 'node_modules', '@vscode', 'vsce', 'vsce');
