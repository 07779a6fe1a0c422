/** StepTool's side of the comparison: the same sizes and counts on onnx:cpu, random weights and tokens. */
import * as tf from '#tfjs';
import type { HostTensor } from '../../../src/compute/engine.ts';
import { OnnxCpuEngine } from '../../../src/compute/onnx/engine.ts';
import { ProgramCache } from '../../../src/compute/program-cache.ts';
import { imitationBatches } from '../../../src/learn/imitate.ts';
import { Optimizer } from '../../../src/learn/optimizer.ts';
import { updateRows, type Sequence } from '../../../src/learn/packing.ts';
import type { PolicyConfig } from '../../../src/policy/config.ts';
import { Generator } from '../../../src/policy/generator.ts';
import { initialWeights, parameterCount } from '../../../src/policy/weights.ts';
import { random } from '../../../src/world/random.ts';
import type { Lengths } from '../sizes.ts';

/** Seconds of one call. */
export async function time(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1e3;
}

const tokensOf = (config: PolicyConfig) => {
  const draw = random('against pytorch');
  return (length: number): number[] => Array.from({ length }, () => 5 + Math.floor(draw() * (config.vocabulary - 5)));
};

export interface Side {
  readonly parameters: number;
  /** Seconds of one update. */
  train(): Promise<number>;
  dispose(): Promise<void>;
}

/** A policy's update by Adam, all its weights. Compiled when it returns. */
export async function openTraining(config: PolicyConfig, samples: readonly Lengths[]): Promise<Side> {
  const programs = new ProgramCache(new OnnxCpuEngine());
  const tokens = tokensOf(config);
  const prompts = new Map(samples.map(({ task, prompt }) => [task, tokens(prompt)]));
  const sequences = samples.map(({ task, response }): Sequence => ({ group: String(task), prompt: prompts.get(task)!, response: tokens(response), mask: new Array<number>(response).fill(1) }));
  const optimizer = new Optimizer(programs, config, initialWeights(config, 1), { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, maxGradientNorm: 1, weightDecay: 0 });
  const batches = imitationBatches(config, sequences, updateRows);
  await optimizer.update(batches, 1e-4);
  return { parameters: parameterCount(config), train: () => time(() => optimizer.update(batches, 1e-4)), dispose: () => programs.dispose() };
}

/** Decoding behind a prompt; seconds of `steps` tokens for each of `slots` sequences. */
export async function openDecoding(config: PolicyConfig, slots: number, prompt: number, steps: number): Promise<{ decode(): Promise<number>; dispose(): Promise<void> }> {
  const programs = new ProgramCache(new OnnxCpuEngine());
  const tokens = tokensOf(config);
  const generator = new Generator(programs, config, initialWeights(config, 1), slots, 1);
  const [first] = await generator.prompt([tokens(prompt)]);
  const next = Int32Array.from(tokens(slots));
  const start = (): void => { for (let slot = 0; slot < slots; slot++) generator.cache.place(slot, first.cache); };
  const decode = async (): Promise<number> => {
    start();
    return time(async () => { for (let i = 0; i < steps; i++) await generator.step(next); });
  };
  await decode(); // compiles, for every length of the cache that comes
  return { decode, dispose: () => programs.dispose() };
}

/** Floating-point operations per second of products of 512 x 512 matrices: seconds of `repeats` of them. */
export async function openProduct(size: number, repeats: number): Promise<() => Promise<number>> {
  const square = (): HostTensor => ({ shape: [size, size], dtype: 'float32', data: new Float32Array(size * size).fill(0.01) });
  const inputs = { a: square(), b: square() };
  const spec = { shape: [size, size], dtype: 'float32' } as const;
  const compiled = await new OnnxCpuEngine().compile((x) => {
    let product = x.a;
    for (let i = 0; i < repeats; i++) product = tf.matMul(product as tf.Tensor2D, x.b as tf.Tensor2D);
    return { product };
  }, { inputs: { a: spec, b: spec } });
  await compiled.run(inputs);
  return () => time(() => compiled.run(inputs));
}
