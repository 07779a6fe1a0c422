import { open, stat } from 'node:fs/promises';
import { RunFolderError } from './errors.ts';

/** Bytes that can be read in ranges: a file, or memory. Reading is asynchronous, since editors read too. */
export interface ByteSource {
  /** For messages. */
  readonly name: string;
  size(): Promise<number>;
  /** Up to `length` bytes from `position`; fewer at the end. */
  read(position: number, length: number): Promise<Uint8Array>;
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
    read: (position, length) =>
      withFile(async (file) => {
        const size = (await file.stat()).size;
        const bytes = new Uint8Array(Math.max(0, Math.min(length, size - position)));
        let filled = 0;
        while (filled < bytes.length) {
          const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, position + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return bytes.subarray(0, filled);
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
