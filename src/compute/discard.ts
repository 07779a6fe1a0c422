/** Memory that nobody reads, given back before the garbage collector comes: it comes late for what counts as little else than bytes. */
import { MessageChannel } from 'node:worker_threads';

/** Takes the arrays' memory away from them, at once: their length is 0 afterwards. Arrays that cannot be moved are left to the collector. */
export function discard(arrays: readonly { readonly buffer: ArrayBufferLike }[]): void {
  if (arrays.length === 0) return;
  const { port1, port2 } = new MessageChannel();
  try {
    // what waits at a port that is closed is gone with it
    port1.postMessage(undefined, [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))]);
  } catch {
    // some arrays' memory is not ours to move
  } finally {
    port2.close();
    port1.close();
  }
}
