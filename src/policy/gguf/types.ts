/** GGUF's element types (ggml.h, `enum ggml_type`): numbers are stored in blocks of so many elements and bytes. */
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
  I8: { number: 24, elements: 1, bytes: 1 },
  I16: { number: 25, elements: 1, bytes: 2 },
  I32: { number: 26, elements: 1, bytes: 4 },
  I64: { number: 27, elements: 1, bytes: 8 },
  F64: { number: 28, elements: 1, bytes: 8 },
  BF16: { number: 30, elements: 1, bytes: 2 },
} as const satisfies Record<string, Block>;

export type GgufType = keyof typeof blocks;

export const blockOf = (type: GgufType): Block => blocks[type];

export const typeOfNumber = (number: number): GgufType | undefined =>
  (Object.keys(blocks) as GgufType[]).find((type) => blocks[type].number === number);
