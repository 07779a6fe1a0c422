/** Waiting that ends: every wait of these tests has a limit, and says what it waited for. */

/** Milliseconds between two looks at a condition. */
const pause = 100;

/**
 * Milliseconds that a machine may take for one thing, a busy one too. Only what never comes takes so long.
 * STEPTOOL_TEST_PATIENCE, in seconds, is for machines that are slower still.
 */
export const patience = Number(process.env['STEPTOOL_TEST_PATIENCE'] ?? 180) * 1000;

/** Milliseconds for one test: it waits for several things, each within {@link patience}. */
export const limit = 3 * patience;

/** Looks again and again until what is found is wanted. Rejects with what was found last. */
export async function until<T>(what: string, look: () => T | Promise<T>, wanted: (found: T) => boolean): Promise<T> {
  const deadline = performance.now() + patience;
  for (;;) {
    const found = await look();
    if (wanted(found)) return found;
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}. Last seen: ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** A promise that rejects if it is not settled in time. */
export async function within<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(`Waited in vain for ${what}.`)), patience); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
