import { writeAll } from './atomic.ts';
import type { Disk } from './disk.ts';
import { attempt, bestEffort, RunFolderError } from './errors.ts';

const newline = 10;

/** Throws `corrupt` unless a path is free or a plain file: a link could lead out of the folder, a pipe would block. */
export function refuseLink(disk: Disk, path: string, kind: 'file' | 'folder' = 'file'): void {
  const entry = disk.entry(path);
  if (entry && entry.kind !== kind) {
    throw new RunFolderError('corrupt', `${path} should be a ${kind} and is not; StepTool does not write through it. Move it away, then try again.`, path);
  }
}

/** The number of bytes of a .jsonl file up to and including its last line end. Throws Node's errors. */
export function wholeLines(disk: Disk, path: string): number {
  const block = 65536;
  for (let end = disk.entry(path)?.size ?? 0; end > 0; ) {
    const from = Math.max(0, end - block);
    const at = disk.read(path, from, end - from).lastIndexOf(newline);
    if (at >= 0) return from + at + 1;
    end = from;
  }
  return 0;
}

/**
 * Appends lines to one .jsonl file. Lines wait in memory until `flush`, which writes and, by default, syncs. When the
 * disk refuses, what was written of them is cut off again and they stay in memory, so that a later flush may succeed.
 *
 * A `shared` file (annotations: people score while the trainer writes) may grow by other hands too. It is never cut,
 * since that could cut theirs; a torn line is ended instead, and readers report and skip it.
 */
export class Appender {
  readonly path: string;
  readonly #disk: Disk;
  readonly #shared: boolean;
  #handle: number | undefined;
  #waiting: Uint8Array[] = [];
  #size: number;
  #torn: boolean;

  /** Opens or creates the file. Throws RunFolderError. */
  constructor(disk: Disk, path: string, { shared = false }: { shared?: boolean } = {}) {
    this.#disk = disk;
    this.path = path;
    this.#shared = shared;
    const what = { doing: 'open a file of the run', path, safe: 'Nothing was changed.' };
    [this.#handle, this.#size, this.#torn] = attempt(what, () => {
      refuseLink(disk, path);
      const size = disk.entry(path)?.size ?? 0;
      return [disk.open(path, 'append'), size, wholeLines(disk, path) !== size];
    });
  }

  /** The file's size in bytes, waiting lines not counted. */
  get size(): number {
    return this.#shared ? (this.#disk.entry(this.path)?.size ?? 0) : this.#size;
  }

  /** Bytes that wait for a flush. */
  get waiting(): number {
    return this.#waiting.reduce((sum, line) => sum + line.length, 0);
  }

  /** Adds a line. Numbers that are not finite become null: a value that does not exist is not 0. */
  append(value: object): void {
    this.#waiting.push(new TextEncoder().encode(`${JSON.stringify(value)}\n`));
  }

  /** Writes what waits; on return, with `sync`, it is on the disk. Throws RunFolderError and keeps the lines. */
  flush(sync = true): void {
    const handle = this.#handle;
    if (handle === undefined) throw new Error(`${this.path} was closed`);
    const what = { doing: 'append to the run', path: this.path, safe: 'Everything committed before is safe.' };
    attempt(what, () => {
      if (this.#waiting.length > 0) {
        this.#mend();
        const bytes = Buffer.concat(this.#waiting);
        this.#torn = true; // Until all of it is written.
        try {
          writeAll(this.#disk, handle, this.#shared && this.#endsTorn() ? Buffer.concat([Uint8Array.of(newline), bytes]) : bytes);
        } catch (error) {
          bestEffort(() => this.#mend());
          throw error;
        }
        this.#torn = false;
        this.#size += bytes.length;
        this.#waiting = [];
      }
      if (sync) this.#disk.sync(handle);
    });
  }

  /** Closes the file; what still waits is dropped. */
  close(): void {
    if (this.#handle === undefined) return;
    const handle = this.#handle;
    this.#handle = undefined;
    bestEffort(() => this.#disk.close(handle));
  }

  /** Cuts a torn end off a file that only this process writes. */
  #mend(): void {
    if (!this.#torn || this.#shared) return;
    this.#disk.truncate(this.path, this.#size);
    this.#torn = false;
  }

  #endsTorn(): boolean {
    const size = this.#disk.entry(this.path)?.size ?? 0;
    return size > 0 && this.#disk.read(this.path, size - 1, 1)[0] !== newline;
  }
}
