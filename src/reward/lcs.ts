// The released Contribution rule: how much of the response comes back in the final answer, letter by letter.
import { spacedJson } from '../world/toolset.ts';
import { afterPrefix, readObservation } from './observation.ts';

/**
 * Length of the longest common subsequence of two texts, in Unicode characters.
 * Bit-parallel (M. Crochemore et al., Information Processing Letters 80, 2001): a column of the usual table is a bit
 * vector whose zeros mark where the length grows, so it takes |a|·|b|/32 word operations instead of |a|·|b| cells.
 */
export function lcsLength(a: string, b: string): number {
  const letters = [...a];
  const words = Math.ceil(letters.length / 32);
  const matches = new Map<string, Uint32Array>(); // where in a each letter is
  letters.forEach((letter, i) => {
    let bits = matches.get(letter);
    if (!bits) matches.set(letter, (bits = new Uint32Array(words)));
    bits[i >>> 5] |= 1 << (i & 31);
  });
  const column = new Uint32Array(words).fill(0xffffffff);
  for (const letter of b) {
    const bits = matches.get(letter);
    if (!bits) continue;
    let carry = 0;
    for (let w = 0; w < words; w++) {
      const old = column[w];
      const sum = old + ((old & bits[w]) >>> 0) + carry; // below 2^33: exact
      carry = sum > 0xffffffff ? 1 : 0;
      column[w] = sum | (old & ~bits[w]); // `|` takes the sum modulo 2^32
    }
  }
  // Bits past the end of a match no letter and stay 1.
  let length = 0;
  for (const word of column) for (let zeros = ~word >>> 0; zeros !== 0; zeros &= zeros - 1) length++;
  return length;
}

/** The text of a response as the rule compares it: a string as it is, other JSON spelled out, what is left of JSON that was cut. */
function responseText(observation: string): string {
  const reading = readObservation(observation);
  switch (reading.kind) {
    case 'toolBench': return reading.response === null ? '' : typeof reading.response === 'string' ? reading.response : spacedJson(reading.response);
    case 'json': return spacedJson(reading.value);
    case 'text': return afterPrefix(observation);
  }
}

/**
 * 1 if LCS(response, answer) / |response| ≥ threshold, else 0; 0 for an empty response (steptool.md 1.4).
 * Known weakness, the reason why it is not the default: an answer that pastes the observations passes everywhere, and
 * a long answer shares a subsequence of 30 % with nearly any response.
 */
export function lcsContribution(observation: string, answer: string, threshold: number): number {
  const response = responseText(observation);
  if (response === '') return 0;
  return Number(lcsLength(response, answer) / [...response].length >= threshold);
}
