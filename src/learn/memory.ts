/** How much memory a run takes at its peak, from shapes alone: told before it begins, and compared with what the machine has. */
import { keepsOutputs } from '../compute/names.ts';
import { headSize, type PolicyConfig } from '../policy/config.ts';
import { rowsOfPart } from '../policy/model/parts.ts';
import { embeddingName, isHalf, isTrained, trainedCount, weightShapes } from '../policy/weights.ts';
import type { Experiment } from '../config/schema.ts';
import { lengthClass, longerLine, updateRows } from './packing.ts';

export interface MemoryPart {
  readonly name: string;
  readonly bytes: number;
  /** What lowers it, as a command; undefined where nothing does. */
  readonly remedy?: string;
  /** `engine` for what a graphics card takes on itself; the rest is always in the machine's memory. */
  readonly where: 'host' | 'engine';
}

export interface MemoryPrediction {
  readonly parts: readonly MemoryPart[];
  /** The sum, in bytes. */
  readonly total: number;
  /** What of it is in the machine's memory whatever the engine. */
  readonly host: number;
  /** Whether that is with activations computed again on the way back. */
  readonly recomputes: boolean;
}

export type MemorySettings = {
  readonly rollout: Pick<Experiment['rollout'], 'liveEpisodes' | 'maxTokens' | 'tasksPerIteration' | 'samplesPerTask'>;
  /** Without it sizes are taken to be the experiment's own, and not those of a model that it names. */
  readonly policy?: Pick<Experiment['policy'], 'checkpoint'>;
  /** Without it nothing is measured. */
  readonly evaluation?: Pick<Experiment['evaluation'], 'splits' | 'tasksPerSplit' | 'samplesPerTask'>;
};

/** Episodes that are live at once, at most: in a collection or in a measurement, which may have more of them. */
export function mostLive({ rollout, evaluation }: MemorySettings): number {
  const measured = evaluation ? evaluation.splits.length * evaluation.tasksPerSplit * evaluation.samplesPerTask : 0;
  return Math.min(rollout.liveEpisodes, Math.max(rollout.tasksPerIteration * rollout.samplesPerTask, measured));
}

const float = 4;
/** Node, the engine's library, this program, a world, trajectories, and the programs' graphs. */
const base = 280e6;

/** Garbage beyond this is not counted: the collector comes when there is as much, and it is no reason to refuse a run. */
const garbage = 5e8;

/**
 * Peak memory on onnx:cpu. The counts of tensors are those of the policy's programs; factors for what lives only within
 * an operator's call were fitted to measurements (test/bench/memory.ts, test/bench/recompute.ts), which they meet within a
 * tenth for small policies and within a quarter for large ones.
 */
export function predictMemory(config: PolicyConfig, settings: MemorySettings, engine = 'onnx:cpu'): MemoryPrediction {
  const { rollout } = settings;
  const { layers, heads, keyValueHeads, feedForward, vocabulary, width } = config;
  const keyWidth = keyValueHeads * headSize(config);
  const slots = mostLive(settings);

  const capacity = Math.ceil(rollout.maxTokens / 128) * 128;
  const cache = 2 * layers * slots * keyWidth * capacity;
  const chunks = Math.max(1, Math.min(16, slots >> 2));
  const reading = slots === 0 ? 0 : 3.5 * chunks * 64 * heads * (capacity + 64) + 8 * 320 * (3 * heads * 320 + 4 * feedForward + 8 * width) + 4 * slots * vocabulary;
  const update = updateFloats(config, rollout.maxTokens, keepsOutputs(engine));
  const isOwn = (settings.policy?.checkpoint ?? null) === null;
  const lower = isOwn ? 'lower rollout.maxTokens, policy.layers or policy.width' : 'lower rollout.maxTokens';

  const parts: MemoryPart[] = [
    { name: 'Node, the engine and its programs', bytes: base, where: 'host' },
    { name: 'weights, gradients and Adam moments', bytes: float * update.state, remedy: isOwn ? 'lower policy.layers or policy.width, or take a smaller model' : smaller(config), where: 'host' },
    { name: 'keys and values of live episodes', bytes: float * 1.1 * cache, remedy: 'lower rollout.liveEpisodes or rollout.maxTokens', where: 'host' },
    // it grows by 128 positions at a time, and what it outgrew waits for the garbage collector
    { name: 'keys and values outgrown', bytes: Math.min(garbage, (float * cache * (capacity / 128 - 1)) / 2), remedy: 'lower rollout.maxTokens or rollout.liveEpisodes', where: 'host' },
    { name: 'decoding and reading', bytes: float * reading, remedy: 'lower rollout.liveEpisodes', where: 'engine' },
    { name: 'activations of the largest update', bytes: float * update.activations, remedy: config.recompute ? lower : `set engine.recompute to "always", or ${lower}`, where: 'engine' },
    { name: 'logits of the largest update', bytes: float * update.logits, remedy: 'take a policy.tokenizer, or a model, of fewer tokens', where: 'engine' },
  ];
  const sum = (of: readonly MemoryPart[]): number => of.reduce((all, { bytes }) => all + bytes, 0);
  return { parts, total: sum(parts), host: sum(parts.filter(({ where }) => where === 'host')), recomputes: config.recompute === true };
}

/** What makes the weights of a model that an experiment names take less, and what is held for their training. */
function smaller(config: PolicyConfig): string {
  if (!config.adapter) return 'train an adapter (policy.adapter.rank, such as 16), or take a smaller model';
  return config.frozen === 'float16' ? 'take a smaller model' : 'set engine.frozen to "float16", or take a smaller model';
}

/** Numbers that are held for the update of the largest batch that episodes of `tokens` make, and before and after it. */
function updateFloats(config: PolicyConfig, tokens: number, keeps: boolean): { readonly state: number; readonly activations: number; readonly logits: number } {
  const { width, layers, heads, keyValueHeads, feedForward, vocabulary, recompute } = config;
  const [queryWidth, keyWidth] = [heads * headSize(config), keyValueHeads * headSize(config)];
  const length = lengthClass(tokens);
  const rows = Math.max(1, Math.floor(updateRows / length)) * length;
  const attention = (heads * longerLine(length, config.context) * 5) / 8;
  // kept for the way back, a layer and row: the residual stream and its norms, queries, keys and values as they are turned and as
  // parts ask them (attention.ts), gates, attention weights
  const kept = 6 * width + 4 * queryWidth + 6 * keyWidth + 4 * feedForward + attention;
  // on the way back, in one layer at a time
  const passing = 2 * attention + 2 * feedForward + 4 * width;

  const trained = trainedCount(config);
  const frozen = frozenFloats(config);
  const part = rowsOfPart(rows, vocabulary);
  // fitted; of a part, its gradient is in memory with its logits, and what the parts before have left to be given back
  const logits = part < rows ? 10 * part * vocabulary : 4.2 * rows * vocabulary;
  // the embedding's gradient is made in pieces of its own size: of a part of the head, or of the rows that were looked up, beside their sum
  const pieces = isTrained(config, embeddingName) ? 2 * vocabulary * width : 0;
  // frozen weights are held once. Of the others there are trained ones, two moments and gradients; with an adapter the initial ones, too,
  // and else in the gradients' place the reference's, when it is asked, which an engine with memory of its own has beside. Or as many spare
  // buffers, and gradients
  return recompute
    ? { state: (config.adapter || keeps ? 5 : 4) * trained + frozen, activations: rows * (layers * width + kept + passing) + pieces, logits }
    : { state: 8 * trained + frozen, activations: rows * (layers * kept + passing) + 2 * trained, logits };
}

/** What frozen weights are held as; where that is halves, the largest is there as single numbers too while it is multiplied with. */
function frozenFloats(config: PolicyConfig): number {
  const frozen = weightShapes(config).filter(({ name }) => !isTrained(config, name)).map(({ name, shape }) => ({ size: shape.reduce((a, b) => a * b, 1), half: isHalf(config, name) }));
  const widened = Math.max(0, ...frozen.filter(({ half }) => half).map(({ size }) => size));
  return frozen.reduce((sum, { size, half }) => sum + (half ? size / 2 : size), widened);
}

/** What of a prediction the machine's own memory has to hold: all, or what a graphics card does not take. */
export const onHost = ({ total, host }: MemoryPrediction, engine: string): number => (/cpu$|^reference$/.test(engine) ? total : host);

/** A run that does not fit into the machine. */
export class MemoryError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MemoryError';
  }
}

/** Bytes for people: `0.3 MB`, `940 MB`, `4.2 GB`. */
export const bytesText = (bytes: number): string =>
  bytes < 995e6 ? `${(bytes / 1e6).toFixed(bytes < 9.95e6 ? 1 : 0)} MB` : `${(bytes / 1e9).toFixed(bytes < 9.95e9 ? 1 : 0)} GB`;

/** The two largest parts that something lowers, and what. */
export function whatToLower({ parts }: MemoryPrediction): string {
  const largest = parts.filter(({ remedy }) => remedy !== undefined).sort((a, b) => b.bytes - a.bytes).slice(0, 2);
  return largest.map(({ name, bytes, remedy }) => `For ${name} (${bytesText(bytes)}), ${remedy}.`).join(' ');
}

/** @throws MemoryError if the run takes more than the machine has at all */
export function requireFits(prediction: MemoryPrediction, engine: string, machine: number): void {
  const needed = onHost(prediction, engine);
  if (needed > machine) throw new MemoryError(`This run would take about ${bytesText(needed)} of memory on ${engine}${prediction.recomputes ? ', recomputing activations' : ''}, and there are ${bytesText(machine)}. ${whatToLower(prediction)}`);
}
