/** Policies on disk, as Hugging Face lays them out: config.json, model.safetensors, tokenizer.json. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isGguf } from '../config/named-files.ts';
import type { PolicyConfig } from '../policy/config.ts';
import { fromHuggingFace, toHuggingFace } from '../policy/hugging-face-config.ts';
import { makeTokenizer, type Framing } from '../policy/dialogue/choose.ts';
import type { Tokenizer } from '../policy/tokenizer.ts';
import { isHalf, valueHead, weightShapes, type Weights } from '../policy/weights.ts';
import { toStored, type toHost } from './folder/host-tensors.ts';
import { encodeSafetensors } from './folder/safetensors.ts';
import { openFolder, readWeights, weightFiles } from './model-shards.ts';
import { readJson } from './read-json.ts';
import { readTokenizerFiles } from './tokenizer-files.ts';

const files = { config: 'config.json', weights: weightFiles.single, tokenizer: 'tokenizer.json' } as const;

export const hasPolicy = (folder: string): boolean => (isGguf(folder) && existsSync(folder)) || existsSync(join(folder, files.weights)) || existsSync(join(folder, weightFiles.index));

export interface StoredPolicy {
  readonly config: PolicyConfig;
  readonly weights: Weights;
}

/** @throws naming the file and the tensor, if something is missing or of another shape than config.json says. */
export async function readPolicy(folder: string, frozen?: PolicyConfig['frozen']): Promise<StoredPolicy> {
  const config = fromHuggingFace(readJson(join(folder, files.config)), join(folder, files.config));
  return { config, weights: await readWeights(await openFolder(folder), config, frozen) };
}

/** The file of a tokenizer that is named by itself or by its folder. */
export const tokenizerPath = (folder: string): string => (folder.endsWith('.json') ? folder : join(folder, files.tokenizer));

/**
 * @param rows of the model's embedding, where they are known
 * @throws naming the file, if it is missing or no tokenizer, or has a token that is needed and has no row
 */
export function readTokenizer(folder: string, framing: Framing = { dialogue: 'steptool' }, rows?: number): Tokenizer {
  const path = tokenizerPath(folder);
  return makeTokenizer(readTokenizerFiles(path, dirname(path)), framing, path, rows);
}

/** Weights as the policy wants them. A missing value head starts at 0; anything else missing, or misshapen, is refused. */
export function checkWeights(stored: Awaited<ReturnType<typeof toHost>>, config: PolicyConfig, where: string): Weights {
  return Object.fromEntries(weightShapes(config).map(({ name, shape }) => {
    const tensor = stored[name];
    const size = shape.reduce((a, b) => a * b, 1);
    if (!tensor && (name === valueHead.weight || name === valueHead.bias)) return [name, { shape, dtype: 'float32', data: new Float32Array(size) }];
    if (!tensor) throw new Error(`${where} has no tensor '${name}'.`);
    const dtype = isHalf(config, name) ? 'float16' : 'float32';
    if (tensor.dtype !== dtype || tensor.shape.join() !== shape.join())
      throw new Error(`${where}: '${name}' is ${tensor.dtype}[${tensor.shape}]; the config asks for ${dtype}[${shape}].`);
    return [name, tensor as Weights[string]];
  }));
}

/** Writes config and weights, and the tokenizer if its JSON is given. */
export function writePolicy(folder: string, { config, weights }: StoredPolicy, tokenizer?: object): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, files.config), `${JSON.stringify(toHuggingFace(config), null, 2)}\n`);
  if (tokenizer) writeFileSync(join(folder, files.tokenizer), `${JSON.stringify(tokenizer)}\n`);
  writeFileSync(join(folder, files.weights), Buffer.concat(encodeSafetensors(toStored(weights), { format: 'pt' })));
}
