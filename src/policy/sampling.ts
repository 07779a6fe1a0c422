/**
 * Draws a token from a row of probabilities by the inverse of their sum.
 * @param probabilities the whole batch, `[rows, vocabulary]`
 * @param uniform in [0, 1)
 * @param topP only the most likely tokens that together reach this share may be drawn; 1 for all (arXiv 1904.09751)
 */
export function sampleToken(probabilities: Float32Array, row: number, vocabulary: number, uniform: number, topP: number): number {
  const start = row * vocabulary;
  if (topP < 1) return sampleNucleus(probabilities.subarray(start, start + vocabulary), uniform, topP);
  let sum = 0;
  for (let i = start; i < start + vocabulary; i++) sum += probabilities[i];
  let left = uniform * sum; // float32 sums are not exactly 1
  for (let i = start; i < start + vocabulary; i++) {
    left -= probabilities[i];
    if (left < 0) return i - start;
  }
  return greedyToken(probabilities, row, vocabulary);
}

/** The most likely token, the first of equals. */
export function greedyToken(probabilities: Float32Array, row: number, vocabulary: number): number {
  const start = row * vocabulary;
  let best = start;
  for (let i = start + 1; i < start + vocabulary; i++) if (probabilities[i] > probabilities[best]) best = i;
  return best - start;
}

function sampleNucleus(row: Float32Array, uniform: number, topP: number): number {
  const order = Array.from(row.keys()).sort((a, b) => row[b] - row[a] || a - b);
  let size = 0;
  let mass = 0;
  while (size < order.length && mass < topP) mass += row[order[size++]];
  let left = uniform * mass;
  for (let i = 0; i < size; i++) {
    left -= row[order[i]];
    if (left < 0) return order[i];
  }
  return order[0];
}
