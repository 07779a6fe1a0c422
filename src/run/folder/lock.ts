/**
 * One writer a run folder. The lock is a file `lock.<n>` with the holder's identity, made by exclusive creation. A lock
 * whose holder is dead is not removed and made anew (between the two, another could do the same): it is outbid by
 * `lock.<n+1>`, which again only one process can create. After creation the others are looked at once more, so that of
 * two who created different numbers at least one sees the other and steps back.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { temporaryBeside, writeNew } from './atomic.ts';
import type { Disk } from './disk.ts';
import { attempt, bestEffort, RunFolderError, systemCode } from './errors.ts';
import { isAlive, ownIdentity } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { isFields } from './run-json.ts';

export interface LockHolder extends ProcessIdentity {
  readonly since: string;
  /** Tells two locks of one process apart. */
  readonly nonce: string;
}

/** A lock file as found: `holder` is undefined when the file cannot be read as one. */
export interface FoundLock {
  readonly number: number;
  readonly path: string;
  readonly holder: LockHolder | undefined;
  readonly state: 'alive' | 'dead' | 'unknown';
}

function parseHolder(bytes: Uint8Array): LockHolder | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (!isFields(value)) return undefined;
    const { pid, host, born, namespace, since, nonce } = value;
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return undefined;
    if (typeof host !== 'string' || typeof since !== 'string' || typeof nonce !== 'string') return undefined;
    return {
      pid, host, since, nonce,
      ...(typeof born === 'string' ? { born } : {}),
      ...(typeof namespace === 'string' ? { namespace } : {}),
    };
  } catch {
    return undefined;
  }
}

/** All locks in a folder, lowest number first. Throws Node's errors. */
export function findLocks(disk: Disk, folder: string): FoundLock[] {
  const found: FoundLock[] = [];
  for (const name of disk.list(folder)) {
    const digits = /^lock\.([1-9]\d{0,8})$/.exec(name)?.[1];
    if (digits === undefined) continue;
    const path = join(folder, name);
    let holder: LockHolder | undefined;
    try {
      const entry = disk.entry(path);
      if (!entry) continue; // Released since the listing.
      // Anything but a file (a pipe would block the reader) stays a lock that nobody can read.
      if (entry.kind === 'file') holder = parseHolder(disk.read(path, 0, 4096));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') continue;
      throw error;
    }
    found.push({ number: Number(digits), path, holder, state: holder ? isAlive(holder) : 'unknown' });
  }
  return found.sort((a, b) => a.number - b.number);
}

function lockedBy(folder: string, { holder, path, state }: FoundLock): RunFolderError {
  const who = holder ? `process ${holder.pid} on ${holder.host}, since ${holder.since}` : 'a writer that left an unreadable lock';
  const todo =
    state === 'alive'
      ? 'Wait for it to end or stop it (Ctrl-C writes a checkpoint)'
      : `From here one cannot tell whether it still runs. If you are sure that it does not, delete ${path}`;
  return new RunFolderError('locked', `${folder} is being written by ${who}. ${todo}, then try again. Nothing was changed.`, path);
}

/** Creates a file with its content in one step, so that no one ever reads half a lock; false when the name is taken. */
function createWhole(disk: Disk, path: string, content: Uint8Array): boolean {
  const temporary = temporaryBeside(path);
  try {
    writeNew(disk, temporary, [content]);
    try {
      disk.link(temporary, path);
    } catch (error) {
      const code = systemCode(error);
      if (code === 'EEXIST') throw error;
      if (code === 'ENOENT') return false; // The holder tidied the folder, and this file with it.
      // No hard links on this file system: create and write, in two steps. The file is seen empty for a moment, and an
      // unreadable lock counts as held.
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EOPNOTSUPP' && code !== 'EISDIR' && code !== 'UNKNOWN') throw error;
      writeNew(disk, path, [content]);
    }
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    bestEffort(() => disk.remove(temporary));
  }
}

/** A held lock. */
export class Lock {
  readonly #disk: Disk;
  readonly path: string;
  readonly holder: LockHolder;

  constructor(disk: Disk, path: string, holder: LockHolder) {
    this.#disk = disk;
    this.path = path;
    this.holder = holder;
  }

  /** Gives the folder free. Removes the lock only if it is still this one. Safe to call twice; never throws. */
  release(): void {
    bestEffort(() => {
      if (parseHolder(this.#disk.read(this.path, 0, 4096))?.nonce === this.holder.nonce) this.#disk.remove(this.path);
    });
  }
}

/** Takes the folder's lock, over a dead holder if need be. Throws `locked` with the holder's name, or what the disk refuses. */
export function takeLock(disk: Disk, folder: string, now: Date): Lock {
  return attempt({ doing: 'lock the run folder', path: folder, safe: 'Nothing was changed.' }, () => {
    const holder: LockHolder = { ...ownIdentity(), since: now.toISOString(), nonce: randomBytes(8).toString('hex') };
    const content = new TextEncoder().encode(`${JSON.stringify(holder)}\n`);
    const held = (locks: readonly FoundLock[]): FoundLock | undefined =>
      locks.find((lock) => lock.state !== 'dead' && lock.holder?.nonce !== holder.nonce);
    for (;;) {
      const before = findLocks(disk, folder);
      const taken = held(before);
      if (taken) throw lockedBy(folder, taken);
      const number = (before.at(-1)?.number ?? 0) + 1;
      const path = join(folder, `lock.${number}`);
      if (!createWhole(disk, path, content)) continue; // Someone was faster: look again.
      const lock = new Lock(disk, path, holder);
      try {
        const after = findLocks(disk, folder);
        const other = held(after);
        if (other) throw lockedBy(folder, other);
        for (const dead of after) if (dead.state === 'dead') bestEffort(() => disk.remove(dead.path));
        return lock;
      } catch (error) {
        lock.release();
        throw error;
      }
    }
  });
}
