// Whitening: advantages shifted and scaled to mean 0 and variance 1 over the trainable tokens of a batch.

export interface WhitenOptions {
  /**
   * Smallest standard deviation that is divided by. Without it a batch in which everything went alike has its last
   * rounding errors blown up to full-sized advantages. Rewards of steps are of size 1; 0 is what the released trainer does.
   */
  readonly floor?: number;
}

export interface Whitened {
  /** As the batch: an array a trajectory. */
  readonly advantages: Float64Array[];
  /** Of the raw advantages. */
  readonly mean: number;
  /** Of the raw advantages, unbiased (n − 1); 0 for fewer than two tokens. */
  readonly variance: number;
}

/** Mean and unbiased variance over all entries. Two passes: the one-pass formula cancels when the mean is large. */
export function moments(batch: readonly ArrayLike<number>[]): { count: number; mean: number; variance: number } {
  let count = 0;
  let sum = 0;
  for (const array of batch) for (let i = 0; i < array.length; i++, count++) sum += array[i];
  const mean = count ? sum / count : 0;
  let squares = 0;
  for (const array of batch) for (let i = 0; i < array.length; i++) squares += (array[i] - mean) ** 2;
  return { count, mean, variance: count > 1 ? squares / (count - 1) : 0 };
}

/**
 * (A − mean) / max(floor, √(variance + 1e-8)) over the whole batch: TRL's `masked_whiten` (steptool.md 2.6), with a floor.
 * The batch holds trainable tokens only, as {@link assignCredit} returns them, so masked tokens cannot leak into the
 * moments. Long trajectories and, in the step modes, long steps weigh more, as they do in the loss.
 * @param batch an array of raw advantages a trajectory; not changed
 */
export function whiten(batch: readonly Float64Array[], { floor = 0.01 }: WhitenOptions = {}): Whitened {
  const { mean, variance } = moments(batch);
  const scale = Math.max(floor, Math.sqrt(variance + 1e-8));
  return { advantages: batch.map((array) => array.map((advantage) => (advantage - mean) / scale)), mean, variance };
}

/** {@link whiten} for one array with a mask: trainable entries whitened, the others 0. [length] to [length]. */
export function maskedWhiten(advantages: ArrayLike<number>, mask: ArrayLike<number>, options: WhitenOptions = {}): Float64Array {
  const trainable = Float64Array.from(advantages).filter((_, t) => mask[t] === 1);
  const [white] = whiten([trainable], options).advantages;
  let next = 0;
  return Float64Array.from(advantages, (_, t) => (mask[t] === 1 ? white[next++] : 0));
}
