// What every script needs first: the packages, installed once and again whenever the lock file changes.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Runs a program in the repository's root and leaves with its exit code if that is not 0. */
export function run(program, args, options = {}) {
  const { status, signal, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? (signal ? 1 : 0));
}

/**
 * onnxruntime-node's install script downloads CUDA libraries, and fails where it cannot; all that is used here is inside
 * the package. This keeps it from doing so. A plain `npm ci` does not run it: npm 11 goes by `allowScripts` in
 * package.json, older ones by the lock file, which therefore does not say that the package has such a script.
 */
const withoutCuda = (env) => ({ ONNXRUNTIME_NODE_INSTALL: 'skip', ...env });

/** `npm ci` unless the packages of this very lock file are there already. */
export function install() {
  const lock = join(root, 'package-lock.json');
  if (!existsSync(lock)) return; // an installed package, not a checkout: npm has done it
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex');
  const stamp = join(root, 'node_modules', '.steptool-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (isInstalled(lock)) return writeFileSync(stamp, wanted); // by npm, before anything of this was started
  console.error('Installing packages (once)…');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // The output belongs to whatever runs next.
  const quiet = { stdio: ['inherit', 2, 'inherit'], env: withoutCuda(process.env) };
  const npm = process.env.npm_execpath; // that of yarn and pnpm is called otherwise, and has no `ci`
  if (npm && basename(npm) === 'npm-cli.js') run(process.execPath, [npm, ...args], quiet);
  else run('npm', args, { ...quiet, shell: process.platform === 'win32' });
  writeFileSync(stamp, wanted);
}

/** Whether npm's own record of what it installed has everything that the lock file asks of every machine. */
function isInstalled(lock) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const packagesOf = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;
  const have = packagesOf(record);
  return Object.entries(packagesOf(lock)).every(([path, { version, optional, devOptional, peer }]) => path === '' || optional || devOptional || peer || have[path]?.version === version);
}
