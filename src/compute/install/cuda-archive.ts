/** The archives that carry onnxruntime's CUDA libraries for Linux: its wheel for Python, its NuGet package. Both are zips. */
import { readFileSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import AdmZip from 'adm-zip';

/** What one kind of archive says of itself, and where its libraries lie. */
interface Kind {
  readonly manifest: RegExp;
  readonly name: RegExp;
  readonly version: RegExp;
  readonly product: RegExp;
  readonly folder: string;
  /** Where it says what system it is for, if its name does not. */
  readonly system?: { readonly file: RegExp; readonly tag: RegExp; readonly good: RegExp };
}

const kinds: { readonly [extension: string]: Kind } = {
  '.whl': {
    manifest: /^[^/]+\.dist-info\/METADATA$/, name: /^Name: *(\S+)/m, version: /^Version: *(\S+)/m, product: /^onnxruntime[-_.]gpu$/i, folder: 'onnxruntime/capi',
    system: { file: /^[^/]+\.dist-info\/WHEEL$/, tag: /^Tag: *(\S+)/m, good: /linux\S*_x86_64$/ },
  },
  '.nupkg': {
    manifest: /^[^/]+\.nuspec$/, name: /<id>\s*([^<\s]+)/, version: /<version>\s*([^<\s]+)/, product: /^Microsoft\.ML\.OnnxRuntime\.Gpu(\.Linux)?$/i, folder: 'runtimes/linux-x64/native',
  },
};

export const cudaLibraries = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'] as const;

export const isCudaArchive = (path: string): boolean => extname(path).toLowerCase() in kinds;

/** The package to give, for messages. */
export const cudaArchive = (version: string): string => `onnxruntime-gpu ${version} for Linux x86_64 (pip download --no-deps onnxruntime-gpu==${version}), or the same as a .nupkg`;

/**
 * Which entries of an archive are the CUDA libraries.
 * @param version of onnxruntime-node: its library and those of CUDA have to be of one version
 * @throws if it is damaged, of something else, of another version or for another system
 */
export function librariesIn(file: string, version: string): readonly string[] {
  const refuse = (what: string): Error => new Error(`--from ${file}: ${what}. Give ${cudaArchive(version)}.`);
  const kind = kinds[extname(file).toLowerCase()];
  if (!kind) throw refuse('it is neither a wheel (.whl) nor a .nupkg');
  const zip = opened(file);
  if (!zip) throw refuse('it cannot be read as a zip, which a wheel and a .nupkg are: it is damaged, or something else');
  const found = (entry: RegExp, what: RegExp): string | undefined => what.exec(textOf(zip, entry))?.[1];
  const [name, has, tag] = [found(kind.manifest, kind.name), found(kind.manifest, kind.version), kind.system && found(kind.system.file, kind.system.tag)];
  if (name === undefined || has === undefined) throw refuse('it does not say what package it is');
  if (!kind.product.test(name)) throw refuse(`it is ${name} ${has}, which has no CUDA libraries of onnxruntime for Linux`);
  if (has.split('+')[0] !== version) throw refuse(`it is ${name} ${has}, and the onnxruntime-node of this program is ${version}`);
  if (kind.system && !kind.system.good.test(tag ?? '')) throw refuse(`it is ${name} for another system, ${tag ?? 'which it does not name'}`);
  const names = new Set(zip.getEntries().map(({ entryName }) => entryName));
  return cudaLibraries.map((library) => {
    const path = `${kind.folder}/${library}`;
    if (!names.has(path)) throw refuse(`it has no ${path}`);
    return path;
  });
}

/**
 * A library by itself names its version in its middle, as a text between zeros. One of another version would load without complaint, and
 * compute or crash as it happens.
 * @throws if it names another version and not this one
 */
export function checkLibrary(file: string, version: string): void {
  const bytes = readFileSync(file);
  if (bytes.includes(`\x00${version}\x00`)) return;
  for (let at = bytes.indexOf('\x001.'); at >= 0; at = bytes.indexOf('\x001.', at + 1)) {
    const other = /^\0(1\.\d+\.\d+)\0/.exec(bytes.toString('latin1', at, at + 16))?.[1];
    if (other !== undefined) throw new Error(`--from ${dirname(file)}: ${basename(file)} is of onnxruntime ${other}, and the onnxruntime-node of this program is ${version}. Give ${cudaArchive(version)}.`);
  }
}

function opened(file: string): AdmZip | undefined {
  try {
    return new AdmZip(file);
  } catch {
    return undefined;
  }
}

function textOf(zip: AdmZip, name: RegExp): string {
  const entry = zip.getEntries().find(({ entryName }) => name.test(entryName));
  return entry ? zip.readAsText(entry) : '';
}
