/** Blocks of GGUF's types to numbers. Layouts are those of ggml-common.h; the arithmetic is that of ggml-quants.c, in float32. */
import { halfTable } from '../../compute/half.ts';
import { blockOf, type GgufType } from './types.ts';

/** Writes a block's numbers to `out` from `to` on; `at` is the block's first byte. */
type Unpack = (bytes: Uint8Array, at: number, out: Float32Array, to: number) => void;

const u16 = (bytes: Uint8Array, at: number): number => bytes[at] | (bytes[at + 1] << 8);
const u32 = (bytes: Uint8Array, at: number): number => (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0;
const f = Math.fround;
const signed = (byte: number): number => (byte << 24) >> 24;

const halves = halfTable();
const half = (bytes: Uint8Array, at: number): number => halves[u16(bytes, at)];

const words = new Uint32Array(1);
const single = new Float32Array(words.buffer);

/** 32 numbers: a scale, then a byte each. */
const q8_0: Unpack = (bytes, at, out, to) => {
  const d = half(bytes, at);
  for (let i = 0; i < 32; i++) out[to + i] = d * signed(bytes[at + 2 + i]);
};

/** 32 numbers: a scale, then four bits each around 8; low halves of the bytes are the first 16. */
const q4_0: Unpack = (bytes, at, out, to) => {
  const d = half(bytes, at);
  for (let i = 0; i < 16; i++) {
    const byte = bytes[at + 2 + i];
    out[to + i] = d * ((byte & 15) - 8);
    out[to + 16 + i] = d * ((byte >> 4) - 8);
  }
};

/** As {@link q4_0}, from a least number up. */
const q4_1: Unpack = (bytes, at, out, to) => {
  const [d, least] = [half(bytes, at), half(bytes, at + 2)];
  for (let i = 0; i < 16; i++) {
    const byte = bytes[at + 4 + i];
    out[to + i] = f(d * (byte & 15)) + least;
    out[to + 16 + i] = f(d * (byte >> 4)) + least;
  }
};

/** As {@link q4_0}, with a fifth bit each in a word of their own, around 16. */
const q5_0: Unpack = (bytes, at, out, to) => {
  const d = half(bytes, at);
  const fifth = u32(bytes, at + 2);
  for (let i = 0; i < 16; i++) {
    const byte = bytes[at + 6 + i];
    out[to + i] = d * (((byte & 15) | (((fifth >>> i) & 1) << 4)) - 16);
    out[to + 16 + i] = d * (((byte >> 4) | (((fifth >>> (i + 16)) & 1) << 4)) - 16);
  }
};

/** As {@link q5_0}, from a least number up. */
const q5_1: Unpack = (bytes, at, out, to) => {
  const [d, least] = [half(bytes, at), half(bytes, at + 2)];
  const fifth = u32(bytes, at + 4);
  for (let i = 0; i < 16; i++) {
    const byte = bytes[at + 8 + i];
    out[to + i] = f(d * ((byte & 15) | (((fifth >>> i) & 1) << 4))) + least;
    out[to + 16 + i] = f(d * ((byte >> 4) | (((fifth >>> (i + 16)) & 1) << 4))) + least;
  }
};

/** Of one of eight runs: six bits of scale and six of offset, packed into 12 bytes from `scales` on. */
function packedScale(bytes: Uint8Array, scales: number, run: number): readonly [scale: number, least: number] {
  const low = bytes[scales + (run & 3)];
  const high = bytes[scales + 4 + (run & 3)];
  const rest = bytes[scales + 8 + (run & 3)];
  return run < 4 ? [low & 63, high & 63] : [(rest & 15) | ((low >> 6) << 4), (rest >> 4) | ((high >> 6) << 4)];
}

/** 256 numbers: eight runs of 32, each with a scale and an offset of its own beside the block's two. */
const q4_K: Unpack = (bytes, at, out, to) => {
  const [d, dLeast] = [half(bytes, at), half(bytes, at + 2)];
  for (let run = 0; run < 8; run++) {
    const [scale, least] = packedScale(bytes, at + 4, run);
    const [by, minus] = [f(d * scale), f(dLeast * least)];
    const packed = at + 16 + (run >> 1) * 32;
    const shift = run & 1 ? 4 : 0;
    for (let i = 0; i < 32; i++) out[to + run * 32 + i] = f(by * ((bytes[packed + i] >> shift) & 15)) - minus;
  }
};

/** As {@link q4_K}, with a fifth bit each: of 32 bytes that all runs share, the bit of the run's number. */
const q5_K: Unpack = (bytes, at, out, to) => {
  const [d, dLeast] = [half(bytes, at), half(bytes, at + 2)];
  for (let run = 0; run < 8; run++) {
    const [scale, least] = packedScale(bytes, at + 4, run);
    const [by, minus] = [f(d * scale), f(dLeast * least)];
    const packed = at + 48 + (run >> 1) * 32;
    const shift = run & 1 ? 4 : 0;
    for (let i = 0; i < 32; i++) {
      const fifth = (bytes[at + 16 + i] >> run) & 1;
      out[to + run * 32 + i] = f(by * (((bytes[packed + i] >> shift) & 15) | (fifth << 4))) - minus;
    }
  }
};

/** 256 numbers of six bits: four low ones, two high ones, a signed byte of scale for each 16, one scale for all. */
const q6_K: Unpack = (bytes, at, out, to) => {
  const d = half(bytes, at + 208);
  for (let i = 0; i < 256; i++) {
    const [part, within] = [i >> 7, i & 127]; // halves of 128, in each four runs of 32
    const [run, place] = [within >> 5, within & 31];
    const low = bytes[at + part * 64 + (run & 1) * 32 + place] >> (run & 2 ? 4 : 0);
    const high = bytes[at + 128 + part * 32 + place] >> (2 * run);
    const scale = signed(bytes[at + 192 + (i >> 4)]);
    out[to + i] = f(d * scale) * (((low & 15) | ((high & 3) << 4)) - 32);
  }
};

const unpackers: Partial<Record<GgufType, Unpack>> = {
  F32: (bytes, at, out, to) => {
    words[0] = u32(bytes, at);
    out[to] = single[0];
  },
  F16: (bytes, at, out, to) => { out[to] = half(bytes, at); },
  BF16: (bytes, at, out, to) => {
    words[0] = u16(bytes, at) << 16;
    out[to] = single[0];
  },
  Q8_0: q8_0, Q4_0: q4_0, Q4_1: q4_1, Q5_0: q5_0, Q5_1: q5_1, Q4_K: q4_K, Q5_K: q5_K, Q6_K: q6_K,
};

export const readableTypes = Object.keys(unpackers) as GgufType[];
export const isReadable = (type: GgufType): boolean => unpackers[type] !== undefined;

/** Writes the numbers of whole blocks to `out` from `to` on. @throws RangeError for a type that {@link isReadable} denies */
export function dequantize(type: GgufType, bytes: Uint8Array, out: Float32Array, to = 0): void {
  const unpack = unpackers[type];
  if (!unpack) throw new RangeError(`Blocks of ${type} are not read.`);
  const block = blockOf(type);
  for (let at = 0, place = to; at < bytes.length; at += block.bytes, place += block.elements) unpack(bytes, at, out, place);
}
