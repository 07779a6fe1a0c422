import { dirname, resolve } from 'node:path';
import { openEngine, type ChosenEngine } from '../../compute/choose.ts';
import { machineMemory } from '../../compute/machine.ts';
import { ProgramCache } from '../../compute/program-cache.ts';
import { watched } from '../../compute/watch.ts';
import { watchman } from '../../compute/watchman.ts';
import { notACheckpoint, tellingFiles } from '../../config/named-files.ts';
import type { Experiment } from '../../config/schema.ts';
import { fitted } from '../../learn/fit.ts';
import { predictMemory, requireFits, type MemoryPrediction } from '../../learn/memory.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import { initialFactors, isFactor } from '../../policy/adapter.ts';
import { initialWeights, weightShapes, type Weights } from '../../policy/weights.ts';
import { createAtlas } from '../../world/atlas/atlas.ts';
import type { World } from '../../world/world.ts';
import { bundledPolicy } from '../package-root.ts';
import type { Framing } from '../../policy/dialogue/choose.ts';
import { presentIn } from '../present.ts';
import { readPeft } from '../read-peft.ts';
import { readTemplate } from '../read-template.ts';
import { sha256 } from '../folder/writer.ts';
import { hasPolicy, readPolicy, readTokenizer, tokenizerPath } from '../policy-folder.ts';
import { fileHash, openModel, type OpenedModel } from './open-model.ts';
import { hashBase, type Base } from './base.ts';
import type { Recorded } from './recorded.ts';

/** Everything that an experiment names, opened. */
export interface Setup extends Pick<Sizes, 'from' | 'tokenizerFile' | 'template' | 'adapterFolder'> {
  readonly experiment: Experiment;
  readonly world: World;
  readonly tokenizer: Tokenizer;
  /** SHA-256 of its file, of the template that frames dialogues where the experiment names one, and of what versions had otherwise. */
  readonly tokenizerHash: string;
  readonly config: PolicyConfig;
  readonly programs: ProgramCache;
  readonly engine: ChosenEngine;
  /** What training starts from, before any warm start; of a run that goes on, what reinforcement learning started from. */
  readonly initial: Weights;
  /** Where `initial` came from, for people. */
  readonly origin: string;
  readonly needsWarmStart: boolean;
  /** What an adapter stands beside; undefined where all weights are trained. */
  readonly base?: Base;
  /** What it will take at its peak. */
  readonly memory: MemoryPrediction;
  /** What is learnt from in place of episodes. Opened for training alone. */
  readonly recorded?: Recorded;
}

const normEpsilon = 1e-5;

/**
 * Opens what the experiment names. Paths in it are relative to the experiment file.
 * @param earlier weights of a run that goes on: taken in place of those that the experiment names, which may be gone by now; an adapter needs them still
 * @param prefer the engine that such a run began on, which "auto" stays with
 * @throws with what is missing or does not fit, and what to do
 */
export async function openSetup(experiment: Experiment, experimentPath: string, earlier?: (config: PolicyConfig, base: Base | undefined, tokenizerHash: string) => Promise<Weights>, prefer?: string): Promise<Setup> {
  const { from, model, tokenizer, tokenizerFile, template, adapterFolder, config: sizes } = await openSizes(experiment, experimentPath, earlier !== undefined || prefer !== undefined);
  const tokenizerHash = template === undefined ? await fileHash(tokenizerFile) : sha256(new TextEncoder().encode(`${await fileHash(tokenizerFile)}\n${template}`));
  const engine = await openEngine({ ...experiment.engine, ...(prefer === undefined ? {} : { prefer }) });
  const { total } = machineMemory();
  const config = fitted(sizes, experiment, engine.engine.name, total);
  const memory = predictMemory(config, experiment, engine.engine.name);
  requireFits(memory, engine.engine.name, total); // before the weights are: they alone may be too many
  const named = earlier && !config.adapter ? undefined : await openStart(experiment, config, from, model, earlier ? undefined : adapterFolder);
  const base = named && config.adapter && { weights: named.initial, hash: hashBase(config, named.initial) };
  const start = earlier ? { initial: await earlier(config, base, tokenizerHash), origin: 'a checkpoint', needsWarmStart: false } : named!;
  return { experiment, from, tokenizerFile, template, adapterFolder, engine, memory, tokenizer, tokenizerHash, world: createAtlas(experiment.world), config, programs: new ProgramCache(watched(engine.engine, { watchman })), ...(base && { base }), ...start };
}

/** What a policy is made of, without its weights: the model's file where there is one, the tokenizer, and the sizes. */
export interface Sizes {
  /** Where the weights are; undefined for random ones. */
  readonly from?: string;
  readonly model?: OpenedModel;
  readonly tokenizer: Tokenizer;
  readonly tokenizerFile: string;
  /** The text of the template that takes the place of the checkpoint's. */
  readonly template?: string;
  /** The PEFT folder whose factors to start from. */
  readonly adapterFolder?: string;
  readonly config: PolicyConfig;
}

/**
 * The sizes of the policy that an experiment names.
 * @param isOfRun whether it is the experiment of a run that is there, which nobody can correct any more
 * @throws with what is missing or does not fit, and what to do
 */
export async function openSizes({ policy, engine }: Experiment, experimentPath: string, isOfRun = false): Promise<Sizes> {
  const at = (path: string): string => (path === 'bundled' ? bundledPolicy() : resolve(dirname(experimentPath), path));
  const from = policy.checkpoint === null ? undefined : at(policy.checkpoint);
  const framing: Framing = { dialogue: policy.dialogue, ...(policy.template === null ? {} : { template: { text: readTemplate(at(policy.template)), name: policy.template } }) };
  const isModel = policy.checkpoint !== null && policy.checkpoint !== 'bundled';
  const model = isModel ? await openModel(policy, from!, at(policy.tokenizer), framing) : undefined;
  if (isModel && !model) throw noModel(from!, isOfRun);
  const tokenizer = model?.tokenizer ?? readTokenizer(at(policy.tokenizer), framing);
  const tokenizerFile = model?.tokenizerPath ?? tokenizerPath(at(policy.tokenizer));
  const sizes: PolicyConfig = model?.config ?? {
    width: policy.width, layers: policy.layers, heads: policy.heads, keyValueHeads: policy.keyValueHeads, feedForward: policy.feedForward,
    vocabulary: tokenizer.vocabulary, context: policy.context, ropeTheta: policy.ropeTheta, normEpsilon,
  };
  const { rank, alpha, modules, start } = policy.adapter;
  const frozen = rank > 0 && engine.frozen === 'auto' && (await model?.storesHalves()) ? 'float16' as const : undefined;
  return { ...(rank === 0 || start === null ? {} : { adapterFolder: at(start) }), from, model, tokenizer, tokenizerFile, ...(framing.template === undefined ? {} : { template: framing.template.text }), config: rank === 0 ? sizes : { ...sizes, adapter: { rank, alpha, modules }, ...(frozen && { frozen }) } };
}

/** What is wrong with a checkpoint that is none: what else is there, if it is anything that is known. */
function noModel(path: string, isOfRun: boolean): Error {
  const present = presentIn(path, tellingFiles);
  if (present.size > 0) return new Error(`policy.checkpoint: ${path} ${notACheckpoint(present, path)}.`);
  const cure = isOfRun ? 'The run needs the model that it began with: put it back there, or make a link there to where it is now.' : 'If it was moved, put it back, or correct the path in the experiment.';
  return new Error(`policy.checkpoint: there is no model in ${path}. ${cure}`);
}

/** Weights as the experiment names them: those in a folder, or random ones. */
async function openStart({ policy, warmStart, seed }: Experiment, config: PolicyConfig, fromFile?: string, model?: OpenedModel, adapterFolder?: string): Promise<Pick<Setup, 'initial' | 'origin' | 'needsWarmStart'>> {
  const found = fromFile !== undefined && hasPolicy(fromFile);
  if (fromFile !== undefined && !found && (policy.checkpoint !== 'bundled' || warmStart.mode === 'never'))
    throw new Error(`policy.checkpoint: there is no model.safetensors in ${fromFile}. Reinstall the package, or let the warm start make a policy ("warmStart.mode": "auto").`);
  if (model) return { initial: await adapted(config, await model.weights(config.frozen), seed, adapterFolder), origin: `weights of ${fromFile}`, needsWarmStart: warmStart.mode === 'always' };
  const stored = found ? await readPolicy(fromFile, config.frozen) : undefined;
  if (stored) agree(config, stored.config, fromFile!);
  return {
    initial: stored ? await adapted(config, stored.weights, seed, adapterFolder) : initialWeights(config, seed),
    origin: stored ? `weights of ${fromFile}` : 'random weights',
    needsWarmStart: warmStart.mode === 'always' || (warmStart.mode === 'auto' && !stored),
  };
}

/** With the factors of an adapter, where the config has one: those of a PEFT folder, or such as have learnt nothing yet. */
async function adapted(config: PolicyConfig, weights: Weights, seed: number, folder?: string): Promise<Weights> {
  const { adapter } = config;
  if (!adapter) return weights;
  return { ...weights, ...(folder === undefined ? initialFactors(weightShapes(config).filter(({ name }) => isFactor(name)), seed) : await readPeft(folder, { ...config, adapter })) };
}

/** @throws if the file's sizes are not those of the checkpoint: an option is honoured or refused. */
function agree(asked: PolicyConfig, stored: PolicyConfig, where: string): void {
  const different = (Object.keys(asked) as (keyof PolicyConfig)[]).filter((name) => asked[name] !== stored[name] && !['context', 'adapter', 'recompute', 'frozen'].includes(name));
  if (asked.context > stored.context) different.push('context');
  if (different.length === 0) return;
  const list = different.map((name) => `${name} is ${asked[name]} in the experiment and ${stored[name]} in the checkpoint`).join('; ');
  throw new Error(`policy: the sizes do not fit the checkpoint ${where}: ${list}. Take these from the checkpoint, or set "checkpoint": null to start from random weights.`);
}
