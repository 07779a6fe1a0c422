/** A GGUF file on disk: its header, and its tensors one at a time. */
import { ggufConfig, ggufNames, requireAllRead, turnedHeads, unpermuted } from '../policy/gguf/config.ts';
import { dequantize, isReadable, readableTypes } from '../policy/gguf/dequantize.ts';
import { NeedMoreBytes, readGgufHeader, type GgufHeader, type GgufTensor } from '../policy/gguf/header.ts';
import { divisorsName, requireDivisors, withDivisors } from '../policy/gguf/rope.ts';
import { blockOf } from '../policy/gguf/types.ts';
import type { PolicyConfig } from '../policy/config.ts';
import { requireDownloaded, tellingBytes } from './downloaded.ts';
import type { TensorFile } from './model-shards.ts';
import { fileSource, type ByteSource } from './folder/source.ts';

/** Bytes of the header that are tried first; vocabularies have some megabytes. */
const firstRead = 2 ** 20;
/** Bytes of a tensor that are read at once: what is not yet unpacked never takes more. */
const readAtOnce = 2 ** 22;

export interface GgufModel {
  readonly header: GgufHeader;
  readonly config: PolicyConfig;
  readonly tensors: TensorFile;
}

/** @throws naming the file and what is wrong in it */
export async function openGguf(path: string, source: ByteSource = fileSource(path)): Promise<GgufModel> {
  const header = await readHeader(source, path);
  requireWhole(header, path);
  const plain = ggufConfig(header, path);
  requireAllRead(header, plain, path);
  const divisors = header.tensors.get(divisorsName);
  if (divisors) requireDivisors(divisors, plain, path);
  const config = divisors ? withDivisors(plain, Array.from(await readTensor(source, divisors, path)), path) : plain;
  return { header, config, tensors: tensorsOf(source, header, config, path) };
}

/** @throws if the file is a part of a model */
function requireWhole({ metadata }: GgufHeader, path: string): void {
  const [count, index] = ['split.count', 'split.no'].map((key) => Number(metadata.get(key) ?? 0));
  if (count > 1) throw new Error(`${path} is part ${index + 1} of ${count} of a model ('split.count'), and one whole file is read. Merge the parts with llama.cpp: llama-gguf-split --merge, the first part, a new file.`);
}

/** Reads the header, and twice as much again where that was not all of it. */
async function readHeader(source: ByteSource, path: string): Promise<GgufHeader> {
  const size = await source.size();
  requireDownloaded(await source.read(0, tellingBytes), path);
  for (let length = firstRead; ; length *= 2) {
    try {
      return readGgufHeader(await source.read(0, Math.min(length, size)), size, path);
    } catch (error) {
      if (!(error instanceof NeedMoreBytes)) throw error;
      if (length >= size) throw new Error(`${path} became shorter while it was read. Read it again.`);
    }
  }
}

function tensorsOf(source: ByteSource, header: GgufHeader, config: PolicyConfig, path: string): TensorFile {
  const names = ggufNames(config);
  const turned = header.metadata.get('general.architecture') === 'llama' ? turnedHeads(config) : new Map<string, number>();
  const find = (name: string): GgufTensor | undefined => header.tensors.get(names.get(name) ?? '');
  return {
    where: path,
    has: (name) => find(name) !== undefined,
    names: () => [...names.keys()].filter((name) => find(name) !== undefined),
    async look(name) {
      const tensor = find(name)!;
      requireReadable(tensor, path);
      return { shape: tensor.shape, isHalf: tensor.type === 'F16' };
    },
    async read(name) {
      const tensor = find(name)!;
      const data = await readTensor(source, tensor, path);
      const heads = turned.get(name);
      const columns = tensor.shape.length > 1 ? tensor.shape[1] : 1;
      // heads that do not divide the rows: a misshapen tensor, which the caller refuses by its shape
      return { shape: tensor.shape, data: heads === undefined || tensor.shape[0] % (2 * heads) ? data : unpermuted(data, heads, columns) };
    },
  };
}

/** @throws naming a tensor whose type is not read */
function requireReadable({ name, type }: GgufTensor, path: string): void {
  if (!isReadable(type)) throw new Error(`${path}: tensor '${name}' is of type ${type} (${blockOf(type).number}), which is not read; this version reads ${readableTypes.join(', ')}. Take a file of another quantisation.`);
}

async function readTensor(source: ByteSource, tensor: GgufTensor, path: string): Promise<Float32Array> {
  const { type, shape, begin, bytes } = tensor;
  requireReadable(tensor, path);
  const block = blockOf(type);
  const out = new Float32Array(shape.reduce((a, b) => a * b, 1));
  const step = Math.floor(readAtOnce / block.bytes) * block.bytes;
  for (let at = 0; at < bytes; at += step) {
    const length = Math.min(step, bytes - at);
    const part = await source.read(begin + at, length);
    if (part.length !== length) throw new Error(`${path} became shorter while it was read. Read it again.`);
    dequantize(type, part, out, (at / block.bytes) * block.elements);
  }
  return out;
}
