/**
 * The header of a GGUF file (github.com/ggml-org/ggml, docs/gguf.md), read without trusting it: every count is held
 * against the bytes that there are, and against what any header needs, before anything is allocated; every tensor must lie
 * within the file.
 */
import { readableTypes } from './dequantize.ts';
import { blockOf, type GgufType, typeOfNumber } from './types.ts';

export type GgufValue = number | bigint | boolean | string | readonly GgufValue[];

export interface GgufTensor {
  readonly name: string;
  readonly type: GgufType;
  /** As this program has shapes: rows first. (The file has the fastest dimension first.) */
  readonly shape: readonly number[];
  /** From the start of the file. */
  readonly begin: number;
  readonly bytes: number;
}

export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

/** The header ends beyond the bytes that were given: read more and try again. */
export class NeedMoreBytes extends Error {}

const magic = 0x46554747; // "GGUF", little-endian
const deepest = 4;
/**
 * What no header comes near, whose largest part is a vocabulary of a quarter of a million tokens with its merges: a large
 * file has room for claims that no memory has.
 */
const most = { headerBytes: 2 ** 28, stringBytes: 2 ** 24, nameBytes: 2 ** 16, tensors: 2 ** 16, metadata: 2 ** 16, values: 2 ** 23 } as const;
/** Bytes of each plain value by its number; 8 is a string, 9 an array. */
const plainBytes: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };

class Reader {
  at = 0;
  /** Values of arrays so far. */
  private values = 0;
  private readonly view: DataView;
  private readonly text = new TextDecoder('utf-8', { ignoreBOM: true });

  /** @param size of the file, of which `bytes` are the beginning */
  constructor(private readonly bytes: Uint8Array, private readonly size: number, readonly corrupt: (why: string) => Error) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private take(count: number, what: string): number {
    const begin = this.at;
    if (begin + count > this.size) throw this.corrupt(`${what} at byte ${begin} does not fit the file's ${this.size} bytes`);
    if (begin + count > most.headerBytes) throw this.corrupt(`with ${what} its header has more than ${most.headerBytes / 2 ** 20} MiB`);
    if (begin + count > this.bytes.length) throw new NeedMoreBytes();
    this.at += count;
    return begin;
  }

  u32 = (what: string): number => this.view.getUint32(this.take(4, what), true);

  /** A 64-bit count of things that have at least `least` bytes each: no more than fit what is left of the file, and no more than `limit`. */
  count(what: string, least: number, limit: number): number {
    const value = this.view.getBigUint64(this.take(8, what), true);
    if (value * BigInt(least) > BigInt(this.size - this.at)) throw this.corrupt(`${what} is ${value}, more than the file can hold`);
    if (value > BigInt(limit)) throw this.corrupt(`${what} is ${value}, more than any such file has`);
    return Number(value);
  }

  u64(what: string): bigint {
    return this.view.getBigUint64(this.take(8, what), true);
  }

  string(what: string, limit: number = most.stringBytes): string {
    const length = this.count(`the length of ${what}`, 1, limit);
    const begin = this.take(length, what);
    return this.text.decode(this.bytes.subarray(begin, begin + length));
  }

  value(type: number, what: string, depth = 0): GgufValue {
    if (type === 8) return this.string(what);
    if (type === 9) {
      if (depth === deepest) throw this.corrupt(`${what} nests arrays more than ${deepest} deep`);
      const inner = this.u32(`the type of ${what}`);
      const least = inner === 8 ? 8 : inner === 9 ? 12 : plainBytes[inner];
      if (least === undefined) throw this.corrupt(`${what} has values of the unknown type ${inner}`);
      const count = this.count(`the length of ${what}`, least, most.values - this.values);
      this.values += count;
      const values: GgufValue[] = [];
      for (let i = 0; i < count; i++) values.push(this.value(inner, what, depth + 1));
      return values;
    }
    const bytes = plainBytes[type];
    if (bytes === undefined) throw this.corrupt(`${what} has the unknown type ${type}`);
    return this.plain(type, this.take(bytes, what));
  }

  private plain(type: number, at: number): GgufValue {
    const { view } = this;
    switch (type) {
      case 0: return view.getUint8(at);
      case 1: return view.getInt8(at);
      case 2: return view.getUint16(at, true);
      case 3: return view.getInt16(at, true);
      case 4: return view.getUint32(at, true);
      case 5: return view.getInt32(at, true);
      case 6: return view.getFloat32(at, true);
      case 7: return view.getUint8(at) !== 0;
      case 10: return view.getBigUint64(at, true);
      case 11: return view.getBigInt64(at, true);
    }
    return view.getFloat64(at, true);
  }
}

/**
 * Reads a header from the beginning of a file.
 * @param size of the whole file, in bytes
 * @throws NeedMoreBytes where the header is longer than `bytes`; an error with the file's name where it is damaged
 */
export function readGgufHeader(bytes: Uint8Array, size: number, where: string): GgufHeader {
  const corrupt = (why: string): Error => new Error(`${where} is no valid GGUF file: ${why}. Download it again.`);
  const reader = new Reader(bytes, size, corrupt);
  if (reader.u32('its magic number') !== magic) throw corrupt('it does not begin with "GGUF"');
  const version = reader.u32('its version');
  if (version !== 2 && version !== 3) throw corrupt(`its version is ${version}; this program reads 2 and 3`);
  const tensorCount = reader.count('the number of tensors', 24, most.tensors);
  const valueCount = reader.count('the number of metadata values', 12, most.metadata);
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < valueCount; i++) {
    const key = reader.string(`the name of metadata value ${i}`, most.nameBytes);
    if (metadata.has(key)) throw corrupt(`it has "${key}" twice`);
    metadata.set(key, reader.value(reader.u32(`the type of "${key}"`), `"${key}"`));
  }
  const places: (Omit<GgufTensor, 'begin'> & { offset: bigint })[] = [];
  for (let i = 0; i < tensorCount; i++) places.push(tensorInfo(reader, i, where));
  const alignment = metadata.get('general.alignment') ?? 32;
  if (typeof alignment !== 'number' || alignment < 1 || alignment > 2 ** 20 || (alignment & (alignment - 1)) !== 0) throw corrupt(`its alignment is ${String(alignment)}`);
  const start = Math.ceil(reader.at / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  for (const { offset, ...info } of places) {
    if (offset % BigInt(alignment) !== 0n || BigInt(start) + offset + BigInt(info.bytes) > BigInt(size)) throw corrupt(`tensor "${info.name}" lies outside the file`);
    if (tensors.has(info.name)) throw corrupt(`it has tensor "${info.name}" twice`);
    tensors.set(info.name, { ...info, begin: start + Number(offset) });
  }
  let end = 0;
  for (const tensor of [...tensors.values()].sort((a, b) => a.begin - b.begin)) {
    if (tensor.begin < end) throw corrupt(`tensor "${tensor.name}" overlaps another`);
    end = tensor.begin + tensor.bytes;
  }
  return { metadata, tensors };
}

function tensorInfo(reader: Reader, index: number, where: string): Omit<GgufTensor, 'begin'> & { offset: bigint } {
  const name = reader.string(`the name of tensor ${index}`, most.nameBytes);
  const dimensions = reader.u32(`the dimensions of "${name}"`);
  if (dimensions > 4) throw reader.corrupt(`tensor "${name}" has ${dimensions} dimensions`);
  const sizes = Array.from({ length: dimensions }, () => reader.u64(`a size of "${name}"`));
  const elements = sizes.reduce((a, b) => a * b, 1n);
  if (elements > BigInt(Number.MAX_SAFE_INTEGER) || sizes.some((n) => n > 2n ** 31n)) throw reader.corrupt(`tensor "${name}" has ${elements} elements`);
  const number = reader.u32(`the type of "${name}"`);
  const type = typeOfNumber(number);
  const offset = reader.u64(`the offset of "${name}"`);
  if (!type) throw new Error(`${where}: tensor '${name}' is of type ${number}, which is not known; this version reads ${readableTypes.join(', ')}. Take a file of another quantisation, or download it again if it should be one of these.`);
  const { elements: perBlock, bytes } = blockOf(type);
  const shape = sizes.map(Number).reverse();
  if ((shape.at(-1) ?? 1) % perBlock !== 0) throw reader.corrupt(`rows of tensor "${name}" are no whole ${type} blocks`);
  return { name, type, shape, bytes: (Number(elements) / perBlock) * bytes, offset };
}
