// Kernels that multiply, reduce or look up along axes.
import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import type { Tensors } from '../../src/compute/engine.ts';
import { integer, shuffle } from '../../src/world/random.ts';
import { ints, randomFloats, randomInts } from './both-engines.ts';
import { axisOf, shapeOf, type KernelCase } from './kernel-case.ts';

const reduction = (name: string, f: (x: Tensor, axes?: number[], keep?: boolean) => Tensor): KernelCase => ({
  name,
  make: (draw) => {
    const shape = shapeOf(draw, integer(draw, 1, 4));
    const some = shuffle(draw, shape.map((_, i) => i)).slice(0, integer(draw, 1, shape.length)).map((axis) => (draw() < 0.5 ? axis : axis - shape.length));
    return { inputs: { x: randomFloats(draw, shape), one: randomFloats(draw, []) }, program: ({ x, one }) => ({ all: f(x), some: f(x, some), kept: f(x, some, true), none: f(x, []), scalar: f(one) }) };
  },
});

const product = (name: string, batchA: number[], batchB: number[], gradients: boolean): KernelCase => ({
  name,
  make: (draw) => {
    const [rows, inner, columns] = [integer(draw, 1, 5), integer(draw, 1, 5), integer(draw, 1, 5)];
    const [ta, tb] = [draw() < 0.5, draw() < 0.5];
    const inputs = { a: randomFloats(draw, [...batchA, ...(ta ? [inner, rows] : [rows, inner])]), b: randomFloats(draw, [...batchB, ...(tb ? [columns, inner] : [inner, columns])]) };
    return {
      inputs,
      program: ({ a, b }) => {
        const y = tf.matMul(a, b, ta, tb);
        if (!gradients) return { y } as Tensors;
        const [da, db] = tf.grads((a: Tensor, b: Tensor) => tf.sum(tf.square(tf.matMul(a, b, ta, tb))))([a, b]);
        return { y, da, db };
      },
    };
  },
});

export const matrixCases: readonly KernelCase[] = [
  reduction('sum', tf.sum), reduction('mean', tf.mean), reduction('max', tf.max), reduction('min', tf.min),
  product('matrix product', [], [], true), product('batched product', [3], [3], true), product('product, two batch axes', [2, 3], [2, 3], true),
  product('product that broadcasts its batch', [3], [1], false), product('product of many with one', [2, 3], [], false),
  {
    name: 'few long rows with a weight',
    make: (draw) => {
      const [rows, columns] = [integer(draw, 1, 5), integer(draw, 1, 70)];
      const inner = integer(draw, 7 * rows, 12 * rows); // from eight times the rows on it is written down the other way round
      return {
        inputs: { x: randomFloats(draw, [rows, inner]), weight: randomFloats(draw, [columns, inner]) },
        program: ({ x, weight }) => ({ y: tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, true) }),
      };
    },
  },
  {
    name: 'softmax and log-softmax, with gradients',
    make: (draw) => ({
      inputs: { x: randomFloats(draw, shapeOf(draw, integer(draw, 1, 3), 6), 5) },
      program: ({ x }) => ({
        p: tf.softmax(x), logP: tf.logSoftmax(x),
        dp: tf.grad((y: Tensor) => tf.sum(tf.square(tf.softmax(y))))(x), dLogP: tf.grad((y: Tensor) => tf.sum(tf.square(tf.logSoftmax(y))))(x),
      }),
    }),
  },
  {
    name: 'gather along any axis',
    make: (draw) => {
      const shape = shapeOf(draw, integer(draw, 1, 3), 5);
      const axis = axisOf(draw, shape.length);
      return {
        inputs: { x: randomFloats(draw, shape), whole: randomInts(draw, shape, 50), at: randomInts(draw, [integer(draw, 1, 6)], shape.at(axis)!), table: randomInts(draw, [2, 3], shape.at(axis)!) },
        program: ({ x, whole, at, table }) => ({ y: tf.gather(x, at as tf.Tensor1D, axis), whole: tf.gather(whole, at as tf.Tensor1D, axis), table: tf.gather(x, table as tf.Tensor2D, axis) }),
      };
    },
  },
  {
    name: 'rows written in place of others',
    make: (draw) => {
      const inputs = { x: randomFloats(draw, [7, 3]), at: ints([4, 1], [6, 0, 3, 2]), updates: randomFloats(draw, [4, 3]) };
      return { inputs, program: ({ x, at, updates }) => ({ y: tf.tensorScatterUpdate(x, at, updates) }) };
    },
  },
  {
    name: 'gradient of gather: rows that are asked for twice add up, rows past the end of none stay 0',
    make: (draw) => {
      const [rows, width] = [integer(draw, 1, 6), integer(draw, 1, 4)];
      return {
        inputs: { x: randomFloats(draw, [rows, width]), at: randomInts(draw, [integer(draw, 1, 9)], rows) },
        program: ({ x, at }) => ({ dx: tf.grad((y: Tensor) => tf.sum(tf.square(tf.gather(y, at as tf.Tensor1D))))(x) }),
      };
    },
  },
  {
    name: 'segment sums, of any rank',
    make: (draw) => {
      const [rows, segments] = [integer(draw, 1, 9), integer(draw, 1, 5)];
      return {
        inputs: { at: randomInts(draw, [rows], segments), x: randomFloats(draw, [rows, ...shapeOf(draw, 2)]), one: randomFloats(draw, [rows]) },
        program: ({ at, x, one }) => ({ x: tf.unsortedSegmentSum(x, at as tf.Tensor1D, segments), one: tf.unsortedSegmentSum(one, at as tf.Tensor1D, segments) }),
      };
    },
  },
  {
    name: 'one-hot',
    make: (draw) => {
      const depth = integer(draw, 2, 6);
      return { inputs: { at: randomInts(draw, shapeOf(draw, integer(draw, 1, 2)), depth) }, program: ({ at }) => ({ y: tf.oneHot(at as tf.Tensor1D, depth, 2, -1, 'float32'), whole: tf.oneHot(at as tf.Tensor1D, depth) }) };
    },
  },
];
