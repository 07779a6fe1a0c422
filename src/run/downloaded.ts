/** Files of models that never arrived: what Git leaves in their place, and nothing at all. */

/** Names the file and what to do: nothing else that is said about it would help. */
export class NotDownloaded extends Error {}

/** What a repository holds in place of a large file until `git lfs` fetches that. */
const pointer = 'version https://git-lfs.github.com/spec/';

/** Bytes that tell a pointer. */
export const tellingBytes = pointer.length;

/**
 * @param beginning of the file, {@link tellingBytes} or more where it has as many
 * @throws NotDownloaded where the file is a pointer, or empty
 */
export function requireDownloaded(beginning: Uint8Array | string, path: string): void {
  if (beginning.length === 0) throw new NotDownloaded(`${path} is empty: it was not downloaded, or not all of it. Download it again.`);
  const text = typeof beginning === 'string' ? beginning : Buffer.from(beginning.buffer, beginning.byteOffset, Math.min(beginning.length, tellingBytes)).toString('latin1');
  if (text.startsWith(pointer)) throw new NotDownloaded(`${path} is a Git LFS pointer, which stands for the file and is not the file. Run "git lfs pull" in its folder, or download the file itself.`);
}
