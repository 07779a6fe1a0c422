/** How often a condition is looked at, and how long a machine may take to fulfil it: paused ones too. In milliseconds. */
const pause = 100;
const patience = 600_000;

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
