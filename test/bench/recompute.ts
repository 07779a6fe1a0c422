/**
 * What an update of a policy takes, of two batches unless told (scoring by the reference, gradients, Adam): peak memory and seconds, beside what is predicted, with and without recomputation.
 * One measurement a process:
 * node --import tsx test/bench/recompute.ts --model smollm2 --tokens 2048 --recompute --adapter 8 --halves --threads 1
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { OnnxCpuEngine } from '../../src/compute/onnx/engine.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import { defaultExperiment } from '../../src/config/defaults.ts';
import { firstMoment, secondMoment } from '../../src/learn/adam.ts';
import { predictMemory } from '../../src/learn/memory.ts';
import type { Experience } from '../../src/learn/experience.ts';
import { Optimizer } from '../../src/learn/optimizer.ts';
import { updateRows } from '../../src/learn/packing.ts';
import { held, readAnew } from '../../src/learn/reference.ts';
import { StepPpo } from '../../src/learn/step-ppo.ts';
import { isOneSet } from '../../src/learn/update-in-place.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { initialWeights, isTrained, parameterCount, zerosLike } from '../../src/policy/weights.ts';
import { writeCheckpoint } from '../../src/run/folder/checkpoint.ts';
import { nodeDisk } from '../../src/run/folder/disk.ts';
import { referenceOf } from '../../src/run/training/resumable.ts';
import { largestDifference } from '../../src/run/bench/engine-check.ts';

const models = {
  smollm2: { width: 576, layers: 30, heads: 9, keyValueHeads: 3, feedForward: 1536, vocabulary: 49152, context: 8192, ropeTheta: 1e5, normEpsilon: 1e-5 },
  // Qwen2.5-0.5B's sizes, from its config.json
  'qwen2.5-0.5b': { width: 896, layers: 24, heads: 14, keyValueHeads: 2, feedForward: 4864, vocabulary: 151936, context: 32768, ropeTheta: 1e6, normEpsilon: 1e-6, attentionBias: 'qkv' },
  quickstart: { width: 128, layers: 4, heads: 4, keyValueHeads: 2, feedForward: 384, vocabulary: 1024, context: 512, ropeTheta: 1e4, normEpsilon: 1e-5 },
} as const satisfies Record<string, PolicyConfig>;

const { values } = parseArgs({ options: { model: { type: 'string', default: 'smollm2' }, tokens: { type: 'string', default: '512' }, layers: { type: 'string' }, adapter: { type: 'string' }, threads: { type: 'string', default: '1' }, batches: { type: 'string', default: '2' }, recompute: { type: 'boolean', default: false }, halves: { type: 'boolean', default: false }, once: { type: 'boolean', default: false } } });
const tokens = Number(values.tokens);
const sizes = models[values.model as keyof typeof models];
const config: PolicyConfig = {
  ...sizes, context: tokens, ...(values.layers ? { layers: Number(values.layers) } : {}),
  ...(values.adapter ? { adapter: { rank: Number(values.adapter), alpha: 16, modules: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] } } : {}),
  ...(values.recompute ? { recompute: true } : {}),
  ...(values.halves ? { frozen: 'float16' } : {}),
};
const peak = (): number => Math.round((process.resourceUsage().maxRSS * 1024) / 1e6); // MB; maxRSS counts kilobytes of 1024
const { rss } = process.memoryUsage;
const engine = new OnnxCpuEngine(Number(values.threads));
await largestDifference(engine, engine);
const figures: Record<string, number> = { base: peak() };
const weights = initialWeights(config, 1);
const { algorithm, credit, rollout } = defaultExperiment;
const settings = { ...algorithm, epochs: 1, minibatches: 1, ratioGuard: 0, learningRate: 1e-5 };
const programs = new ProgramCache(engine);
// of a run under way: moments that nobody has written yet take no memory, and the first update would look cheaper than the others
const trained = Object.fromEntries(Object.entries(weights).filter(([name]) => isTrained(config, name)));
const moments = Object.fromEntries([firstMoment, secondMoment].flatMap((of) => Object.entries(zerosLike(trained)).map(([name, zeros]) => {
  zeros.data.fill(1e-12);
  return [of(name), zeros];
})));
// trained in place, and whole, the reference is read from a checkpoint
const folder = isOneSet(config, programs) ? mkdtempSync(join(tmpdir(), 'recompute-')) : undefined;
if (folder !== undefined) mkdirSync(join(folder, 'checkpoints'));
if (folder !== undefined) writeCheckpoint(nodeDisk, folder, { iteration: 0, weights, optimizer: {}, state: null }, { metrics: 0, trajectories: 0, annotations: 0 });
process.on('exit', () => { if (folder !== undefined) rmSync(folder, { recursive: true }); });
const reference = folder === undefined ? held(weights) : readAnew(() => referenceOf(folder, config, undefined));
const optimizer = new Optimizer(programs, config, weights, { ...settings.adam, maxGradientNorm: 1, weightDecay: 0 }, { updates: 1, moments, takesOver: true });
const learner = new StepPpo(programs, config, optimizer, reference, { algorithm: settings, credit, temperature: 1 }, 0.1);
figures['state'] = peak();

/** An episode that is as long as may be, of one step and hardly a prompt: nothing is computed for less. */
const episode = (index: number): Experience => {
  const promptLength = 16;
  const mask = Array.from({ length: tokens }, (_, at) => Number(at >= promptLength));
  return {
    taskId: String(index), promptLength, mask, ids: mask.map((_, at) => (index * tokens + at * 31) % config.vocabulary),
    logProbs: mask.map((written) => -Math.log(config.vocabulary) * written), values: mask.map(() => 0), scores: [index + 1], outcome: 'answered', bootstrap: 0,
    steps: [{ index: 0, thought: '', action: '', arguments: '', observation: '', toolOutcome: 'ok', tokens: { start: promptLength, end: tokens }, reward: {}, seconds: 0 }],
  };
};
const episodes = Array.from({ length: Number(values.batches) * Math.max(1, Math.floor(updateRows / tokens)) }, (_, index) => episode(index));
for (const name of values.once ? ['first'] : ['first', 'second']) {
  const [started, used] = [performance.now(), process.cpuUsage()];
  const { updates, gradientNorm } = await learner.learn(episodes, [1, 1]);
  if (updates !== 1 || !(gradientNorm > 0)) throw new Error(`${updates} updates, the last gradient of norm ${gradientNorm}.`);
  const { user, system } = process.cpuUsage(used);
  figures[`${name}Seconds`] = (performance.now() - started) / 1e3;
  figures[`${name}ProcessorSeconds`] = (user + system) / 1e6;
  figures[`${name}Peak`] = peak();
}
figures['peak'] = peak();
figures['after'] = Math.round(rss() / 1e6);
const predicted = predictMemory(config, { rollout: { ...rollout, liveEpisodes: 0, maxTokens: tokens } });
figures['predicted'] = Math.round(predicted.total / 1e6);
figures['predictedGrowth'] = Math.round((predicted.total - predicted.parts[0].bytes) / 1e6); // over a process that has done nothing yet
process.stdout.write(`${JSON.stringify({ ...values, parameters: parameterCount(config), ...Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toFixed(2))])) })}\n`);
process.exit(0);
