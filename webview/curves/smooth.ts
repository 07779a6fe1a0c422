/**
 * Exponential moving average with the start's bias taken out, so that the first values are not pulled towards 0.
 * `weight` in [0, 1): 0 leaves the values as they are. Non-finite values are passed over and stay where they are.
 */
export function smooth(values: readonly number[], weight: number): number[] {
  let average = 0;
  let bias = 1;
  return values.map((value) => {
    if (!Number.isFinite(value) || weight === 0) return value;
    average = weight * average + (1 - weight) * value;
    bias *= weight;
    return average / (1 - bias);
  });
}
