// Operators that engines have as one, beside their parts.
import * as tf from '#tfjs';
import { fused } from '../../src/compute/fused.ts';
import type { HostTensor } from '../../src/compute/engine.ts';
import { logProbsOf } from '../../src/policy/model/log-probs.ts';
import { rmsNorm } from '../../src/policy/model/layers.ts';
import { ropeTables, rotate } from '../../src/policy/model/rope.ts';
import { integer } from '../../src/world/random.ts';
import { floats, randomFloats, randomInts } from './both-engines.ts';
import type { KernelCase } from './kernel-case.ts';

export const fusedCases: readonly KernelCase[] = [
  {
    name: 'the root-mean-square norm of rows, and of wide ones',
    make: (draw) => {
      const [rows, width] = [integer(draw, 1, 9), draw() < 0.5 ? integer(draw, 1, 9) : 8 * integer(draw, 4, 40)];
      return {
        inputs: { x: randomFloats(draw, [rows, width], 3), gain: randomFloats(draw, [width], 2) },
        program: ({ x, gain }) => ({ y: rmsNorm(x, gain, 1e-5), scale: fused('RmsNorm', { x, gain }, { epsilon: 1e-5 }, () => [x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-5))])[1] }),
      };
    },
  },
  {
    name: 'rotation, of more rows than there are positions',
    make: (draw) => {
      const [rows, heads, size, positions] = [integer(draw, 1, 40), integer(draw, 1, 3), 2 * integer(draw, 1, 20), integer(draw, 1, 12)];
      const { cos, sin } = ropeTables(positions, size, 100);
      const table = (data: Float32Array): HostTensor => floats([positions, size / 2], data);
      return { inputs: { x: randomFloats(draw, [rows, heads, size]), at: randomInts(draw, [rows], positions), cos: table(cos), sin: table(sin) }, program: ({ x, at, cos, sin }) => ({ y: rotate(x, [at, cos, sin]) }) };
    },
  },
  {
    name: 'additions to one column of each row',
    make: (draw) => {
      const [rows, width] = [integer(draw, 1, 9), integer(draw, 2, 9)];
      return {
        inputs: { logits: randomFloats(draw, [rows, width], 2), at: randomInts(draw, [rows], width) },
        program: ({ logits, at }) => ({ d: tf.grad((x: tf.Tensor) => tf.sum(logProbsOf(x, at, true)))(logits) }),
      };
    },
  },
];
