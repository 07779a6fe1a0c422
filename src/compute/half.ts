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

/** @param result what they are written to, from `at` on; a new array unless given */
export function widenHalves(bits: Uint16Array, result: Float32Array = new Float32Array(bits.length), at = 0): Float32Array {
  const table = halfTable();
  for (let i = 0; i < bits.length; i++) result[at + i] = table[bits[i]];
  return result;
}

/** bfloat16: the upper half of a float32. @param result as of {@link widenHalves} */
export function widenBrainHalves(bits: Uint16Array, result: Float32Array = new Float32Array(bits.length), at = 0): Float32Array {
  const words = new Uint32Array(result.buffer, result.byteOffset + 4 * at, bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i] << 16;
  return result;
}

/** bfloat16, one value. */
export function fromBrainHalf(bits: number): number {
  word[0] = bits << 16;
  return number[0];
}

/** To IEEE 754 binary16, rounded to the nearest, ties to even; what is too large becomes infinite. */
export function narrowToHalves(data: Float32Array): Uint16Array {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const result = new Uint16Array(words.length);
  for (let i = 0; i < words.length; i++) result[i] = toHalf(words[i]);
  return result;
}

/** The bits of a binary16, from those of a float32. */
function toHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  const fraction = bits & 0x7fffff;
  if (exponent === 143) return sign | 0x7c00 | (fraction ? 0x200 : 0); // NaN or infinite
  if (exponent >= 31) return sign | 0x7c00;
  if (exponent < -10) return sign;
  const [whole, shift] = exponent <= 0 ? [fraction | 0x800000, 14 - exponent] : [(exponent << 23) | fraction, 13];
  const half = whole >>> shift;
  const rest = whole & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return sign | (half + (rest > middle || (rest === middle && half & 1) ? 1 : 0)); // a carry goes into the exponent, as it should
}

/** To bfloat16, rounded to the nearest, ties to even. */
export function narrowToBrainHalves(data: Float32Array): Uint16Array {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
  return Uint16Array.from(words, (bits) => ((bits & 0x7fffffff) > 0x7f800000 ? (bits >>> 16) | 0x40 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16));
}
