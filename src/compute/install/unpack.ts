/** Unpacks archives. Nothing leaves the folder. */
import AdmZip from 'adm-zip';
import { chmodSync } from 'node:fs';
import { basename, isAbsolute, join, normalize } from 'node:path';

interface Tar { x(options: { readonly file: string; readonly cwd: string }): Promise<void> }
const isZip = (file: string): boolean => /\.(zip|nupkg|whl)$/i.test(file);

/** Whether a path in an archive stays below the folder that it is unpacked into. */
export const staysInside = (path: string): boolean => !isAbsolute(path) && !/^[a-z]:/i.test(path) && !normalize(path).split(/[\\/]/).includes('..');

/** @param require finds `tar`, which engines bring that come as such an archive */
export async function unpack(file: string, to: string, require: NodeJS.Require): Promise<void> {
  if (isZip(file)) return unpackZip(file, to);
  await (require('tar') as Tar).x({ file, cwd: to }); // refuses absolute paths and `..` by itself
}

/** @param only which entries, each then put into the folder without its path; all, with theirs, if absent */
export function unpackZip(file: string, to: string, only?: (path: string) => boolean): void {
  const zip = new AdmZip(file);
  for (const entry of zip.getEntries()) {
    if (entry.isDirectory || (only && !only(entry.entryName))) continue;
    if (!staysInside(entry.entryName)) throw new Error(`${file} has an entry that leaves its folder, '${entry.entryName}': it was not unpacked.`);
    zip.extractEntryTo(entry, to, !only, true);
    chmodSync(join(to, only ? basename(entry.entryName) : entry.entryName), 0o644); // the package leaves them to be written by anybody
  }
}
