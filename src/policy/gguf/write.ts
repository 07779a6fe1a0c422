/** The header of a GGUF file of version 3, and where each tensor lies behind it. */
import { blockOf } from './types.ts';
import type { WritableType } from './quantize.ts';

/** A metadata value with its type, which JavaScript's do not say. */
export type Typed =
  | { readonly u32: number } | { readonly f32: number } | { readonly bool: boolean } | { readonly text: string }
  | { readonly texts: readonly string[] } | { readonly i32s: readonly number[] } | { readonly f32s: readonly number[] };

/** A tensor to be written: rows first, as this program has shapes. */
export interface Planned {
  readonly name: string;
  readonly type: WritableType;
  readonly shape: readonly number[];
}

const alignment = 32;
const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

class Bytes {
  private readonly parts: Uint8Array[] = [];
  length = 0;

  private add(part: Uint8Array): this {
    this.parts.push(part);
    this.length += part.length;
    return this;
  }

  private number(bytes: number, set: (view: DataView) => void): this {
    const part = new Uint8Array(bytes);
    set(new DataView(part.buffer));
    return this.add(part);
  }

  u32 = (value: number): this => this.number(4, (view) => view.setUint32(0, value, true));
  u64 = (value: number): this => this.number(8, (view) => view.setBigUint64(0, BigInt(value), true));

  text(value: string): this {
    const bytes = new TextEncoder().encode(value);
    return this.u64(bytes.length).add(bytes);
  }

  /** The number of a type in the file, and the value. */
  typed(value: Typed): this {
    if ('u32' in value) return this.u32(4).u32(value.u32);
    if ('f32' in value) return this.u32(6).number(4, (view) => view.setFloat32(0, value.f32, true));
    if ('bool' in value) return this.u32(7).add(Uint8Array.of(value.bool ? 1 : 0));
    if ('text' in value) return this.u32(8).text(value.text);
    this.u32(9);
    if ('texts' in value) return value.texts.reduce((all, text) => all.text(text), this.u32(8).u64(value.texts.length));
    const [type, numbers] = 'i32s' in value ? [5, Int32Array.from(value.i32s)] : [6, Float32Array.from(value.f32s)];
    return this.u32(type).u64(numbers.length).add(new Uint8Array(numbers.buffer));
  }

  padded(): this {
    return this.add(new Uint8Array(aligned(this.length) - this.length));
  }

  whole(): Uint8Array {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

const bytesOf = ({ type, shape }: Planned): number => (shape.reduce((a, b) => a * b, 1) / blockOf(type).elements) * blockOf(type).bytes;

/**
 * The beginning of a file; behind it come the tensors in the order given, each filled up with {@link paddingAfter}.
 * @returns also the bytes of the whole file
 */
export function ggufHeader(metadata: ReadonlyMap<string, Typed>, tensors: readonly Planned[]): { header: Uint8Array; bytes: number } {
  const bytes = new Bytes().u32(0x46554747).u32(3).u64(tensors.length).u64(metadata.size); // "GGUF"
  for (const [key, value] of metadata) bytes.text(key).typed(value);
  let offset = 0;
  for (const tensor of tensors) {
    bytes.text(tensor.name).u32(tensor.shape.length);
    for (const size of [...tensor.shape].reverse()) bytes.u64(size);
    bytes.u32(blockOf(tensor.type).number).u64(offset);
    offset += aligned(bytesOf(tensor));
  }
  const header = bytes.padded().whole();
  return { header, bytes: header.length + offset };
}

/** Zeros that bring a tensor's bytes to where the next one begins. */
export const paddingAfter = (bytes: number): Uint8Array => new Uint8Array(aligned(bytes) - bytes);
