import { RunFolderError } from './errors.ts';
import { isFields } from './run-json.ts';
import { elementBytes, headerLimit, metadataKey, requireLittleEndian } from './safetensors.ts';
import type { StoredTensor, StoredTensors, StoredType } from './safetensors.ts';
import type { ByteSource } from './source.ts';

/** Where a tensor lies. `begin` and `end` count bytes from the start of the file. */
export interface TensorPlace {
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Bytes of a tensor that are read at once, a multiple of every element's: what is not yet in its place never takes more. */
const readAtOnce = 2 ** 22;

const isType = (value: unknown): value is StoredType => typeof value === 'string' && Object.hasOwn(elementBytes, value);
const isSize = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

function placeOf(name: string, entry: unknown, dataStart: number, dataBytes: number): TensorPlace | string {
  if (!isFields(entry)) return `tensor "${name}" is described by no object`;
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isType(dtype)) return `tensor "${name}" has the unknown type ${JSON.stringify(dtype)}`;
  if (!Array.isArray(shape) || shape.length > 32 || !shape.every(isSize)) return `tensor "${name}" has no valid shape`;
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) return `tensor "${name}" has no valid offsets`;
  const [begin, end] = offsets;
  if (begin > end || end > dataBytes) return `tensor "${name}" lies outside the file`;
  // Doubles stay exact here: a product beyond 2^53 cannot round back to a length that lies within a file.
  const bytes = shape.reduce((product, size) => product * size, 1) * elementBytes[dtype];
  if (bytes !== end - begin) return `tensor "${name}" has ${end - begin} bytes where its shape needs ${bytes}`;
  return { dtype, shape, begin: dataStart + begin, end: dataStart + end };
}

function decode(dtype: StoredType, shape: readonly number[], buffer: ArrayBuffer): StoredTensor {
  switch (dtype) {
    case 'F64': return { dtype, shape, data: new Float64Array(buffer) };
    case 'F32': return { dtype, shape, data: new Float32Array(buffer) };
    case 'F16': case 'BF16': case 'U16': return { dtype, shape, data: new Uint16Array(buffer) };
    case 'I64': return { dtype, shape, data: new BigInt64Array(buffer) };
    case 'U64': return { dtype, shape, data: new BigUint64Array(buffer) };
    case 'I32': return { dtype, shape, data: new Int32Array(buffer) };
    case 'U32': return { dtype, shape, data: new Uint32Array(buffer) };
    case 'I16': return { dtype, shape, data: new Int16Array(buffer) };
    case 'I8': return { dtype, shape, data: new Int8Array(buffer) };
    case 'U8': case 'BOOL': return { dtype, shape, data: new Uint8Array(buffer) };
  }
}

/** An opened file: its header is read and checked, its tensors are read when asked for. */
export class Safetensors {
  readonly #source: ByteSource;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, TensorPlace>;

  constructor(source: ByteSource, metadata: Readonly<Record<string, string>>, tensors: ReadonlyMap<string, TensorPlace>) {
    this.#source = source;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /** Reads a tensor whole. Throws `corrupt` when the file has none of that name or became shorter. */
  async read(name: string): Promise<StoredTensor> {
    const place = this.#place(name);
    return this.#decode(place, place.shape, place.begin, place.end);
  }

  /**
   * Reads a tensor in pieces, for who makes something else of its numbers: nothing but a piece of it is held.
   * @param take is given whole elements, aligned for their type, and the number of elements before them. The bytes are its own until it returns
   * @throws as {@link read} does
   */
  async readPieces(name: string, take: (bytes: Uint8Array, first: number) => void): Promise<void> {
    const { dtype, begin, end } = this.#place(name);
    const size = elementBytes[dtype];
    await this.#pieces(begin, end, (bytes, at) => take(bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes), at / size));
  }

  /** Reads rows `first` to `end` (exclusive) along the first axis: `[end - first, ...]`. Throws RangeError outside the tensor. */
  async readRows(name: string, first: number, end: number): Promise<StoredTensor> {
    const place = this.#place(name);
    const [rows = 0, ...rest] = place.shape;
    if (!isSize(first) || !isSize(end) || first > end || end > rows) throw new RangeError(`Rows ${first} to ${end} are outside "${name}" with ${rows} rows.`);
    const rowBytes = rows === 0 ? 0 : (place.end - place.begin) / rows;
    return this.#decode(place, [end - first, ...rest], place.begin + first * rowBytes, place.begin + end * rowBytes);
  }

  /** Reads all tensors. */
  async readAll(): Promise<StoredTensors> {
    const entries: [string, StoredTensor][] = [];
    for (const name of this.tensors.keys()) entries.push([name, await this.read(name)]);
    return Object.fromEntries(entries);
  }

  #place(name: string): TensorPlace {
    const place = this.tensors.get(name);
    if (place) return place;
    const there = [...this.tensors.keys()].slice(0, 8).join(', ');
    throw new RunFolderError('corrupt', `${this.#source.name} has no tensor "${name}"; it has ${there || 'none at all'}.`, this.#source.name);
  }

  /** Read into memory of its own, so that the data is aligned whatever the file's layout, and held once. */
  async #decode({ dtype }: TensorPlace, shape: readonly number[], begin: number, end: number): Promise<StoredTensor> {
    const data = new Uint8Array(end - begin);
    await this.#pieces(begin, end, (bytes, at) => data.set(bytes, at));
    return decode(dtype, shape, data.buffer);
  }

  async #pieces(begin: number, end: number, take: (bytes: Uint8Array, at: number) => void): Promise<void> {
    const source = this.#source;
    const memory = source.readInto && new Uint8Array(Math.min(readAtOnce, end - begin));
    for (let at = begin; at < end; at += readAtOnce) {
      const length = Math.min(readAtOnce, end - at);
      const bytes = memory && source.readInto ? memory.subarray(0, await source.readInto(at, memory.subarray(0, length))) : await source.read(at, length);
      if (bytes.length !== length) throw new RunFolderError('corrupt', `${source.name} became shorter while it was read. Read it again.`, source.name);
      take(bytes, at - begin);
    }
  }
}

/**
 * Opens a safetensors file, trusting nothing in it: the header's length is bounded before it is read, and tensors must fit
 * their shapes and fill the file without overlaps or holes. Throws
 * `corrupt`; Node's errors when the file cannot be read.
 * @param cure what to do about a damaged file; a sentence
 */
export async function openSafetensors(source: ByteSource, cure = 'Restore it from a copy, or delete it.'): Promise<Safetensors> {
  requireLittleEndian();
  const corrupt = (why: string): RunFolderError =>
    new RunFolderError('corrupt', `${source.name} is no valid safetensors file: ${why}. ${cure}`, source.name);
  const size = await source.size();
  const start = await source.read(0, 8);
  if (start.length < 8) throw corrupt('it is shorter than 8 bytes');
  const length = Number(new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true));
  if (length > headerLimit || length > size - 8) throw corrupt(`its header claims ${length} bytes, and the file has ${size}`);
  const text = await source.read(8, length);
  if (text.length !== length) throw corrupt('it became shorter while it was read');
  if (text[0] !== 0x7b) throw corrupt('its header does not start with "{"');
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch (error) {
    throw corrupt(`its header is no JSON (${error instanceof Error ? error.message.slice(0, 120) : String(error)})`);
  }
  if (!isFields(header)) throw corrupt('its header is no object');
  const metadata = Object.hasOwn(header, metadataKey) ? header[metadataKey] : {};
  if (!isFields(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) throw corrupt('its metadata does not map texts to texts');
  const tensors = new Map<string, TensorPlace>();
  const foreign = Object.entries(header).find(([, entry]) => isFields(entry) && typeof entry.dtype === 'string' && /^(F8_|F6_|F4$|C64$)/.test(entry.dtype));
  if (foreign) throw new Error(`${source.name}: tensor '${foreign[0]}' is stored as ${(foreign[1] as { dtype: string }).dtype}, which this version does not read. Take the model in BF16, F16 or F32.`);
  for (const [name, entry] of Object.entries(header)) {
    if (name === metadataKey) continue;
    const place = placeOf(name, entry, 8 + length, size - 8 - length);
    if (typeof place === 'string') throw corrupt(place);
    tensors.set(name, place);
  }
  let at = 8 + length;
  for (const [name, place] of [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (place.begin !== at) throw corrupt(`${place.begin > at ? 'a hole lies' : 'tensors overlap'} before tensor "${name}"`);
    at = place.end;
  }
  if (at !== size) throw corrupt(`${size - at} bytes follow the last tensor`);
  return new Safetensors(source, metadata as Readonly<Record<string, string>>, tensors);
}
