/** onnxruntime with its CUDA libraries: a copy of the embedded version in the user's storage, the libraries put beside its binary. */
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { cudaLibrary, onnxPackage } from '../packages.ts';
import { providerMissing } from '../onnx/provider.ts';
import { checksums } from './download.ts';
import type { InstallOptions, Receipt } from './install.ts';
import { npmInstall, runNode } from './npm.ts';
import { unpack } from './unpack.ts';

const isLibrary = (name: string): boolean => /libonnxruntime_providers_(cuda|shared)\.so$/.test(name);

/** @throws with the step that failed and what to do */
export async function buildCuda(folder: string, { from, sha256, say, signal }: InstallOptions): Promise<Receipt> {
  const impossible = providerMissing('cuda');
  if (impossible) throw new Error(`CUDA cannot be installed: ${impossible.reason}. ${impossible.remedy}`);
  const embedded = onnxPackage();
  if (!embedded) throw new Error('The package onnxruntime-node is not installed. Reinstall with npm ci.');
  const name = 'onnxruntime-node';
  const target = join(folder, 'node_modules', name);
  const receipt: Receipt = { package: name, version: embedded.version };
  if (from !== undefined && existsSync(cudaLibrary(join(from, 'node_modules', name)))) {
    const { version } = JSON.parse(readFileSync(join(from, 'node_modules', name, 'package.json'), 'utf8')) as { version: string };
    if (version !== embedded.version) throw new Error(`--from ${from} has ${name} ${version}; this program needs ${embedded.version}.`);
    say(`copying ${from}`);
    cpSync(join(from, 'node_modules'), join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true });
    return receipt;
  }
  const given = from === undefined ? undefined : givenLibraries(from);
  const archive = given?.archive === undefined ? undefined : { name: basename(given.archive), ...(await checksums(given.archive)) };
  if (sha256 !== undefined && archive && archive.sha256 !== sha256.toLowerCase()) throw new Error(`The SHA-256 of ${given?.archive} is ${archive.sha256}, and should be ${sha256}: it is another file, or damaged.`);
  await npmInstall(folder, [`${name}@${embedded.version}`], say, signal);
  const library = cudaLibrary(target);
  mkdirSync(dirname(library), { recursive: true });
  if (given?.archive !== undefined) await unpack(given.archive, dirname(library), createRequire(join(folder, 'package.json')), isLibrary);
  else if (given) for (const path of given.files) copyFileSync(path, join(dirname(library), basename(path)));
  else {
    say('downloading the CUDA libraries with the script of onnxruntime-node');
    await runNode([join(target, 'script', 'install.js'), '--onnxruntime-node-install=cuda12'], target, say, signal, join(folder, 'node_modules', '.bin'));
  }
  if (!existsSync(library)) throw new Error(`The CUDA library did not arrive: there is no ${basename(library)}. Try again, or fetch onnxruntime's GPU package for Linux ${embedded.version} (.nupkg) elsewhere and give it with --from.`);
  return { ...receipt, ...(archive ? { archive: { name: archive.name, sha256: archive.sha256 } } : {}) };
}

/** The package of libraries that `--from` names, or the libraries themselves in a folder. */
function givenLibraries(from: string): { readonly archive: string; readonly files?: undefined } | { readonly archive?: undefined; readonly files: readonly string[] } {
  const entry = statSync(from, { throwIfNoEntry: false });
  if (entry?.isFile()) return { archive: from };
  const names = entry?.isDirectory() ? readdirSync(from) : [];
  const files = names.filter(isLibrary).map((name) => join(from, name));
  if (files.length === 2) return { files };
  const archive = names.find((name) => /\.nupkg$/i.test(name));
  if (archive !== undefined) return { archive: join(from, archive) };
  throw new Error(`--from ${from}: give onnxruntime's GPU package for Linux (.nupkg), a folder that has it, or a folder with libonnxruntime_providers_cuda.so and libonnxruntime_providers_shared.so.`);
}
