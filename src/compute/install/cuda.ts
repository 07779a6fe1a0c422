/** onnxruntime with its CUDA libraries: a copy of the embedded package in the user's storage, the libraries put beside its binary. */
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, sep } from 'node:path';
import { cacheFolder } from '../storage.ts';
import { cudaLibrary, findPackage, onnxPackage, type FoundPackage } from '../packages.ts';
import { providerMissing } from '../onnx/provider.ts';
import { checkLibrary, cudaArchive, cudaLibraries, isCudaArchive, librariesIn } from './cuda-archive.ts';
import { checksums, download } from './download.ts';
import type { InstallOptions, Receipt } from './install.ts';
import { findNugetPackage } from './nuget.ts';
import { through } from './proxy.ts';
import { unpackZip } from './unpack.ts';

const name = 'onnxruntime-node';

/** @throws with the step that failed and what to do */
export async function buildCuda(folder: string, options: InstallOptions): Promise<Receipt> {
  const { from, sha256, say } = options;
  const impossible = providerMissing('cuda');
  if (impossible) throw new Error(`CUDA cannot be installed: ${impossible.reason}. ${impossible.remedy}`);
  const embedded = onnxPackage();
  if (!embedded) throw new Error(`The package ${name} is not installed. Reinstall with npm ci.`);
  const { version } = embedded;
  const receipt: Receipt = { package: name, version };
  if (from !== undefined && existsSync(cudaLibrary(join(from, 'node_modules', name)))) {
    const other = JSON.parse(readFileSync(join(from, 'node_modules', name, 'package.json'), 'utf8')) as { version: string };
    if (other.version !== version) throw new Error(`--from ${from} has ${name} ${other.version}; this program needs ${version}.`);
    say(`copying ${from}`);
    cpSync(join(from, 'node_modules'), join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true });
    return receipt;
  }
  const given = from === undefined ? { archive: await fetchLibraries(embedded, options) } : givenLibraries(from, version);
  const sum = given.archive === undefined ? undefined : (await checksums(given.archive)).sha256;
  if (sha256 !== undefined && sum !== undefined && sum !== sha256.toLowerCase()) throw new Error(`The SHA-256 of ${given.archive} is ${sum}, and should be ${sha256}: it is another file, or damaged.`);
  for (const file of given.files ?? []) checkLibrary(file, version);
  const members = given.archive === undefined ? [] : readLibraries(given.archive, version, from === undefined);
  say(`copying ${name} ${version}`);
  copyEmbedded(embedded, join(folder, 'node_modules'));
  const place = dirname(cudaLibrary(join(folder, 'node_modules', name)));
  mkdirSync(place, { recursive: true });
  for (const path of given.files ?? []) copyFileSync(path, join(place, basename(path)));
  if (given.archive === undefined) return receipt;
  say(`unpacking ${basename(given.archive)}`);
  unpackZip(given.archive, place, (path) => members.includes(path));
  return { ...receipt, archive: { name: basename(given.archive), sha256: sum! } };
}

/** What the embedded package says of its libraries. */
interface Metadata {
  readonly manifests: { readonly [system: string]: { readonly [file: string]: { readonly package: string } } };
  readonly packages: { readonly [name: string]: { readonly name: string; readonly versions: readonly { readonly feed: string; readonly version: string }[] } };
  readonly feeds: { readonly [name: string]: { readonly index: string } };
}

/** The package of libraries, from the feed that the embedded package names or from the one that is set. @returns the file */
async function fetchLibraries(embedded: FoundPackage, { say, sha256, onProgress, signal }: InstallOptions): Promise<string> {
  const { manifests, packages, feeds } = createRequire(join(embedded.folder, 'package.json'))('./script/install-metadata.js') as Metadata;
  const wanted = packages[Object.values(manifests['linux/x64:cuda12'])[0].package];
  const { feed, version } = wanted.versions[0];
  const index = process.env['STEPTOOL_NUGET_INDEX'] || feeds[feed].index;
  try {
    say(`looking for ${wanted.name} ${version}`);
    const { url, file, sha512 } = await findNugetPackage(index, wanted.name, version, (address) => ({ ...through(address), ...(signal ? { signal } : {}) }));
    const to = join(cacheFolder(), 'downloads', file);
    if (existsSync(to) && (sha512 === undefined || (await checksums(to)).sha512 === sha512)) return to;
    say(`downloading ${file}${sha512 === undefined ? ', of which the feed tells no checksum' : ''}`);
    await download({ url, to, ...(sha512 === undefined ? {} : { sha512 }), ...(sha256 === undefined ? {} : { sha256 }), ...through(url), ...(onProgress ? { onProgress } : {}), ...(signal ? { signal } : {}) });
    return to;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error(`The CUDA libraries could not be downloaded: ${error instanceof Error ? error.message : String(error)} A mirror of the feed: STEPTOOL_NUGET_INDEX. Or fetch it elsewhere and give it with --from: ${cudaArchive(embedded.version)}.`, { cause: error });
  }
}

/** @throws if it is not what it should be; a download is removed then, so that the next try does not meet it again */
function readLibraries(archive: string, version: string, downloaded: boolean): readonly string[] {
  try {
    return librariesIn(archive, version);
  } catch (error) {
    if (!downloaded) throw error;
    rmSync(archive, { force: true });
    throw new Error(`What was downloaded as ${basename(archive)} cannot be used: ${error instanceof Error ? error.message : String(error)} It was removed.`, { cause: error });
  }
}

/** The embedded package as it is, for this system alone: no network is needed. */
function copyEmbedded(embedded: FoundPackage, to: string): void {
  const common = findPackage('onnxruntime-common', join(embedded.folder, 'package.json'));
  if (!common) throw new Error('The package onnxruntime-common is not installed. Reinstall with npm ci.');
  const binaries = dirname(dirname(dirname(cudaLibrary(embedded.folder))));
  const here = dirname(cudaLibrary(embedded.folder));
  const isOther = (path: string): boolean => !relative(binaries, path).startsWith('..') && !`${here}${sep}`.startsWith(`${path}${sep}`) && !path.startsWith(`${here}${sep}`);
  cpSync(embedded.folder, join(to, name), { recursive: true, dereference: true, filter: (path) => !isOther(path) });
  cpSync(common.folder, join(to, common.name), { recursive: true, dereference: true });
}

/** The package of libraries that `--from` names, or the libraries themselves in a folder. */
function givenLibraries(from: string, version: string): { readonly archive: string; readonly files?: undefined } | { readonly archive?: undefined; readonly files: readonly string[] } {
  const entry = statSync(from, { throwIfNoEntry: false });
  if (entry?.isFile()) return { archive: from };
  const names = entry?.isDirectory() ? readdirSync(from) : [];
  if (cudaLibraries.every((library) => names.includes(library))) return { files: cudaLibraries.map((library) => join(from, library)) };
  const archive = names.find((each) => isCudaArchive(each) && /onnxruntime.*gpu/i.test(each));
  if (archive !== undefined) return { archive: join(from, archive) };
  throw new Error(`--from ${from}: give ${cudaArchive(version)}; or a folder that has either, or ${cudaLibraries.join(' and ')}.`);
}
