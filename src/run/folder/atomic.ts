import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import type { Disk } from './disk.ts';
import { attempt, bestEffort, systemCode } from './errors.ts';
import type { Attempt } from './errors.ts';

/** The largest single write: keeps a call short, and below the limits that platforms put on one. */
const writeBytes = 16 * 1024 * 1024;

/** A name beside `path` that nothing else uses; {@link isTemporary} knows it again. */
export const temporaryBeside = (path: string): string => `${path}.${randomBytes(4).toString('hex')}.tmp`;

/** Whether a file or folder name is one that a crash may have left behind. */
export const isTemporary = (name: string): boolean => /\.[0-9a-f]{8}\.tmp$/.test(name);

/** Writes all bytes at the end of an open file, however few the file system takes at a time. */
export function writeAll(disk: Disk, handle: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; ) {
    from += disk.write(handle, bytes.subarray(from, Math.min(bytes.length, from + writeBytes)));
  }
}

/** Writes a new file, given in parts, and returns when it is on the disk. The name must be free. Throws Node's errors. */
export function writeNew(disk: Disk, path: string, parts: readonly Uint8Array[]): void {
  const handle = disk.open(path, 'create');
  try {
    for (const part of parts) writeAll(disk, handle, part);
    disk.sync(handle);
  } finally {
    disk.close(handle);
  }
}

/** Renames, trying again where the platform refuses for a moment. Throws Node's errors. */
export function rename(disk: Disk, from: string, to: string): void {
  for (let tries = 0; ; tries++) {
    try {
      disk.rename(from, to);
      return;
    } catch (error) {
      const code = systemCode(error);
      const passing = code === 'EPERM' || code === 'EACCES' || code === 'EBUSY';
      if (!passing || tries >= disk.renameRetries) throw error;
      // A blocking wait, doubling from 5 ms: the caller is a synchronous writer with nothing else to do.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5 * 2 ** tries);
    }
  }
}

/**
 * Puts a file in place all at once: written beside, synced, renamed. Whoever reads, and whenever the process dies, sees
 * the old file or the new one. Throws RunFolderError as `what` says.
 */
export function replaceFile(disk: Disk, path: string, parts: readonly Uint8Array[], what: Attempt): void {
  attempt(what, () => {
    const temporary = temporaryBeside(path);
    try {
      writeNew(disk, temporary, parts);
      rename(disk, temporary, path);
    } catch (error) {
      bestEffort(() => disk.remove(temporary));
      throw error;
    }
    disk.syncFolder(dirname(path));
  });
}
