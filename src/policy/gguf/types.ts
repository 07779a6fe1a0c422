/**
 * GGUF's element types (ggml.h, `enum ggml_type`): numbers are stored in blocks of so many elements and bytes. Those that are
 * not read (see dequantize.ts) are here too, so that a file of them is told as that and not as a damaged one.
 */
interface Block {
  readonly number: number;
  readonly elements: number;
  readonly bytes: number;
}

const blocks = {
  F32: { number: 0, elements: 1, bytes: 4 },
  F16: { number: 1, elements: 1, bytes: 2 },
  Q4_0: { number: 2, elements: 32, bytes: 18 },
  Q4_1: { number: 3, elements: 32, bytes: 20 },
  Q5_0: { number: 6, elements: 32, bytes: 22 },
  Q5_1: { number: 7, elements: 32, bytes: 24 },
  Q8_0: { number: 8, elements: 32, bytes: 34 },
  Q8_1: { number: 9, elements: 32, bytes: 36 },
  Q2_K: { number: 10, elements: 256, bytes: 84 },
  Q3_K: { number: 11, elements: 256, bytes: 110 },
  Q4_K: { number: 12, elements: 256, bytes: 144 },
  Q5_K: { number: 13, elements: 256, bytes: 176 },
  Q6_K: { number: 14, elements: 256, bytes: 210 },
  Q8_K: { number: 15, elements: 256, bytes: 292 },
  IQ2_XXS: { number: 16, elements: 256, bytes: 66 },
  IQ2_XS: { number: 17, elements: 256, bytes: 74 },
  IQ3_XXS: { number: 18, elements: 256, bytes: 98 },
  IQ1_S: { number: 19, elements: 256, bytes: 50 },
  IQ4_NL: { number: 20, elements: 32, bytes: 18 },
  IQ3_S: { number: 21, elements: 256, bytes: 110 },
  IQ2_S: { number: 22, elements: 256, bytes: 82 },
  IQ4_XS: { number: 23, elements: 256, bytes: 136 },
  I8: { number: 24, elements: 1, bytes: 1 },
  I16: { number: 25, elements: 1, bytes: 2 },
  I32: { number: 26, elements: 1, bytes: 4 },
  I64: { number: 27, elements: 1, bytes: 8 },
  F64: { number: 28, elements: 1, bytes: 8 },
  IQ1_M: { number: 29, elements: 256, bytes: 56 },
  BF16: { number: 30, elements: 1, bytes: 2 },
  TQ1_0: { number: 34, elements: 256, bytes: 54 },
  TQ2_0: { number: 35, elements: 256, bytes: 66 },
  MXFP4: { number: 39, elements: 32, bytes: 17 },
  NVFP4: { number: 40, elements: 64, bytes: 36 },
  Q1_0: { number: 41, elements: 128, bytes: 18 },
} as const satisfies Record<string, Block>;

export type GgufType = keyof typeof blocks;

export const blockOf = (type: GgufType): Block => blocks[type];

export const typeOfNumber = (number: number): GgufType | undefined =>
  (Object.keys(blocks) as GgufType[]).find((type) => blocks[type].number === number);
