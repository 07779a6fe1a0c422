/**
 * Exponential moving average with the start's bias taken out, so that the first values are not pulled towards 0.
 * `weight` in [0, 1): 0 leaves the values as they are. Non-finite values are passed over and stay where they are.
 */
export function smooth(values: ArrayLike<number>, weight: number): Float64Array {
  const smoothed = Float64Array.from(values);
  if (weight === 0) return smoothed;
  let average = 0;
  let bias = 1;
  for (let i = 0; i < smoothed.length; i++) {
    if (!Number.isFinite(smoothed[i])) continue;
    bias *= weight;
    // The same as dividing by what the start lacks, but exact where values are constant.
    average += (smoothed[i] - average) * ((1 - weight) / (1 - bias));
    smoothed[i] = average;
  }
  return smoothed;
}
