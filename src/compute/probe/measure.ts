/** Whether an engine computes what the reference computes, and how fast: about a second in all. */
import * as tf from '#tfjs';
import type { Tensor, Tensor2D } from '#tfjs';
import type { Precision } from '../names.ts';
import type { Engine, HostTensor, HostTensors, Signature, TensorProgram } from '../engine.ts';

/** Differences above these are no rounding: the engine is not to be trusted. */
export const tolerance: { readonly [precision in Precision]: number } = { float32: 1e-3, float16: 1e-2 };

/** The same numbers everywhere: a linear congruential generator (Numerical Recipes' constants), from -0.5 to 0.5. */
function matrix(rows: number, columns: number, seed: number): HostTensor {
  let state = seed >>> 0;
  const data = Float32Array.from({ length: rows * columns }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
  return { shape: [rows, columns], dtype: 'float32', data };
}

const signature = (inputs: HostTensors): Signature => ({ inputs: Object.fromEntries(Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }])) });

/** A step of two layers with softmax, forward and backward: the kinds of operations that a policy is made of. */
const step: TensorProgram = ({ x, up, down }) => {
  const loss = (first: Tensor, second: Tensor): tf.Scalar => {
    const hidden = tf.mul(tf.sigmoid(tf.matMul(x as Tensor2D, first as Tensor2D)), tf.matMul(x as Tensor2D, first as Tensor2D)); // SiLU
    return tf.neg(tf.mean(tf.logSoftmax(tf.matMul(hidden, second as Tensor2D)))) as tf.Scalar;
  };
  const { value, grads } = tf.valueAndGrads(loss)([up, down]);
  return { value, up: tf.sub(up, tf.mul(grads[0], 0.1)), down: tf.sub(down, tf.mul(grads[1], 0.1)) };
};
const stepInputs = (rows: number, width: number): HostTensors => ({ x: matrix(rows, width, 1), up: matrix(width, 2 * width, 2), down: matrix(2 * width, width, 3) });

/** Largest difference between what an engine and the reference compute for one small step. */
export async function differenceFrom(reference: Engine, engine: Engine): Promise<number> {
  const inputs = stepInputs(24, 40);
  const [found, expected] = [await once(engine, inputs), await once(reference, inputs)];
  const worst = Object.entries(expected).map(([name, { data }]) => {
    let most = 0;
    for (const [i, value] of data.entries()) {
      const other = found[name].data[i];
      most = Math.max(most, Number.isFinite(other) ? Math.abs(value - other) : Infinity);
    }
    return most;
  });
  return Math.max(...worst);
}

async function once(engine: Engine, inputs: HostTensors): Promise<HostTensors> {
  const compiled = await engine.compile(step, signature(inputs));
  try {
    return await compiled.run(inputs);
  } finally {
    await compiled.dispose();
  }
}

/** Half a second each: training steps per second of a layer as wide as the default policy's, and operations per second of products of 512 x 512 matrices. */
export async function speeds(engine: Engine, seconds = 0.5): Promise<{ readonly steps: number; readonly products: number }> {
  const layer = stepInputs(512, 128);
  const steps = await rate(engine, step, layer, seconds);
  const [size, repeats] = [512, 4];
  const products = await rate(engine, ({ a, b }) => {
    let product = a as Tensor2D;
    for (let i = 0; i < repeats; i++) product = tf.matMul(product, b as Tensor2D);
    return { product };
  }, { a: matrix(size, size, 4), b: matrix(size, size, 5) }, seconds);
  return { steps, products: products * repeats * 2 * size ** 3 };
}

/** Runs per second of the quickest run within a time: the one that others disturbed least. */
async function rate(engine: Engine, program: TensorProgram, inputs: HostTensors, seconds: number): Promise<number> {
  const compiled = await engine.compile(program, signature(inputs));
  try {
    await compiled.run(inputs); // the first allocates
    let best = Infinity;
    const end = performance.now() + seconds * 1000;
    do {
      const start = performance.now();
      await compiled.run(inputs);
      best = Math.min(best, performance.now() - start);
    } while (performance.now() < end);
    return 1000 / Math.max(best, 1e-3);
  } finally {
    await compiled.dispose();
  }
}
