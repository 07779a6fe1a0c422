/** Rotary position embedding (arXiv 2104.09864), in the order of Hugging Face: pair i is coordinates i and size / 2 + i. */
import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import { fused } from '../../compute/fused.ts';
import { headSize, type PolicyConfig, type RopeScaling } from '../config.ts';
import { ropeFrequencies } from '../rope-frequencies.ts';

/** Cosines and sines of each pair at each position, `[positions, headSize / 2]`. */
export function ropeTables(positions: number, headSize: number, theta: number, scaling?: RopeScaling): { cos: Float32Array; sin: Float32Array } {
  const half = headSize / 2;
  const frequencies = ropeFrequencies(headSize, theta, scaling);
  const angles = Float64Array.from({ length: positions * half }, (_, i) => Math.floor(i / half) * frequencies[i % half]);
  return { cos: Float32Array.from(angles, Math.cos), sin: Float32Array.from(angles, Math.sin) };
}

/** What {@link rotate} reads: the rows' positions [rows] int32, cosines and sines [context, headSize / 2]. */
export type Rope = readonly [positions: Tensor, cos: Tensor, sin: Tensor];

/** For rows of these positions. */
export function ropeAt(config: PolicyConfig, positions: Tensor): Rope {
  const shape: [number, number] = [config.context, headSize(config) / 2];
  const { cos, sin } = ropeTables(config.context, headSize(config), config.ropeTheta, config.ropeScaling);
  return [positions, tf.tensor2d(cos, shape), tf.tensor2d(sin, shape)];
}

/** Turns each pair by its row's angle. x: [rows, heads, headSize] */
export function rotate(x: Tensor, rope: Rope): Tensor {
  // a rotation's gradient is the rotation back
  const f = tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([...rope]);
    return {
      value: turned(input as Tensor, ...rope),
      gradFunc: (dy: Tensor, [positions, cos, sin]: Tensor[]) => turned(dy, positions, cos, tf.neg(sin)),
    };
  });
  return f(x);
}

function turned(x: Tensor, positions: Tensor, cos: Tensor, sin: Tensor): Tensor {
  return fused('Rotate', { x, positions, cos, sin }, {}, () => {
    const [c, s] = [cos, sin].map((table) => tf.expandDims(tf.gather(table, positions as tf.Tensor1D), 1)); // [rows, 1, headSize / 2]
    const [first, second] = tf.split(x, 2, -1);
    return [tf.concat([tf.sub(tf.mul(first, c), tf.mul(second, s)), tf.add(tf.mul(second, c), tf.mul(first, s))], -1)];
  })[0];
}
