/** The tensors of a Hugging Face folder: one model.safetensors, or shards that an index names. Read one at a time. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { narrowToHalves, widenBrainHalves, widenHalves } from '../compute/half.ts';
import type { PolicyConfig } from '../policy/config.ts';
import { headName, isProjection, valueHead, weightShapes, type Weights } from '../policy/weights.ts';
import { requireDownloaded, tellingBytes } from './downloaded.ts';
import { readJson } from './read-json.ts';
import { openSafetensors, type Safetensors } from './folder/safetensors-read.ts';
import type { StoredType } from './folder/safetensors.ts';
import { fileSource, type ByteSource } from './folder/source.ts';

export const weightFiles = { single: 'model.safetensors', index: 'model.safetensors.index.json' } as const;

/** What loading asks of a file of tensors. */
export interface TensorFile {
  readonly where: string;
  has(name: string): boolean;
  names(): string[];
  /** The tensor's shape, and whether its numbers are F16, from a header alone. @throws naming the tensor, if its file is missing or it is of a type that no model is stored in */
  look(name: string): Promise<{ readonly shape: readonly number[]; readonly isHalf: boolean }>;
  /** The tensor's shape and numbers. @throws as `look` does */
  read(name: string): Promise<{ shape: readonly number[]; data: Float32Array }>;
}

/** Types that are read. Half-precision ones are widened, which loses nothing. */
const readTypes = ['F32', 'F16', 'BF16'] as const satisfies readonly StoredType[];

/** Writes a piece of a tensor as float32, from `first` on. @param bytes whole numbers, aligned for their type */
function widen(dtype: (typeof readTypes)[number], bytes: Uint8Array, data: Float32Array, first: number): void {
  const halves = (): Uint16Array => new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  switch (dtype) {
    case 'F32': return data.set(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4), first);
    case 'F16': return void widenHalves(halves(), data, first);
    case 'BF16': return void widenBrainHalves(halves(), data, first);
  }
}

/** @throws if a number is too large for halves */
function halvesOf(name: string, where: string, data: Float32Array): Uint16Array {
  const halves = narrowToHalves(data);
  const beyond = halves.findIndex((bits) => (bits & 0x7c00) === 0x7c00);
  if (beyond >= 0) throw new Error(`${where}: '${name}' holds ${data[beyond]} at place ${beyond}, and half precision ends at 65504. Set "engine": { "frozen": "float32" }.`);
  return halves;
}

/** A file of a model or an adapter: what is damaged is had again from where it came from. */
async function openModelFile(source: ByteSource): Promise<Safetensors> {
  requireDownloaded(await source.read(0, tellingBytes), source.name);
  return openSafetensors(source, 'Download it again, or restore it from a copy.');
}

/** One safetensors file. @throws naming it, if it is missing or damaged */
export async function openTensors(path: string, source: ByteSource = fileSource(path)): Promise<TensorFile> {
  const file = await openModelFile(source);
  return { where: path, has: (name) => file.tensors.has(name), names: () => [...file.tensors.keys()], look: async (name) => looked(lookIn(file, path, name)), read: (name) => readFrom(file, path, name) };
}

/** @throws naming the file that is missing or damaged */
export async function openFolder(folder: string): Promise<TensorFile> {
  const single = join(folder, weightFiles.single);
  if (existsSync(single)) return openTensors(single);
  const where = join(folder, weightFiles.index);
  const shards = shardNames(readJson(where), where);
  const opened = new Map<string, Safetensors>();
  async function shardOf(name: string): Promise<readonly [Safetensors, string]> {
    const shard = shards.get(name)!;
    const path = join(folder, shard);
    if (!existsSync(path)) throw new Error(`${where}: the shard ${shard}, with tensor '${name}', is missing. Download the folder again, all of it.`);
    let file = opened.get(shard);
    if (!file) opened.set(shard, file = await openModelFile(fileSource(path)));
    if (!file.tensors.has(name)) throw new Error(`${path} has no tensor '${name}', which ${where} says it has.`);
    return [file, path];
  }
  return {
    where,
    has: (name) => shards.has(name),
    names: () => [...shards.keys()],
    look: async (name) => looked(lookIn(...await shardOf(name), name)),
    read: async (name) => readFrom(...await shardOf(name), name),
  };
}

function lookIn(file: Safetensors, where: string, name: string): { shape: readonly number[]; dtype: (typeof readTypes)[number] } {
  const { dtype: stored, shape } = file.tensors.get(name)!;
  const dtype = readTypes.find((type) => type === stored);
  if (dtype === undefined) throw new Error(`${where}: tensor '${name}' is stored as ${stored}; this version reads F32, F16 and BF16.`);
  return { shape, dtype };
}

const looked = ({ shape, dtype }: ReturnType<typeof lookIn>): Awaited<ReturnType<TensorFile['look']>> => ({ shape, isHalf: dtype === 'F16' });

/** Widened piece by piece: beside the numbers that it makes, a piece of the file is all that is held. */
async function readFrom(file: Safetensors, where: string, name: string): Promise<{ shape: readonly number[]; data: Float32Array }> {
  const { shape, dtype } = lookIn(file, where, name);
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  await file.readPieces(name, (bytes, first) => widen(dtype, bytes, data, first));
  return { shape, data };
}

/** Which shard has a tensor. Names are plain names of files in the folder: an index decides about no other path. */
function shardNames(json: unknown, where: string): Map<string, string> {
  const map = (json as { weight_map?: unknown } | null)?.weight_map;
  if (typeof map !== 'object' || map === null) throw new Error(`${where} has no 'weight_map'.`);
  return new Map(Object.entries(map).map(([name, shard]): [string, string] => {
    if (typeof shard !== 'string' || !/^[\w][\w.-]*\.safetensors$/.test(shard)) throw new Error(`${where}: '${name}' is in ${JSON.stringify(shard)}, which is no name of a safetensors file in this folder.`);
    return [name, shard];
  }));
}

const isOptional = (name: string): boolean => name === valueHead.weight || name === valueHead.bias;

/**
 * Whether a policy's weights are there, by headers alone: no number is read.
 * @throws naming the tensor that is missing, of another shape than the config says, or of a type that is not read
 */
export async function checkTensors(file: TensorFile, config: PolicyConfig): Promise<void> {
  for (const { name, shape } of weightShapes(config)) {
    if (!file.has(name)) {
      if (isOptional(name)) continue;
      throw new Error(`${file.where} has no tensor '${name}'.${name === headName ? ' The config says that the head is not tied to the embedding.' : ''}`);
    }
    const { shape: found } = await file.look(name);
    if (found.join() !== shape.join()) throw new Error(`${file.where}: '${name}' is float32[${found}]; the config asks for float32[${shape}].`);
  }
}

/** Whether all matrices of layers are halves in the file, so that held as halves they are what they are. By headers alone. @throws as `look` does */
export async function storesHalves(file: TensorFile, config: PolicyConfig): Promise<boolean> {
  for (const { name } of weightShapes({ ...config, adapter: undefined })) {
    if (isProjection(name) && !(file.has(name) && (await file.look(name)).isHalf)) return false;
  }
  return true;
}

/**
 * The policy's weights, tensor by tensor, so that little more than the result is in memory at any time. A missing value
 * head starts at 0.
 * @param frozen what matrices are held as that nobody will train; without it they are float32, as all others
 * @throws as `checkTensors` does, before any number is read; and naming the tensor that is damaged, or beyond what halves can hold
 */
export async function readWeights(file: TensorFile, config: PolicyConfig, frozen?: PolicyConfig['frozen']): Promise<Weights> {
  await checkTensors(file, config);
  const weights: Record<string, Weights[string]> = {};
  for (const { name, shape } of weightShapes(config)) {
    const data = file.has(name) ? (await file.read(name)).data : new Float32Array(shape.reduce((a, b) => a * b, 1));
    weights[name] = frozen && isProjection(name) ? { shape, dtype: frozen, data: halvesOf(name, file.where, data) } : { shape, dtype: 'float32', data };
  }
  return weights;
}
