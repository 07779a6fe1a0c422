/** A file written part by part, each made when its turn comes. */
import { open } from 'node:fs/promises';

/** Who waits for an export. */
export interface Watch {
  /** Hears that writing begins: what can be refused beforehand was not. */
  readonly onBegin?: () => void;
  /** Hears how many bytes of how many are written. */
  readonly onProgress?: (done: number, all: number) => void;
  /** Leaves with its reason between two parts. */
  readonly signal?: AbortSignal;
}

/** Writes a new file, and returns when it is on the disk. @param bytes of all parts */
export async function writeParts(path: string, parts: Iterable<Uint8Array>, bytes: number, { onBegin, onProgress, signal }: Watch = {}): Promise<void> {
  const file = await open(path, 'wx');
  onBegin?.();
  let done = 0;
  try {
    for (const part of parts) {
      signal?.throwIfAborted();
      await file.writeFile(part);
      onProgress?.(done += part.length, bytes);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}
