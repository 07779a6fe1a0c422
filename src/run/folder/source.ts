import { open, stat, type FileHandle } from 'node:fs/promises';
import { RunFolderError } from './errors.ts';

/** Bytes that can be read in ranges: a file, or memory. Reading is asynchronous, since editors read too. */
export interface ByteSource {
  /** For messages. */
  readonly name: string;
  size(): Promise<number>;
  /** Up to `length` bytes from `position`; fewer at the end. */
  read(position: number, length: number): Promise<Uint8Array>;
  /** The same into memory of the caller's, who reads much and would leave as much to the garbage collector. Gives the number of bytes. */
  readInto?(position: number, target: Uint8Array): Promise<number>;
}

/** Bytes that are asked of Node at once: at 2 GiB it ends the whole process, with an error that nobody can catch. */
const mostAtOnce = 2 ** 30;

/**
 * Fills an array from a place in a file.
 * @param position in bytes from the start of the file
 * @returns the bytes that were there, fewer than asked for at the end of the file
 */
export async function fill(file: Pick<FileHandle, 'read'>, bytes: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, Math.min(mostAtOnce, bytes.length - filled), position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/**
 * A file as a source. It is opened for each call: windows are few, and nothing has to be closed. Throws Node's errors,
 * and `corrupt` for what is no plain file (a pipe would block for ever).
 */
export function fileSource(path: string): ByteSource {
  async function withFile<T>(action: (file: Awaited<ReturnType<typeof open>>) => Promise<T>): Promise<T> {
    if (!(await stat(path)).isFile()) throw new RunFolderError('corrupt', `${path} should be a file and is not. Move it away.`, path);
    const file = await open(path, 'r');
    try {
      return await action(file);
    } finally {
      await file.close();
    }
  }
  return {
    name: path,
    size: () => withFile(async (file) => (await file.stat()).size),
    readInto: (position, target) => withFile((file) => fill(file, target, position)),
    read: (position, length) =>
      withFile(async (file) => {
        const size = (await file.stat()).size;
        const bytes = new Uint8Array(Math.max(0, Math.min(length, size - position)));
        return bytes.subarray(0, await fill(file, bytes, position));
      }),
  };
}

/** Bytes in memory as a source. */
export function bytesSource(bytes: Uint8Array, name = 'memory'): ByteSource {
  return {
    name,
    size: () => Promise.resolve(bytes.length),
    read: (position, length) => Promise.resolve(bytes.subarray(position, position + length)),
  };
}
