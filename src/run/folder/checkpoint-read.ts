import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostTensors } from '../../compute/engine.ts';
import { checkpointFiles } from './checkpoint.ts';
import type { FileSizes, State, StateJson } from './checkpoint.ts';
import { RunFolderError, systemCode } from './errors.ts';
import { toHost } from './host-tensors.ts';
import { formatVersion, iterationOf, runPath } from './paths.ts';
import { isFields } from './run-json.ts';
import { openSafetensors } from './safetensors-read.ts';
import { fileSource } from './source.ts';

/** A state.json beyond this is not read. */
const stateLimit = 64 * 1024 * 1024;

/** A checkpoint found whole: its files have the hashes that it recorded. Tensors are read when asked for. */
export interface Checkpoint {
  readonly folder: string;
  readonly iteration: number;
  readonly sizes: FileSizes;
  readonly state: State;
  weights(): Promise<HostTensors>;
  optimizer(): Promise<HostTensors>;
  /** The texts in the header of the weights. */
  metadata(): Promise<Readonly<Record<string, string>>>;
}

/** The iterations that have a checkpoint, ascending; half-written and damaged ones are not listed. */
export async function listCheckpoints(folder: string): Promise<number[]> {
  try {
    const names = await readdir(runPath.checkpoints(folder));
    return names.map((name) => iterationOf(name)).filter((iteration) => iteration !== undefined).sort((a, b) => a - b);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

const tensorFiles = [checkpointFiles.weights, checkpointFiles.optimizer];

const isSize = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** Checks the shape of a state.json; a text says what is wrong. */
function stateJson(value: unknown, iteration: number): StateJson | string {
  if (!isFields(value)) return 'state.json holds no object';
  if (value['formatVersion'] !== formatVersion) return `state.json has format version ${String(value['formatVersion'])}, not ${formatVersion}`;
  if (value['iteration'] !== iteration) return `state.json is of iteration ${String(value['iteration'])}`;
  const { sizes, files } = value;
  if (!isFields(sizes) || !['metrics', 'trajectories', 'annotations'].every((name) => isSize(sizes[name]))) return 'state.json has no "sizes"';
  if (!isFields(files)) return 'state.json has no "files"';
  for (const name of tensorFiles) {
    const file = files[name];
    if (!isFields(file) || !isSize(file['bytes']) || typeof file['sha256'] !== 'string') return `state.json has no hash of ${name}`;
  }
  if (!('state' in value)) return 'state.json has no "state"';
  return value as unknown as StateJson; // Checked just above.
}

async function sha256(path: string): Promise<{ bytes: number; sha256: string }> {
  const source = fileSource(path);
  const hash = createHash('sha256');
  let bytes = 0;
  for (;;) {
    const block = await source.read(bytes, 4 * 1024 * 1024);
    if (block.length === 0) return { bytes, sha256: hash.digest('hex') };
    hash.update(block);
    bytes += block.length;
  }
}

/**
 * Opens the checkpoint of an iteration and checks it whole, or those files of it that are going to be read. Throws `corrupt` when
 * anything of these is missing or changed.
 */
export async function readCheckpoint(folder: string, iteration: number, checked: readonly (typeof tensorFiles)[number][] = tensorFiles): Promise<Checkpoint> {
  const path = runPath.checkpoint(folder, iteration);
  const corrupt = (why: string): RunFolderError =>
    new RunFolderError('corrupt', `The checkpoint ${path} is damaged: ${why}. Use another one, or restore it from a copy.`, path);
  try {
    const source = fileSource(join(path, checkpointFiles.state));
    if ((await source.size()) > stateLimit) throw corrupt(`state.json is longer than ${stateLimit} bytes`);
    const bytes = await source.read(0, stateLimit);
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch (error) {
      throw corrupt(`state.json is no JSON (${error instanceof Error ? error.message.slice(0, 120) : String(error)})`);
    }
    const found = stateJson(value, iteration);
    if (typeof found === 'string') throw corrupt(found);
    const open = (name: string) => openSafetensors(fileSource(join(path, name)));
    for (const name of checked) {
      const seen = await sha256(join(path, name));
      const expected = found.files[name];
      if (seen.bytes !== expected.bytes) throw corrupt(`${name} has ${seen.bytes} bytes instead of ${expected.bytes}`);
      if (seen.sha256 !== expected.sha256) throw corrupt(`${name} does not have the recorded SHA-256`);
      await open(name);
    }
    return {
      folder: path,
      iteration,
      sizes: found.sizes,
      state: found.state,
      weights: async () => toHost(await (await open(checkpointFiles.weights)).readAll()),
      optimizer: async () => toHost(await (await open(checkpointFiles.optimizer)).readAll()),
      metadata: async () => (await open(checkpointFiles.weights)).metadata,
    };
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') throw corrupt('a file of it is missing');
    throw error;
  }
}
