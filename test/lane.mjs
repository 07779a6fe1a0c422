// What lanes share: scripts that run tests on other people's programs, fetched once. Where one cannot have what it needs it says so loudly
// and passes, unless it is required.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../', import.meta.url));

/** The folder that a lane keeps what it fetched in. */
export const cacheOf = (name) => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'steptool', name);

/** npm and node-gyp come with Node; npm names its program to what it runs. */
const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];

/**
 * @param nothing what did not happen, where the lane is skipped
 * @param variable of the environment; `required` there makes that a failure
 */
export function lane(nothing, variable) {
  function skip(why) {
    console.log(`SKIPPED: ${nothing}. ${why}`);
    process.exit(process.env[variable] === 'required' ? 1 : 0);
  }
  /** Runs a program; what it needs may be missing, and then the whole lane is skipped. */
  function step(what, program, args, options = {}) {
    console.log(`${what} …`);
    const { status, error, stderr } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', timeout: 900_000, ...options });
    if (error || status !== 0) skip(`${what} failed: ${error?.message ?? String(stderr).trim().split('\n').slice(-3).join(' ')}`);
  }
  /** Installs packages into a folder of their own, without their scripts. */
  function install(folder, packages, options = []) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "name": "steptool-lane" }\n');
    step(`npm install ${packages.join(' ')}`, npm[0], [...npm.slice(1), 'install', '--ignore-scripts', '--no-audit', '--no-fund', ...options, '--prefix', folder, ...packages], { cwd: folder });
  }
  return { skip, step, install };
}

/** Runs a program of Node.js on the project's sources, and waits for it. @returns its exit status */
export const run = (args, env) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;
