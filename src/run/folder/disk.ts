/**
 * Everything a run folder's writer asks of the file system, and nothing more: the one place where faults are injected.
 * Calls are synchronous on purpose: there are a few dozen an iteration, and their order is what makes a crash harmless.
 */
import * as fs from 'node:fs';
import { systemCode } from './errors.ts';

export interface Entry {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly size: number;
}

/** Every call throws Node's own errors (`ENOSPC` and so on). Paths are never followed through a link when written to. */
export interface Disk {
  /** Opens for writing. `create` refuses what exists; `append` creates what does not. */
  open(path: string, mode: 'create' | 'append'): number;
  /** Writes at the end and returns the number of bytes taken, which may be fewer than given. */
  write(handle: number, bytes: Uint8Array): number;
  /** Returns when the file's bytes are on the disk. */
  sync(handle: number): void;
  close(handle: number): void;
  /** Cuts a file to `size` bytes, and syncs. */
  truncate(path: string, size: number): void;
  rename(from: string, to: string): void;
  /** A second name for a file; `EEXIST` when that name is taken. */
  link(existing: string, path: string): void;
  remove(path: string): void;
  /** Removes a folder with all it holds; links in it are removed, not followed. */
  removeFolder(path: string): void;
  /** Makes one folder; `EEXIST` when it is there. */
  makeFolder(path: string): void;
  /** Returns when the folder's names are on the disk, where the platform can do that. */
  syncFolder(path: string): void;
  /** What is at a path, links not followed; undefined when nothing is. */
  entry(path: string): Entry | undefined;
  list(path: string): string[];
  /** Up to `length` bytes from `position`; fewer at the end of the file. */
  read(path: string, position: number, length: number): Uint8Array;
  /** How often a refused rename is tried again: on Windows a virus scanner or an indexer may hold the file for a moment. */
  readonly renameRetries: number;
}

// Windows has no such flag; there, links need a privilege, and the writer looks at the entry before it opens a file.
const noFollow = fs.constants.O_NOFOLLOW ?? 0;
const flags = {
  create: fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_EXCL | noFollow,
  append: fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_APPEND | noFollow,
} as const;

function withFile<T>(path: string, mode: number, action: (handle: number) => T): T {
  const handle = fs.openSync(path, mode);
  try {
    return action(handle);
  } finally {
    fs.closeSync(handle);
  }
}

function kindOf(stat: fs.Stats): Entry['kind'] {
  if (stat.isSymbolicLink()) return 'link';
  if (stat.isFile()) return 'file';
  return stat.isDirectory() ? 'folder' : 'other';
}

/** The real file system. */
export const nodeDisk: Disk = {
  open: (path, mode) => fs.openSync(path, flags[mode], 0o666),
  write: (handle, bytes) => fs.writeSync(handle, bytes),
  sync: (handle) => fs.fsyncSync(handle),
  close: (handle) => fs.closeSync(handle),
  truncate(path, size) {
    withFile(path, fs.constants.O_RDWR | noFollow, (handle) => {
      fs.ftruncateSync(handle, size);
      fs.fsyncSync(handle);
    });
  },
  rename: (from, to) => fs.renameSync(from, to),
  link: (existing, path) => fs.linkSync(existing, path),
  remove: (path) => fs.unlinkSync(path),
  removeFolder: (path) => fs.rmSync(path, { recursive: true, force: true, maxRetries: 3 }),
  makeFolder: (path) => fs.mkdirSync(path),
  syncFolder(path) {
    try {
      withFile(path, fs.constants.O_RDONLY, (handle) => fs.fsyncSync(handle));
    } catch (error) {
      // Windows and some network file systems cannot sync a folder; their renames are as durable as they get.
      const code = systemCode(error);
      if (code !== 'EPERM' && code !== 'EISDIR' && code !== 'EINVAL' && code !== 'EACCES' && code !== 'ENOTSUP') throw error;
    }
  },
  entry(path) {
    const stat = fs.lstatSync(path, { throwIfNoEntry: false });
    return stat && { kind: kindOf(stat), size: stat.size };
  },
  list: (path) => fs.readdirSync(path),
  read: (path, position, length) =>
    withFile(path, fs.constants.O_RDONLY, (handle) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, fs.fstatSync(handle).size - position)));
      let filled = 0;
      while (filled < bytes.length) {
        const count = fs.readSync(handle, bytes, filled, bytes.length - filled, position + filled);
        if (count === 0) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    }),
  renameRetries: process.platform === 'win32' ? 8 : 0,
};
