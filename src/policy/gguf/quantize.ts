/** Numbers as GGUF stores them: F32, F16, and Q8_0, blocks of 32 with a scale (ggml-quants.c, `quantize_row_q8_0_ref`). */
import { narrowToHalves } from '../../compute/half.ts';
import { blockOf } from './types.ts';

export const writableTypes = ['F32', 'F16', 'Q8_0'] as const;
export type WritableType = (typeof writableTypes)[number];

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

/** The bytes of a tensor. @throws for Q8_0 of a length that is no multiple of 32 */
export function quantize(type: WritableType, data: Float32Array): Uint8Array {
  switch (type) {
    case 'F32': return bytesOf(data);
    case 'F16': return bytesOf(narrowToHalves(data));
    case 'Q8_0': return toQ8(data);
  }
}

function toQ8(data: Float32Array): Uint8Array {
  const { elements, bytes } = blockOf('Q8_0');
  if (data.length % elements !== 0) throw new Error(`${data.length} numbers are no whole blocks of ${elements}.`);
  const out = new Uint8Array((data.length / elements) * bytes);
  const view = new DataView(out.buffer);
  for (let block = 0; block < data.length / elements; block++) {
    const values = data.subarray(block * elements, (block + 1) * elements);
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const scale = Math.fround(largest / 127);
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
    view.setUint16(block * bytes, narrowToHalves(Float32Array.of(scale))[0], true);
    // away from zero at halves, as C rounds; Math.round goes up there
    values.forEach((value, i) => view.setInt8(block * bytes + 2 + i, Math.sign(value) * Math.floor(Math.abs(Math.fround(value * inverse)) + 0.5)));
  }
  return out;
}

