import AdmZip from 'adm-zip';

/** Writes a small zip. @returns its path */
export function zip(path: string, entries: { readonly [name: string]: string | Buffer }): string {
  const made = new AdmZip();
  for (const [name, content] of Object.entries(entries)) made.addFile(name, Buffer.from(content as string));
  made.writeZip(path);
  return path;
}
