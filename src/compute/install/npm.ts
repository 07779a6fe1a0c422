/** Calls npm, whose own configuration says where packages come from, through which proxy, and what to trust. */
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

export type Say = (line: string) => void;

/** npm's program, a file for Node: no shell is needed to run it, on Windows either. */
export function findNpm(env: NodeJS.ProcessEnv = process.env, node = process.execPath): string | undefined {
  const inside = ['node_modules', 'npm', 'bin', 'npm-cli.js'];
  const given = env['npm_execpath']?.endsWith('npm-cli.js') ? [env['npm_execpath']] : [];
  const beside = [join(dirname(node), ...inside), join(dirname(node), '..', 'lib', ...inside)];
  const onPath = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((folder) => folder !== '').flatMap((folder) => [join(folder, ...inside), join(folder, 'npm')]);
  for (const path of [...given, ...beside, ...onPath]) {
    if (!existsSync(path)) continue;
    const real = realpathSync(path);
    if (real.endsWith('npm-cli.js')) return real;
  }
  return undefined;
}

/** @throws if npm is not found or fails, with the end of what it said */
export async function npmInstall(folder: string, packages: readonly string[], say: Say, signal?: AbortSignal): Promise<void> {
  const npm = findNpm();
  if (npm === undefined) throw new Error('npm was not found: it comes with Node, from nodejs.org. Put its folder on the PATH.');
  say(`npm install ${packages.join(' ')}`);
  // Their install scripts would download by themselves, without progress, and could not go on.
  await runNode([npm, 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--omit=dev', '--prefer-offline', '--prefix', folder, ...packages], folder, say, signal);
}

/** What npm gives to the scripts of packages: their programs on the path, and the tool that builds addons. */
function scriptEnvironment(bin: string | undefined): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  if (bin === undefined) return env;
  const path = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'; // `Path` on Windows
  env[path] = [bin, env[path]].filter((each) => each !== undefined).join(delimiter);
  const npm = findNpm();
  const gyp = npm && join(dirname(npm), '..', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  if (gyp !== undefined && existsSync(gyp)) env['npm_config_node_gyp'] ??= gyp;
  const node = join(dirname(process.execPath), '..');
  if (existsSync(join(node, 'include', 'node', 'node_api.h'))) env['npm_config_nodedir'] ??= node; // Node's headers need no network then
  return env;
}

/**
 * Runs a program for Node in a folder, passing on what it says.
 * @param bin the folder of programs that it may call by name
 * @param env variables of its own
 */
export function runNode(words: readonly string[], cwd: string, say: Say, signal?: AbortSignal, bin?: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...words], { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...scriptEnvironment(bin), ...env }, ...(signal ? { signal } : {}) });
    let end = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => {
      end = (end + text).slice(-4000);
      for (const line of text.split('\n')) if (line.trim() !== '') say(line.trim());
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) return resolve();
      const lines = end.trim().split('\n').filter((line) => line.trim() !== '');
      const telling = lines.filter((line) => /error:|cannot|not found|network/i.test(line)); // programs that build end with much that tells nothing
      const last = (telling.length > 0 ? telling : lines).slice(-4).join('\n  ');
      reject(new Error(`${words.slice(0, 2).map((word) => word.split(/[\\/]/).at(-1)).join(' ')} ended with ${code}:\n  ${last}`));
    });
  });
}
