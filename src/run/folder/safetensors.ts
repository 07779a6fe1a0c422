/**
 * The safetensors format (github.com/huggingface/safetensors, "Format"): 8 bytes with the header's length, little-endian;
 * a JSON header `{name: {dtype, shape, data_offsets: [begin, end]}, "__metadata__": {text: text}}`; the tensors' bytes,
 * row-major and without gaps. This file holds the types and the writer; `safetensors-read.ts` the strict reader.
 */
import { endianness } from 'node:os';

/** A tensor by its element type. Half-precision types are given as their bits. */
export type StoredTensor =
  | { readonly dtype: 'F64'; readonly shape: readonly number[]; readonly data: Float64Array }
  | { readonly dtype: 'F32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'F16' | 'BF16' | 'U16'; readonly shape: readonly number[]; readonly data: Uint16Array }
  | { readonly dtype: 'I64'; readonly shape: readonly number[]; readonly data: BigInt64Array }
  | { readonly dtype: 'U64'; readonly shape: readonly number[]; readonly data: BigUint64Array }
  | { readonly dtype: 'I32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'U32'; readonly shape: readonly number[]; readonly data: Uint32Array }
  | { readonly dtype: 'I16'; readonly shape: readonly number[]; readonly data: Int16Array }
  | { readonly dtype: 'I8'; readonly shape: readonly number[]; readonly data: Int8Array }
  | { readonly dtype: 'U8' | 'BOOL'; readonly shape: readonly number[]; readonly data: Uint8Array };

export type StoredType = StoredTensor['dtype'];
export type StoredTensors = { readonly [name: string]: StoredTensor };

/** Bytes an element. */
export const elementBytes: Readonly<Record<StoredType, number>> = {
  F64: 8, I64: 8, U64: 8, F32: 4, I32: 4, U32: 4, F16: 2, BF16: 2, U16: 2, I16: 2, I8: 1, U8: 1, BOOL: 1,
};

export const metadataKey = '__metadata__';

/** The longest header that is read or written; the reference implementation has the same bound. */
export const headerLimit = 100_000_000;

/** Throws on the rare hosts whose typed arrays are not laid out as the format wants. */
export function requireLittleEndian(): void {
  if (endianness() !== 'LE') throw new Error('safetensors files are little-endian, and this machine is not: StepTool does not run here.');
}

/** What is said of a tensor before its bytes come. */
export type TensorLabel = Pick<StoredTensor, 'dtype' | 'shape'>;

const elementsOf = ({ shape }: TensorLabel): number => shape.reduce((product, size) => product * size, 1);

/**
 * The beginning of a file, and the order in which the tensors' bytes follow. The same labels and metadata give the same
 * bytes, whatever the order of their keys: widest elements first (so that all lie aligned), then by name.
 * @returns also the bytes of the whole file
 * @throws when a name is taken by the format
 */
export function safetensorsHeader(tensors: Readonly<Record<string, TensorLabel>>, metadata: Readonly<Record<string, string>> = {}): { header: Uint8Array; names: string[]; bytes: number } {
  requireLittleEndian();
  const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const names = Object.keys(tensors).sort((a, b) => elementBytes[tensors[b].dtype] - elementBytes[tensors[a].dtype] || byName(a, b));
  const entries: [string, unknown][] = [];
  const labels = Object.keys(metadata).sort(byName);
  if (labels.length > 0) entries.push([metadataKey, Object.fromEntries(labels.map((label) => [label, metadata[label]]))]);
  let offset = 0;
  for (const name of names) {
    if (name === metadataKey) throw new Error(`A tensor cannot be named ${metadataKey}: the format uses that name.`);
    const { dtype, shape } = tensors[name];
    const end = offset + elementsOf(tensors[name]) * elementBytes[dtype];
    entries.push([name, { dtype, shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  // Built by hand rather than from an object, whose integer-like keys would jump the order.
  const json = `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
  const text = new TextEncoder().encode(json);
  const header = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20); // Padded with spaces: tensors start aligned.
  header.set(text, 8);
  const headerBytes = header.length - 8;
  if (headerBytes > headerLimit) throw new Error(`The safetensors header would take ${headerBytes} bytes; the limit is ${headerLimit}.`);
  new DataView(header.buffer).setBigUint64(0, BigInt(headerBytes), true);
  return { header, names, bytes: header.length + offset };
}

/** A tensor's bytes, not copied. @throws when its shape does not fit its data */
export function bytesOfTensor(name: string, tensor: StoredTensor): Uint8Array {
  const { dtype, shape, data } = tensor;
  if (elementsOf(tensor) !== data.length || data.BYTES_PER_ELEMENT !== elementBytes[dtype])
    throw new Error(`Tensor "${name}" says ${dtype} [${shape.join(', ')}] but holds ${data.length} elements of ${data.BYTES_PER_ELEMENT} bytes.`);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Encodes tensors as the parts of a file, to be written one after another: {@link safetensorsHeader}, then {@link bytesOfTensor}. */
export function encodeSafetensors(tensors: StoredTensors, metadata: Readonly<Record<string, string>> = {}): Uint8Array[] {
  const { header, names } = safetensorsHeader(tensors, metadata);
  return [header, ...names.map((name) => bytesOfTensor(name, tensors[name]))];
}
