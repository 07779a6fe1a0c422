/** The model that an experiment names by a path: its own sizes hold, and its own tokenizer where the experiment names none. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { defaultExperiment } from '../../config/defaults.ts';
import type { Experiment } from '../../config/schema.ts';
import type { Framing } from '../../policy/dialogue/choose.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import { openCheckpoint, type Checkpoint } from '../open-checkpoint.ts';
import { hasPolicy, readTokenizer, tokenizerPath } from '../policy-folder.ts';

export interface OpenedModel extends Pick<Checkpoint, 'config' | 'check' | 'storesHalves' | 'weights'> {
  readonly tokenizer: Tokenizer;
  readonly tokenizerPath: string;
}

/** Sizes that a file may set, and that must then be those of the checkpoint. */
const sizes = ['width', 'layers', 'heads', 'keyValueHeads', 'feedForward', 'ropeTheta'] as const;

/**
 * @param path of the checkpoint; @param tokenizerAt where `policy.tokenizer` is; @param framing of dialogues
 * @returns undefined where there is none
 * @throws if the experiment asks for other sizes than the checkpoint has: an option is honoured or refused
 */
export async function openModel(policy: Experiment['policy'], path: string, tokenizerAt: string, framing: Framing): Promise<OpenedModel | undefined> {
  if (!hasPolicy(path)) return undefined;
  const checkpoint = await openCheckpoint(path);
  const { config } = checkpoint;
  const defaults = defaultExperiment.policy;
  const different: string[] = sizes.filter((name) => policy[name] !== config[name] && policy[name] !== defaults[name]);
  if (policy.context > config.context) different.push('context');
  if (different.length > 0) {
    const list = different.map((name) => `${name} is ${policy[name as 'width']} in the experiment and ${config[name as 'width']} in the checkpoint`).join('; ');
    throw new Error(`policy: the sizes do not fit the checkpoint ${path}: ${list}. Take these from the checkpoint, or set "checkpoint": null to start from random weights.`);
  }
  if (config.window !== undefined && policy.context > config.window)
    throw new Error(`policy.context: ${path} attends to ${config.window} positions (a sliding window), and this version trains and generates within these alone. Set "policy.context" to ${config.window} or less.`);
  // the context that is used, not the largest possible: tables of angles and the cache are made for it
  const { check, storesHalves, weights } = checkpoint;
  const used = { config: { ...config, context: policy.context }, check, storesHalves, weights };
  if (policy.tokenizer === 'bundled' && checkpoint.tokenizerPath !== undefined)
    return { ...used, tokenizer: checkpoint.tokenizer(framing), tokenizerPath: checkpoint.tokenizerPath };
  if (policy.tokenizer === 'bundled') throw new Error(`${path} has no tokenizer.json (a tokenizer.model alone is not read). Download it beside the weights, or name the model's own in policy.tokenizer.`);
  return { ...used, tokenizer: namedTokenizer(tokenizerAt, framing, path, config.vocabulary), tokenizerPath: tokenizerPath(tokenizerAt) };
}

/** Rows of an embedding that may be padding, as a part of all: published models have some percent. */
const mostPadding = 1 / 4;

/** @throws if the tokenizer cannot be that of a model with so many rows */
function namedTokenizer(at: string, framing: Framing, model: string, rows: number): Tokenizer {
  const where = tokenizerPath(at);
  let tokenizer: Tokenizer;
  try {
    tokenizer = readTokenizer(at, framing, rows);
  } catch (error) {
    const { message } = error as Error;
    throw message.startsWith(where) ? new Error(`policy.tokenizer: ${message}`) : error;
  }
  if (tokenizer.tokens < rows * (1 - mostPadding))
    throw new Error(`policy.tokenizer: ${where} has ${tokenizer.tokens} tokens, and the checkpoint ${model} has an embedding of ${rows}. Name the tokenizer that the checkpoint was trained with.`);
  return tokenizer;
}

/** SHA-256 of a file, read in parts: a GGUF file is its own tokenizer's. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
