/** Unpacks archives with the packages that engines bring for the same purpose. Nothing leaves the folder. */
import { chmodSync } from 'node:fs';
import { basename, isAbsolute, join, normalize } from 'node:path';

interface Tar { x(options: { readonly file: string; readonly cwd: string }): Promise<void> }
interface ZipEntry { readonly entryName: string; readonly isDirectory: boolean }
export interface Zip { getEntries(): readonly ZipEntry[]; readAsText(entry: ZipEntry): string; extractEntryTo(entry: ZipEntry, to: string, maintainEntryPath: boolean, overwrite: boolean): boolean }

const isZip = (file: string): boolean => /\.(zip|nupkg|whl)$/i.test(file);

/** @throws if the file is no zip */
export const openZip = (file: string, require: NodeJS.Require): Zip => new (require('adm-zip') as new (file: string) => Zip)(file);

/** Whether a path in an archive stays below the folder that it is unpacked into. */
export const staysInside = (path: string): boolean => !isAbsolute(path) && !/^[a-z]:/i.test(path) && !normalize(path).split(/[\\/]/).includes('..');

/**
 * @param require finds `tar` and `adm-zip`
 * @param only which entries of a zip, each then put into the folder without its path; all, with theirs, if absent
 */
export async function unpack(file: string, to: string, require: NodeJS.Require, only?: (path: string) => boolean): Promise<void> {
  if (!isZip(file)) return (require('tar') as Tar).x({ file, cwd: to }); // refuses absolute paths and `..` by itself
  const zip = openZip(file, require);
  for (const entry of zip.getEntries()) {
    if (entry.isDirectory || (only && !only(entry.entryName))) continue;
    if (!staysInside(entry.entryName)) throw new Error(`${file} has an entry that leaves its folder, '${entry.entryName}': it was not unpacked.`);
    zip.extractEntryTo(entry, to, !only, true);
    chmodSync(join(to, only ? basename(entry.entryName) : entry.entryName), 0o644); // the package leaves them to be written by anybody
  }
}
