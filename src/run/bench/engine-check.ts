/** Whether an engine computes what it should. */
import * as tf from '#tfjs';
import type { Engine, HostTensor, HostTensors, Signature, TensorProgram } from '../../compute/engine.ts';
import { random } from '../../world/random.ts';

function matrix(rows: number, columns: number, name: string): HostTensor {
  const draw = random('engine check', name);
  return { shape: [rows, columns], dtype: 'float32', data: Float32Array.from({ length: rows * columns }, () => draw() - 0.5) };
}

const specOf = ({ shape, dtype }: HostTensor) => ({ shape, dtype });
const signature = (inputs: HostTensors): Signature => ({ inputs: Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, specOf(tensor)])) });

async function runOnce(engine: Engine, program: TensorProgram, inputs: HostTensors): Promise<HostTensors> {
  const compiled = await engine.compile(program, signature(inputs));
  try {
    return await compiled.run(inputs);
  } finally {
    await compiled.dispose();
  }
}

/** A product, a softmax and their gradient: small, and most of what a policy is made of. */
const program: TensorProgram = (x) => {
  const loss = (weight: tf.Tensor): tf.Scalar => tf.neg(tf.mean(tf.logSoftmax(tf.matMul(x.input as tf.Tensor2D, weight as tf.Tensor2D)))) as tf.Scalar;
  const { value, grad } = tf.valueAndGrad(loss)(x.weight);
  return { value, grad };
};

/** Largest difference between what two engines compute for one small program with its gradient. */
export async function largestDifference(engine: Engine, reference: Engine): Promise<number> {
  const inputs = { input: matrix(24, 40, 'input'), weight: matrix(40, 56, 'weight') };
  const [found, expected] = [await runOnce(engine, program, inputs), await runOnce(reference, program, inputs)];
  return Math.max(...Object.entries(expected).map(([name, { data }]) => Math.max(...Array.from(data, (value, i) => Math.abs(value - found[name].data[i])))));
}
