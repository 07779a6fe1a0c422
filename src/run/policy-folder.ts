/** Policies on disk, as Hugging Face lays them out: config.json, model.safetensors, tokenizer.json. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHuggingFace, toHuggingFace, type PolicyConfig } from '../policy/config.ts';
import { Tokenizer } from '../policy/tokenizer.ts';
import { valueHead, weightShapes, type Weights } from '../policy/weights.ts';
import { toHost, toStored } from './folder/host-tensors.ts';
import { openSafetensors } from './folder/safetensors-read.ts';
import { encodeSafetensors } from './folder/safetensors.ts';
import { fileSource } from './folder/source.ts';

const files = { config: 'config.json', weights: 'model.safetensors', tokenizer: 'tokenizer.json' } as const;

export const hasPolicy = (folder: string): boolean => existsSync(join(folder, files.weights));

export interface StoredPolicy {
  readonly config: PolicyConfig;
  readonly weights: Weights;
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${path} could not be read: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not valid JSON: ${(error as Error).message}`);
  }
}

/** @throws naming the file and the tensor, if something is missing or of another shape than config.json says. */
export async function readPolicy(folder: string): Promise<StoredPolicy> {
  const config = fromHuggingFace(readJson(join(folder, files.config)), join(folder, files.config));
  const path = join(folder, files.weights);
  const file = await openSafetensors(fileSource(path));
  const stored = toHost(await file.readAll());
  return { config, weights: checkWeights(stored, config, path) };
}

/** The file of a tokenizer that is named by itself or by its folder. */
export const tokenizerPath = (folder: string): string => (folder.endsWith('.json') ? folder : join(folder, files.tokenizer));

/** @throws naming the file, if it is missing or no tokenizer */
export function readTokenizer(folder: string): Tokenizer {
  const path = tokenizerPath(folder);
  return new Tokenizer(readJson(path), path);
}

/** Weights as the policy wants them. A missing value head starts at 0; anything else missing, or misshapen, is refused. */
export function checkWeights(stored: Awaited<ReturnType<typeof toHost>>, config: PolicyConfig, where: string): Weights {
  return Object.fromEntries(weightShapes(config).map(({ name, shape }) => {
    const tensor = stored[name];
    const size = shape.reduce((a, b) => a * b, 1);
    if (!tensor && (name === valueHead.weight || name === valueHead.bias)) return [name, { shape, dtype: 'float32', data: new Float32Array(size) }];
    if (!tensor) throw new Error(`${where} has no tensor '${name}'.`);
    if (tensor.dtype !== 'float32' || tensor.shape.join() !== shape.join())
      throw new Error(`${where}: '${name}' is ${tensor.dtype}[${tensor.shape}]; the config asks for float32[${shape}].`);
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
