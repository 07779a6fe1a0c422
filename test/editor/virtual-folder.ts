/** A workspace folder on no disk, for tests: the editor reads it, and Node cannot, for its paths are not those of the disk. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Uri } from './fake-parts.ts';
import type { Editor } from './fake.ts';

export const scheme = 'vfs';
/** The folder's path; no disk has it. */
const top = '/a-repository';

/** As the editor says that a file is not there. */
function missing(path: string): Error {
  return Object.assign(new Error(`EntryNotFound (FileSystemError): ${path}`), { code: 'FileNotFound' });
}

/** Makes what lies in a folder of the disk the only folder of the workspace, by other addresses. A search finds nothing: it has none for this scheme. */
export function openVirtually(editor: Editor, folder: string): { uri: (...inside: string[]) => Uri; asked: string[] } {
  const asked: string[] = [];
  const real = ({ scheme: given, path }: Uri): string => {
    if (given !== scheme || (path !== top && !path.startsWith(`${top}/`))) throw missing(path);
    asked.push(path.slice(top.length));
    return join(folder, path.slice(top.length));
  };
  const orMissing = async <T>(uri: Uri, action: (path: string) => Promise<T>): Promise<T> => {
    const path = real(uri);
    return action(path).catch(() => { throw missing(uri.path); });
  };
  editor.files = [];
  editor.workspaceFolders = [{ uri: new Uri(scheme, top), name: 'a-repository' }];
  Object.assign(editor.host.api.workspace, {
    fs: {
      readFile: (uri: Uri) => orMissing(uri, readFile),
      stat: (uri: Uri) => orMissing(uri, async (path) => { const { mtimeMs, size } = await stat(path); return { mtime: mtimeMs, size }; }),
      readDirectory: (uri: Uri) => orMissing(uri, async (path) => (await readdir(path, { withFileTypes: true })).map((entry) => [entry.name, entry.isDirectory() ? 2 : 1])),
    },
  });
  return { uri: (...inside) => Uri.joinPath(new Uri(scheme, top), ...inside), asked };
}
