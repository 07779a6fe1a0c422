/** Where a file's bytes come from: the disk, in ranges, or, in a virtual workspace, the editor's file system, which gives files whole. */
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { fileSource, type ByteSource } from '../../run/folder/source.ts';
import type { Api } from '../host.ts';
import { isOnDisk, uriOf } from './place.ts';

/** Larger files of virtual workspaces are refused: they would have to be held in memory. */
const largest = 256 * 1024 * 1024;

/** Where StepTool's readers look for Node's code of a file that is not there, the editor has one of its own. */
const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'FileNotFound';

/** The bytes of a file. Throws, for people, if it is too large for where it is; `ENOENT` where there is none, wherever it is. */
export function sourceOf(api: Pick<Api, 'l10n' | 'workspace'>, uri: vscode.Uri): ByteSource {
  if (uri.scheme === 'file') return fileSource(uri.fsPath);
  let held: { readonly changed: number; readonly bytes: Uint8Array } | undefined;
  const bytes = async (): Promise<Uint8Array> => {
    try {
      const { mtime, size } = await api.workspace.fs.stat(uri);
      if (size > largest) throw new Error(api.l10n.t('{0} has {1} MB. In a workspace that is not on a disk, files of up to {2} MB can be shown: open a local copy.', uri.path, Math.round(size / 1024 / 1024), largest / 1024 / 1024));
      if (held?.changed !== mtime || held.bytes.length !== size) held = { changed: mtime, bytes: await api.workspace.fs.readFile(uri) };
      return held.bytes;
    } catch (error) {
      throw isMissing(error) ? Object.assign(new Error(`There is no ${uri.path}.`, { cause: error }), { code: 'ENOENT' }) : error;
    }
  };
  return {
    name: uri.path,
    size: async () => (await bytes()).length,
    read: async (position, length) => (await bytes()).subarray(position, position + length),
  };
}

/** The bytes of a file in a run's folder, wherever that is; `inside` is its path from there. */
export const sourceIn = (api: Pick<Api, 'l10n' | 'workspace' | 'Uri'>, folder: string, ...inside: readonly string[]): ByteSource =>
  isOnDisk(folder) ? fileSource(join(folder, ...inside)) : sourceOf(api, uriOf(api, folder, ...inside));
