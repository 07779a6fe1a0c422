/** A model to start from: a Hugging Face folder or a GGUF file. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isGguf } from '../config/named-files.ts';
import type { PolicyConfig } from '../policy/config.ts';
import { makeTokenizer, type Framing } from '../policy/dialogue/choose.ts';
import { ggufTokenizer } from '../policy/gguf/tokenizer.ts';
import { fromHuggingFace } from '../policy/hugging-face-config.ts';
import type { Tokenizer } from '../policy/tokenizer.ts';
import type { Weights } from '../policy/weights.ts';
import { openGguf } from './gguf-file.ts';
import { checkTensors, openFolder, readWeights, storesHalves } from './model-shards.ts';
import { readJson } from './read-json.ts';
import { readTokenizerFiles } from './tokenizer-files.ts';

export interface Checkpoint {
  readonly path: string;
  readonly config: PolicyConfig;
  /** Whether its weights are there, by headers alone. @throws as `weights` does, but for damaged numbers */
  readonly check: () => Promise<void>;
  /** Whether its matrices of layers are halves: see {@link storesHalves}. */
  readonly storesHalves: () => Promise<boolean>;
  /** Reads the weights, one tensor at a time: see {@link readWeights}. @throws naming the tensor that is missing, damaged or of another shape */
  readonly weights: (frozen?: PolicyConfig['frozen']) => Promise<Weights>;
  /** Where its own tokenizer is; undefined for a folder without one. */
  readonly tokenizerPath?: string;
  /** Its own tokenizer. @throws with what is missing */
  tokenizer(framing: Framing): Tokenizer;
}

/** Reads what a checkpoint is, without its weights. @throws naming the file, and the field or architecture that does not run here */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  if (isGguf(path)) {
    const { header, config, tensors } = await openGguf(path);
    return {
      path, config, tokenizerPath: path,
      check: () => checkTensors(tensors, config),
      storesHalves: () => storesHalves(tensors, config),
      weights: (frozen) => readWeights(tensors, config, frozen),
      tokenizer: (framing) => makeTokenizer(ggufTokenizer(header, path), framing, path, config.vocabulary),
    };
  }
  const where = join(path, 'config.json');
  if (!existsSync(where)) throw new Error(`${path} has no config.json, which says what model it is. Download the folder again, all of it.`);
  const config = fromHuggingFace(readJson(where), where);
  const tokenizerPath = join(path, 'tokenizer.json');
  return {
    path, config, ...(existsSync(tokenizerPath) ? { tokenizerPath } : {}),
    check: async () => checkTensors(await openFolder(path), config),
    storesHalves: async () => storesHalves(await openFolder(path), config),
    weights: async (frozen) => readWeights(await openFolder(path), config, frozen),
    tokenizer: (framing) => makeTokenizer(readTokenizerFiles(tokenizerPath, path), framing, tokenizerPath, config.vocabulary),
  };
}
