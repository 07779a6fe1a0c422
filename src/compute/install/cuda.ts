/** onnxruntime with its CUDA libraries: a copy of the embedded version in the user's storage, the libraries put beside its binary. */
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { cudaLibrary, findPackage, onnxPackage } from '../packages.ts';
import { providerMissing } from '../onnx/provider.ts';
import { checkLibrary, cudaArchive, cudaLibraries, isCudaArchive, librariesIn } from './cuda-archive.ts';
import { checksums } from './download.ts';
import type { InstallOptions, Receipt } from './install.ts';
import { npmInstall, runNode } from './npm.ts';
import { proxyFor } from './proxy.ts';
import { unpack } from './unpack.ts';

/** @throws with the step that failed and what to do */
export async function buildCuda(folder: string, { from, sha256, say, signal }: InstallOptions): Promise<Receipt> {
  const impossible = providerMissing('cuda');
  if (impossible) throw new Error(`CUDA cannot be installed: ${impossible.reason}. ${impossible.remedy}`);
  const embedded = onnxPackage();
  if (!embedded) throw new Error('The package onnxruntime-node is not installed. Reinstall with npm ci.');
  const name = 'onnxruntime-node';
  const target = join(folder, 'node_modules', name);
  const instead = `Is a proxy needed (HTTPS_PROXY)? Or fetch it elsewhere and give it with --from: ${cudaArchive(embedded.version)}.`;
  const receipt: Receipt = { package: name, version: embedded.version };
  if (from !== undefined && existsSync(cudaLibrary(join(from, 'node_modules', name)))) {
    const { version } = JSON.parse(readFileSync(join(from, 'node_modules', name, 'package.json'), 'utf8')) as { version: string };
    if (version !== embedded.version) throw new Error(`--from ${from} has ${name} ${version}; this program needs ${embedded.version}.`);
    say(`copying ${from}`);
    cpSync(join(from, 'node_modules'), join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true });
    return receipt;
  }
  const given = from === undefined ? undefined : givenLibraries(from, embedded.version);
  const archive = given?.archive === undefined ? undefined : { name: basename(given.archive), ...(await checksums(given.archive)) };
  if (sha256 !== undefined && archive && archive.sha256 !== sha256.toLowerCase()) throw new Error(`The SHA-256 of ${given?.archive} is ${archive.sha256}, and should be ${sha256}: it is another file, or damaged.`);
  for (const file of given?.files ?? []) checkLibrary(file, embedded.version);
  // Before anything is fetched, where the package that reads zips is at hand: the extension does not carry it.
  const inside = join(embedded.folder, 'package.json');
  if (given?.archive !== undefined && findPackage('adm-zip', inside)) librariesIn(given.archive, embedded.version, createRequire(inside));
  await npmInstall(folder, [`${name}@${embedded.version}`], say, signal);
  const library = cudaLibrary(target);
  mkdirSync(dirname(library), { recursive: true });
  if (given?.archive !== undefined) {
    const require = createRequire(join(folder, 'package.json'));
    const members = librariesIn(given.archive, embedded.version, require);
    say(`unpacking ${basename(given.archive)}`);
    await unpack(given.archive, dirname(library), require, (path) => members.includes(path));
  } else if (given) for (const path of given.files) copyFileSync(path, join(dirname(library), basename(path)));
  else {
    say('downloading the CUDA libraries with the script of onnxruntime-node');
    await runNode([join(target, 'script', 'install.js')], target, say, signal, join(folder, 'node_modules', '.bin'), downloading(target, process.env)).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw new Error(`The CUDA libraries could not be downloaded: ${error instanceof Error ? error.message : String(error)}\n${instead}`, { cause: error });
    });
  }
  if (!existsSync(library)) throw new Error(`The CUDA library did not arrive: there is no ${basename(library)}. ${instead}`);
  return { ...receipt, ...(archive ? { archive: { name: archive.name, sha256: archive.sha256 } } : {}) };
}

/**
 * What the package's script goes by: to download, whatever the user's own variable says and whoever started it. The flag that it has
 * for one kind of libraries is lost in it, and under `npx` it then does nothing. Proxies have other names there.
 */
export function downloading(target: string, env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const { feeds } = createRequire(join(target, 'package.json'))('./script/install-metadata.js') as { feeds: { nuget: { index: string } } };
  const proxy = proxyFor(feeds.nuget.index, env);
  return { ONNXRUNTIME_NODE_INSTALL: 'true', ...(proxy === undefined ? {} : { GLOBAL_AGENT_HTTP_PROXY: proxy }) };
}

/** The package of libraries that `--from` names, or the libraries themselves in a folder. */
function givenLibraries(from: string, version: string): { readonly archive: string; readonly files?: undefined } | { readonly archive?: undefined; readonly files: readonly string[] } {
  const entry = statSync(from, { throwIfNoEntry: false });
  if (entry?.isFile()) return { archive: from };
  const names = entry?.isDirectory() ? readdirSync(from) : [];
  if (cudaLibraries.every((name) => names.includes(name))) return { files: cudaLibraries.map((name) => join(from, name)) };
  const archive = names.find((name) => isCudaArchive(name) && /onnxruntime.*gpu/i.test(name));
  if (archive !== undefined) return { archive: join(from, archive) };
  throw new Error(`--from ${from}: give ${cudaArchive(version)}; or a folder that has either, or ${cudaLibraries.join(' and ')}.`);
}
