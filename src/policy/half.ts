/** Half-precision numbers, given as their bits, widened. Every one of them is a float32 exactly. */

const word = new Uint32Array(1);
const number = new Float32Array(word.buffer);

/** IEEE 754 binary16, one value. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** All 65,536 of them, made when first asked for: a look-up is several times faster than the arithmetic. */
let halves: Float32Array | undefined;
export const halfTable = (): Float32Array => (halves ??= Float32Array.from({ length: 65536 }, (_, bits) => fromHalf(bits)));

export function widenHalves(bits: Uint16Array): Float32Array {
  const table = halfTable();
  const result = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) result[i] = table[bits[i]];
  return result;
}

/** bfloat16: the upper half of a float32. */
export function widenBrainHalves(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i] << 16;
  return new Float32Array(words.buffer);
}

/** bfloat16, one value. */
export function fromBrainHalf(bits: number): number {
  word[0] = bits << 16;
  return number[0];
}
