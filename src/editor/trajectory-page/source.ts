/** Where a file's bytes come from: the disk, in ranges, or, in a virtual workspace, the editor's file system, which gives files whole. */
import type * as vscode from 'vscode';
import { fileSource, type ByteSource } from '../../run/folder/source.ts';
import type { Host } from '../host.ts';

/** Larger files of virtual workspaces are refused: they would have to be held in memory. */
const largest = 256 * 1024 * 1024;

/** The bytes of a file. Throws, for people, if it is too large for where it is. */
export function sourceOf({ api }: Host, uri: vscode.Uri): ByteSource {
  if (uri.scheme === 'file') return fileSource(uri.fsPath);
  let held: { readonly changed: number; readonly bytes: Uint8Array } | undefined;
  const bytes = async (): Promise<Uint8Array> => {
    const { mtime, size } = await api.workspace.fs.stat(uri);
    if (size > largest) throw new Error(api.l10n.t('{0} has {1} MB. In a workspace that is not on a disk, files of up to {2} MB can be shown: open a local copy.', uri.path, Math.round(size / 1024 / 1024), largest / 1024 / 1024));
    if (held?.changed !== mtime || held.bytes.length !== size) held = { changed: mtime, bytes: await api.workspace.fs.readFile(uri) };
    return held.bytes;
  };
  return {
    name: uri.path,
    size: async () => (await bytes()).length,
    read: async (position, length) => (await bytes()).subarray(position, position + length),
  };
}
