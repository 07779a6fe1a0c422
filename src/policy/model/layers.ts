/**
 * The parts of a Llama block. Three of them carry their gradient by hand: the formulas are short, and written out they
 * need half the operations, and half the memory traffic, of what autodiff derives.
 */
import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import type { RopeScaling } from '../config.ts';

/** `x · weightᵀ`. x: [rows, in], weight: [out, in] -> [rows, out] */
export const linear = (x: Tensor, weight: Tensor): Tensor => tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, true);

/** Root-mean-square norm (arXiv 1910.07467). x: [rows, width], gain: [width] -> [rows, width] */
export function rmsNorm(x: Tensor, gain: Tensor, epsilon: number): Tensor {
  const f = tf.customGrad((input, weight, save) => {
    const [x, gain] = [input as Tensor, weight as Tensor];
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon)); // [rows, 1]
    const normal = tf.mul(x, scale); // [rows, width]
    (save as tf.GradSaveFunc)([normal, scale, gain]);
    return {
      value: tf.mul(normal, gain),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [normal, scale, gain] = saved;
        const dNormal = tf.mul(dy, gain); // [rows, width]
        const projection = tf.mean(tf.mul(dNormal, normal), -1, true); // [rows, 1]
        return [tf.mul(tf.sub(dNormal, tf.mul(normal, projection)), scale), tf.sum(tf.mul(dy, normal), 0)];
      },
    };
  });
  return f(x, gain);
}

/** silu(gate) · up (arXiv 2002.05202). Both [rows, feedForward] -> [rows, feedForward] */
export function swiGlu(gate: Tensor, up: Tensor): Tensor {
  const f = tf.customGrad((a, b, save) => {
    const [gate, up] = [a as Tensor, b as Tensor];
    const sigmoid = tf.sigmoid(gate);
    const silu = tf.mul(gate, sigmoid);
    (save as tf.GradSaveFunc)([sigmoid, silu, up]);
    return {
      value: tf.mul(silu, up),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [sigmoid, silu, up] = saved;
        // silu' = σ + silu·(1 - σ)
        const slope = tf.add(sigmoid, tf.mul(silu, tf.sub(1, sigmoid)));
        return [tf.mul(tf.mul(dy, up), slope), tf.mul(dy, silu)];
      },
    };
  });
  return f(gate, up);
}

/** Angle per position of each pair of a head. */
export const ropeFrequencies = (headSize: number, theta: number, scaling?: RopeScaling): number[] =>
  Array.from({ length: headSize / 2 }, (_, i) => scaled(theta ** ((-2 * i) / headSize), i, scaling));

/** Cosines and sines of the rotary embedding, each `[positions, headSize]`, both halves alike as Hugging Face has them. */
export function ropeTables(positions: number, headSize: number, theta: number, scaling?: RopeScaling): { cos: Float32Array; sin: Float32Array } {
  const cos = new Float32Array(positions * headSize);
  const sin = new Float32Array(positions * headSize);
  const half = headSize / 2;
  const frequencies = ropeFrequencies(headSize, theta, scaling);
  for (let position = 0; position < positions; position++)
    for (let i = 0; i < headSize; i++) {
      const angle = position * frequencies[i % half];
      cos[position * headSize + i] = Math.cos(angle);
      sin[position * headSize + i] = Math.sin(angle);
    }
  return { cos, sin };
}

/** A pair's angle per position, stretched as transformers' `modeling_rope_utils.py` does. */
function scaled(frequency: number, pair: number, scaling?: RopeScaling): number {
  switch (scaling?.kind) {
    case undefined: return frequency;
    case 'linear': return frequency / scaling.factor;
    case 'factors': return frequency / scaling.factors[pair];
    case 'llama3': {
      const { factor, lowFrequency, highFrequency, originalContext } = scaling;
      const turns = (originalContext * frequency) / (2 * Math.PI); // within the original context
      if (turns < lowFrequency) return frequency / factor;
      if (turns > highFrequency) return frequency;
      const kept = (turns - lowFrequency) / (highFrequency - lowFrequency);
      return (1 - kept) * (frequency / factor) + kept * frequency;
    }
  }
}

/** Rotary position embedding (arXiv 2104.09864). x: [..., headSize]; cos, sin broadcast to it. */
export function rotate(x: Tensor, cos: Tensor, sin: Tensor): Tensor {
  const turned = (x: Tensor, sign: 1 | -1, cos: Tensor, sin: Tensor): Tensor => {
    const [first, second] = tf.split(x, 2, -1);
    const crossed = sign === 1 ? tf.concat([tf.neg(second), first], -1) : tf.concat([second, tf.neg(first)], -1);
    return tf.add(tf.mul(x, cos), tf.mul(crossed, sin));
  };
  // a rotation's gradient is the rotation back
  const f = tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([cos, sin]);
    return {
      value: turned(input as Tensor, 1, cos, sin),
      gradFunc: (dy: Tensor, [cos, sin]: Tensor[]) => turned(dy, -1, cos, sin),
    };
  });
  return f(x);
}
