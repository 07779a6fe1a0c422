/**
 * `npm run bench`: tokens per second of the update and of decoding for a policy of a million parameters, beside the
 * machine's own matrix-product speed, measured alternately in one process; medians of the rounds. Arguments: `--rounds n`.
 */
import { fileURLToPath } from 'node:url';
import { dieWithParent, needsRespawn, respawn } from '../../src/run/respawn.ts';
import { parseArgs } from 'node:util';
import * as tf from '#tfjs';
import type { HostTensor } from '../../src/compute/engine.ts';
import { OnnxCpuEngine } from '../../src/compute/onnx/engine.ts';
import { ProgramCache } from '../../src/compute/program-cache.ts';
import type { Batch } from '../../src/learn/batch-programs.ts';
import { Optimizer } from '../../src/learn/optimizer.ts';
import { pack, perAction, type Sequence } from '../../src/learn/packing.ts';
import { ppoLoss, type PpoBatch } from '../../src/learn/ppo-loss.ts';
import { updateRows } from '../../src/learn/packing.ts';
import { Generator } from '../../src/policy/generator.ts';
import { initialWeights, parameterCount } from '../../src/policy/weights.ts';
import { random } from '../../src/world/random.ts';

dieWithParent();
if (needsRespawn()) process.exit(await respawn(fileURLToPath(import.meta.url), process.argv.slice(2)));

const rounds = Number(parseArgs({ options: { rounds: { type: 'string', default: '9' } } }).values.rounds);
const config = { width: 128, layers: 5, heads: 4, keyValueHeads: 2, feedForward: 352, vocabulary: 1024, context: 512, ropeTheta: 10000, normEpsilon: 1e-5 };
const engine = new OnnxCpuEngine();
const programs = new ProgramCache(engine);
const weights = initialWeights(config, 1);
const draw = random('bench');
const token = (): number => 5 + Math.floor(draw() * 1000);

/** Seconds of one call. */
async function time(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1e3;
}

async function matrixProduct(): Promise<() => Promise<number>> {
  const size = 512;
  const repeats = 16;
  const square = (): HostTensor => ({ shape: [size, size], dtype: 'float32', data: new Float32Array(size * size).fill(0.01) });
  const compiled = await engine.compile((x) => {
    let product = x.a;
    for (let i = 0; i < repeats; i++) product = tf.matMul(product as tf.Tensor2D, x.b as tf.Tensor2D);
    return { product };
  }, { inputs: { a: { shape: [size, size], dtype: 'float32' }, b: { shape: [size, size], dtype: 'float32' } } });
  const inputs = { a: square(), b: square() };
  await compiled.run(inputs);
  return async () => (2 * size ** 3 * repeats) / (await time(() => compiled.run(inputs)));
}

/** An update on 32 samples of 8 tasks, about as long as Atlas's: tokens, padding left out, per second. */
async function trainStep(): Promise<{ run: () => Promise<number>; unshared: number }> {
  const sequences: Sequence[] = Array.from({ length: 8 }, (_, task) => {
    const prompt = Array.from({ length: 68 + (task % 4) * 6 }, token);
    return Array.from({ length: 4 }, (): Sequence => ({
      group: String(task), prompt, response: Array.from({ length: 150 }, token), mask: Array.from({ length: 150 }, (_, i) => Number(i % 50 < 33)),
    }));
  }).flat();
  const batches: Batch[] = pack(config, sequences, sequences.map((_, i) => i), updateRows).map((batch) => ({
    key: batch.key,
    inputs: {
      ...batch.inputs,
      ...Object.fromEntries(['oldLogProb', 'refLogProb', 'oldValue', 'advantage', 'target', 'weight'].map((name) => [name, perAction(batch, () => 0.001)])),
      klCoefficient: { shape: [], dtype: 'float32', data: Float32Array.of(0) },
    },
    objective: {
      name: 'bench',
      program: (w, x) => ppoLoss(w, config, batch.size, x as PpoBatch, { clipRange: 0.2, valueClipRange: 0.2, valueCoefficient: 0.1, entropyCoefficient: 0, klInLoss: 'none', temperature: 1 }),
    },
  }));
  const optimizer = new Optimizer(programs, config, weights, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, maxGradientNorm: 1, weightDecay: 0 });
  await optimizer.update(batches, 1e-9);
  const shared = sequences.reduce((sum, { prompt, response }, i) => sum + response.length + (i % 4 === 0 ? prompt.length : 0), 0);
  const unshared = sequences.reduce((sum, { prompt, response }) => sum + response.length + prompt.length, 0);
  return { run: async () => shared / (await time(() => optimizer.update(batches, 1e-9))), unshared: unshared / shared };
}

/** One token of each of 64 episodes, with 240 to 256 positions in the cache. */
async function decodeStep(): Promise<() => Promise<number>> {
  const slots = 64;
  const steps = 16;
  const generator = new Generator(programs, config, weights, slots, 1);
  const [prompt] = await generator.prompt([Array.from({ length: 239 }, token)]);
  const next = Int32Array.from({ length: slots }, token);
  const start = (): void => { for (let slot = 0; slot < slots; slot++) generator.cache.place(slot, prompt.cache); };
  start();
  await generator.step(next);
  return async () => {
    start();
    return (slots * steps) / (await time(async () => { for (let i = 0; i < steps; i++) await generator.step(next); }));
  };
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
const [product, train, decode] = [await matrixProduct(), await trainStep(), await decodeStep()];
const measured = { product: [] as number[], train: [] as number[], decode: [] as number[] };
for (let round = 0; round < rounds; round++) {
  measured.product.push(await product());
  measured.train.push(await train.run());
  measured.decode.push(await decode());
}
const [peak, trained, decoded] = [median(measured.product), median(measured.train), median(measured.decode)];
// 6 operations a parameter and token, the embedding's look-up left out: a lower bound, attention and head not counted
const body = parameterCount(config) - config.vocabulary * config.width;
const round = (x: number): string => Math.round(x).toLocaleString('en');
console.log(`${engine.name}, ${engine.threads} threads, ${round(parameterCount(config))} parameters, median of ${rounds} rounds`);
console.log(`matrix product 512³      ${(peak / 1e9).toFixed(0)} GFLOP/s`);
console.log(`update                   ${round(trained)} tokens/s, each shared prompt counted once (${round(trained * train.unshared)} with prompts counted per sample); ${((100 * 6 * body * trained) / peak).toFixed(0)} % of the product's speed`);
console.log(`decoding 64 episodes     ${round(decoded)} tokens/s; ${((100 * 2 * body * decoded) / peak).toFixed(0)} % of the product's speed`);
console.log(`peak memory              ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
await programs.dispose();
