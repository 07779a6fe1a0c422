/** TensorFlow for Node: the package by npm, its library as one archive, its addon by its own script. */
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { version_core } from '#tfjs';
import { cacheFolder } from '../storage.ts';
import { checksums, download } from './download.ts';
import type { InstallOptions, Receipt } from './install.ts';
import { npmInstall, runNode } from './npm.ts';
import { through } from './proxy.ts';
import { unpack } from './unpack.ts';

const nameOf = (device: 'cpu' | 'gpu'): string => (device === 'gpu' ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node');
const isArchive = (name: string): boolean => /^libtensorflow.*\.(tar\.gz|tgz|zip)$/i.test(name);

/** @throws with the step that failed and what to do */
export async function buildTensorFlow(device: 'cpu' | 'gpu', folder: string, options: InstallOptions): Promise<Receipt> {
  const { from, say, signal } = options;
  const name = nameOf(device);
  const target = join(folder, 'node_modules', ...name.split('/'));
  if (from !== undefined && existsSync(join(from, 'node_modules', ...name.split('/'), 'package.json'))) {
    say(`copying ${from}`);
    cpSync(join(from, 'node_modules'), join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true });
    return { package: name, version: versionOf(target) };
  }
  const given = from === undefined ? undefined : givenArchive(from, name);
  await npmInstall(folder, [`${name}@${version_core}`], say, signal);
  const archive = given ?? await fetchLibrary(device, target, options);
  const { sha256 } = await checksums(archive);
  try {
    if (options.sha256 !== undefined && sha256 !== options.sha256.toLowerCase()) throw new Error(`The SHA-256 of ${archive} is ${sha256}, and should be ${options.sha256}: it is another file, or damaged.`);
    say(`unpacking ${basename(archive)}`);
    const deps = join(target, 'deps');
    mkdirSync(deps, { recursive: true });
    await unpack(archive, deps, createRequire(join(folder, 'package.json')));
    arrange(deps);
  } catch (error) {
    if (given !== undefined) throw error;
    rmSync(archive, { force: true }); // a page in its place, say, by whom the network belongs to: the next try must not meet it again
    throw new Error(`What was downloaded as ${basename(archive)} cannot be used: ${error instanceof Error ? error.message : String(error)} It was removed; run the same command again, or give the file with --from.`, { cause: error });
  }
  say('fetching or building the addon');
  await runNode([join(target, 'scripts', 'install.js'), device], target, say, signal, join(folder, 'node_modules', '.bin')); // finds the library there, and downloads none
  if (!existsSync(join(target, 'lib'))) throw new Error(`${name} built no addon. It is fetched for Node ${process.versions.node} on ${process.platform} ${process.arch}, or built with a C++ compiler, make and Python: install those, or use --from with a folder of another machine.`);
  return { package: name, version: versionOf(target), archive: { name: basename(archive), sha256 } };
}

/** The archive that `--from` names, or that lies in the folder it names. */
function givenArchive(from: string, name: string): string {
  const entry = statSync(from, { throwIfNoEntry: false });
  if (entry?.isFile()) return from;
  const found = entry?.isDirectory() ? readdirSync(from).find(isArchive) : undefined;
  if (found !== undefined) return join(from, found);
  throw new Error(`--from ${from}: give the archive of libtensorflow (libtensorflow-….tar.gz or .zip), a folder that has it, or a folder with node_modules/${name} installed on a machine like this.`);
}

/** Where the archive of a system lies, below the host that the package itself takes its addon from. */
export function libraryPath(device: 'cpu' | 'gpu', platform: string, arch: string, version: string): string {
  if (device === 'cpu' && platform === 'darwin' && arch === 'arm64') return 'tf-builds/libtensorflow_r2_7_darwin_arm64_cpu.tar.gz';
  if (device === 'cpu' && platform === 'linux' && arch === 'arm64') return 'tf-builds/libtensorflow_r2_7_linux_arm64.tar.gz';
  const system = { linux: 'linux', win32: 'windows', darwin: 'darwin' }[platform];
  if (system === undefined || arch !== 'x64' || (device === 'gpu' && system === 'darwin')) throw new Error(`TensorFlow's ${device.toUpperCase()} library does not exist for ${platform} ${arch}.`);
  return `tensorflow/libtensorflow/libtensorflow-${device}-${system}-x86_64-${version}.${system === 'windows' ? 'zip' : 'tar.gz'}`;
}

async function fetchLibrary(device: 'cpu' | 'gpu', target: string, { say, sha256, onProgress, signal }: InstallOptions): Promise<string> {
  const { binary } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as { binary: { host: string } };
  const { LIBTENSORFLOW_VERSION: version } = createRequire(join(target, 'package.json'))('./scripts/deps-constants.js') as { LIBTENSORFLOW_VERSION: string };
  const path = libraryPath(device, process.platform, process.arch, version);
  const url = libraryUrl(path, binary.host, process.env);
  const to = join(cacheFolder(), 'downloads', basename(path));
  if (existsSync(to)) return to;
  say(`downloading ${basename(path)}`);
  await download({ url, to, ...(sha256 === undefined ? {} : { sha256 }), ...through(url), ...(onProgress ? { onProgress } : {}), ...(signal ? { signal } : {}) });
  return to;
}

/** The variables that the package's own script knows: a mirror of the whole storage, or of the libraries alone. */
export function libraryUrl(path: string, host: string, env: Readonly<Record<string, string | undefined>>): string {
  const base = env['TFJS_NODE_BASE_URI'] ?? env['npm_config_TFJS_NODE_BASE_URI'];
  const prefix = 'tensorflow/libtensorflow/libtensorflow-';
  if (base !== undefined && path.startsWith(prefix)) return base + path.slice(prefix.length);
  const storage = env['TFJS_NODE_CDN_STORAGE'] ?? env['npm_config_TFJS_NODE_CDN_STORAGE'] ?? env['CDN_STORAGE'] ?? `${new URL(host).origin}/`;
  return `${storage.endsWith('/') ? storage : `${storage}/`}${path}`;
}

/** Some archives for Windows have the library at the top. */
function arrange(deps: string): void {
  const [flat, lib] = [join(deps, 'tensorflow.dll'), join(deps, 'lib')];
  if (!existsSync(flat)) return;
  mkdirSync(lib, { recursive: true });
  renameSync(flat, join(lib, 'tensorflow.dll'));
}

const versionOf = (folder: string): string => (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
