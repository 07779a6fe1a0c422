/** Rounds of a measurement, and the seconds after which no further one begins. */
const [most, enough] = [5, 1.5];

/** Units of work per second in the fastest of a few rounds, after one that warms up. On a busy machine rounds are fewer. */
export async function best(units: number, work: () => Promise<unknown>): Promise<number> {
  await work();
  let least = Infinity;
  let spent = 0;
  for (let round = 0; round < most && spent < enough; round++) {
    const started = performance.now();
    await work();
    const seconds = (performance.now() - started) / 1e3;
    least = Math.min(least, seconds);
    spent += seconds;
  }
  return units / least;
}
