/** Finding the packages that engines are made of: in the user's storage, or where this program is installed. Nothing is loaded. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedFolder, type Installable } from './storage.ts';

export interface FoundPackage {
  /** What `require` is called with, from `from`. */
  readonly name: string;
  readonly folder: string;
  readonly version: string;
  readonly from: string;
}

/** Where a package can be found from a file, without running any of it. Its main file need not be importable. */
export function findPackage(name: string, from: string): FoundPackage | undefined {
  for (const place of createRequire(from).resolve.paths(name) ?? []) {
    const folder = join(place, ...name.split('/'));
    const version = versionIn(folder);
    if (version !== undefined) return { name, folder, version, from };
  }
  return undefined;
}

function versionIn(folder: string): string | undefined {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) return undefined;
  try {
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined; // a damaged package is no package
  }
}

/** A file in a folder from which packages are looked up: it need not exist. */
const fileIn = (folder: string): string => join(folder, 'package.json');

/** The project's own packages come after the user's: what was installed on request is what is wanted. */
const placesFor = (what: Installable, env: Readonly<Record<string, string | undefined>> = process.env): readonly string[] =>
  [fileIn(installedFolder(what, env)), fileIn(process.cwd()), fileURLToPath(import.meta.url)];

export const tensorflowPackage = (device: 'cpu' | 'gpu'): FoundPackage | undefined => {
  const name = device === 'gpu' ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node';
  return firstOf(placesFor(`tensorflow-${device}`).map((from) => () => findPackage(name, from)));
};

/** The embedded onnxruntime. */
export const onnxPackage = (): FoundPackage | undefined => firstOf(placesFor('cuda').slice(2).map((from) => () => findPackage('onnxruntime-node', from)));

/** onnxruntime with its CUDA libraries beside it, of whatever version: a copy in the user's storage, or the embedded one if they were put there. */
export const installedCuda = (): FoundPackage | undefined =>
  firstOf([placesFor('cuda')[0], placesFor('cuda')[2]].map((from) => () => {
    const found = findPackage('onnxruntime-node', from);
    return found && existsSync(cudaLibrary(found.folder)) ? found : undefined;
  }));

/** The same, if it can be used: one that an older program installed is of another version. */
export function cudaPackage(): FoundPackage | undefined {
  const found = installedCuda();
  return found && found.version === onnxPackage()?.version ? found : undefined;
}

/** The library that makes the difference. */
export const cudaLibrary = (folder: string, platform: string = process.platform, arch: string = process.arch): string =>
  join(folder, 'bin', 'napi-v6', platform, arch, platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so');

function firstOf<T>(tries: readonly (() => T | undefined)[]): T | undefined {
  for (const attempt of tries) {
    const found = attempt();
    if (found !== undefined) return found;
  }
  return undefined;
}
