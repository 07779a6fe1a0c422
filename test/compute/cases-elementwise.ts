// Kernels that work number by number, over shapes that broadcast.
import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import { integer } from '../../src/world/random.ts';
import { floats, randomFloats, randomInts, sizeOf } from './both-engines.ts';
import { broadcastShapes, shapeOf, type KernelCase } from './kernel-case.ts';

const float = (x: Tensor): Tensor => tf.cast(x, 'float32');

const binary = (name: string, f: (a: Tensor, b: Tensor) => Tensor): KernelCase => ({
  name,
  make: (draw) => {
    const [a, b] = broadcastShapes(draw);
    return { inputs: { a: randomFloats(draw, a, 3), b: randomFloats(draw, b, 3) }, program: ({ a, b }) => ({ y: float(f(a, b)) }) };
  },
});

/** Few different whole numbers, so that equality happens. */
const ofInts = (name: string, f: (a: Tensor, b: Tensor) => Tensor): KernelCase => ({
  name,
  make: (draw) => {
    const [a, b] = broadcastShapes(draw);
    return { inputs: { a: randomInts(draw, a, 3), b: randomInts(draw, b, 3) }, program: ({ a, b }) => ({ y: float(f(a, b)) }) };
  },
});

const unary = (name: string, f: (x: Tensor) => Tensor, positive = false): KernelCase => ({
  name,
  make: (draw) => {
    const x = randomFloats(draw, shapeOf(draw, integer(draw, 0, 4)), 3);
    return { inputs: { x: positive ? floats(x.shape, Array.from(x.data, (v) => Math.abs(v) + 0.1)) : x }, program: ({ x }) => ({ y: float(f(x)) }) };
  },
});

export const elementwiseCases: readonly KernelCase[] = [
  binary('add', tf.add), binary('sub', tf.sub), binary('mul', tf.mul), binary('div', tf.div), binary('minimum', tf.minimum), binary('maximum', tf.maximum),
  binary('squared difference', tf.squaredDifference),
  binary('pow', (a, b) => tf.pow(tf.add(tf.abs(a), 0.1), b)),
  binary('comparisons', (a, b) => tf.add(tf.add(float(tf.greater(a, b)), float(tf.less(a, b))), tf.mul(float(tf.notEqual(a, b)), 4))),
  ofInts('whole numbers: add, sub, mul', (a, b) => tf.add(tf.mul(a, b), tf.sub(a, b))),
  ofInts('equal', tf.equal), ofInts('not equal', tf.notEqual), ofInts('greater', tf.greater), ofInts('greater or equal', tf.greaterEqual),
  ofInts('less', tf.less), ofInts('less or equal', tf.lessEqual),
  ofInts('logical and, not', (a, b) => tf.logicalAnd(tf.cast(a, 'bool'), tf.logicalNot(tf.cast(b, 'bool')))),
  unary('neg', tf.neg), unary('exp', tf.exp), unary('relu', tf.relu), unary('sigmoid', tf.sigmoid), unary('tanh', tf.tanh), unary('abs', tf.abs),
  unary('sign', tf.sign), unary('floor', tf.floor), unary('sin', tf.sin), unary('cos', tf.cos), unary('square', tf.square), unary('step', (x) => tf.step(x)),
  unary('log', tf.log, true), unary('sqrt', tf.sqrt, true), unary('rsqrt', tf.rsqrt, true), unary('reciprocal', tf.reciprocal, true),
  unary('zeros and ones like', (x) => tf.add(tf.zerosLike(x), tf.onesLike(x))),
  unary('copies', (x) => tf.clone(x)),
  unary('filled', (x) => tf.add(x, tf.fill(x.shape, 2.5))),
  unary('cut off to whole numbers', (x) => tf.cast(x, 'int32')),
  unary('to truth', (x) => tf.cast(tf.floor(x), 'bool')),
  unary('clip', (x) => tf.clipByValue(x, -0.5, 1.5)),
  unary('gradient of clip', (x) => tf.grad((y: Tensor) => tf.sum(tf.mul(tf.clipByValue(y, -0.5, 1.5), y)))(x)),
  {
    name: 'add of several',
    make: (draw) => {
      const shape = shapeOf(draw, integer(draw, 0, 3));
      return {
        inputs: { a: randomFloats(draw, shape), b: randomFloats(draw, shape), c: randomFloats(draw, shape) },
        program: ({ a, b, c }) => ({ y: tf.addN([a, b, c]), one: tf.addN([a]) }),
      };
    },
  },
  {
    name: 'where',
    make: (draw) => {
      const shape = shapeOf(draw, integer(draw, 1, 3));
      return {
        inputs: { which: randomInts(draw, shape, 2), a: randomFloats(draw, shape), b: randomFloats(draw, shape), one: randomFloats(draw, []) },
        program: ({ which, a, b, one }) => ({
          each: tf.where(tf.cast(which, 'bool'), a, b),
          one: tf.where(tf.cast(which, 'bool'), a, one),
        }),
      };
    },
  },
  {
    name: 'broadcast to',
    make: (draw) => {
      const shape = shapeOf(draw, integer(draw, 1, 4));
      const from = shape.map((n) => (draw() < 0.5 ? 1 : n));
      return { inputs: { x: randomFloats(draw, from) }, program: ({ x }) => ({ y: tf.broadcastTo(x, shape), half: tf.div(tf.sum(tf.broadcastTo(x, shape)), sizeOf(shape)) }) };
    },
  },
];
