// Kernels that move numbers and change none.
import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import { after } from '../../src/compute/order.ts';
import { integer, shuffle } from '../../src/world/random.ts';
import { randomFloats, randomInts, sizeOf } from './both-engines.ts';
import { axisOf, shapeOf, type KernelCase } from './kernel-case.ts';

const ofOne = (name: string, build: (shape: number[], draw: () => number) => (x: Tensor) => Tensor | Tensor[]): KernelCase => ({
  name,
  make: (draw) => {
    const shape = shapeOf(draw, integer(draw, 1, 4), 5);
    const f = build(shape, draw);
    const outputs = (x: Tensor): Tensor[] => [f(x)].flat();
    return {
      inputs: { x: randomFloats(draw, shape), whole: randomInts(draw, shape, 100) },
      program: ({ x, whole }) => Object.fromEntries([...outputs(x).map((y, i) => [`y${i}`, y]), ...outputs(whole).map((y, i) => [`whole${i}`, y])]),
    };
  },
});

/** `total` cut in `parts` or fewer positive sizes. */
function cutInto(draw: () => number, total: number, parts: number): number[] {
  const sizes: number[] = [];
  for (let left = total; left > 0; left -= sizes.at(-1)!) sizes.push(sizes.length === parts - 1 ? left : integer(draw, 1, left));
  return sizes;
}

export const layoutCases: readonly KernelCase[] = [
  ofOne('reshape', (shape) => (x) => [tf.reshape(x, [-1]), tf.reshape(x, [shape[0], -1]), tf.reshape(tf.reshape(x, [sizeOf(shape), 1]), shape)]),
  ofOne('expand and squeeze', (shape, draw) => {
    const axis = integer(draw, -shape.length - 1, shape.length);
    return (x) => [tf.expandDims(x, axis), tf.squeeze(x)];
  }),
  ofOne('transpose', (shape, draw) => {
    const order = shuffle(draw, shape.map((_, i) => i));
    return (x) => tf.transpose(x, order);
  }),
  ofOne('tile', (shape, draw) => {
    const times = shape.map(() => integer(draw, 1, 3));
    return (x) => tf.tile(x, times);
  }),
  ofOne('concat', (shape, draw) => {
    const axis = axisOf(draw, shape.length);
    return (x) => [tf.concat([x, x, x], axis), tf.concat([x], axis)];
  }),
  ofOne('stack', (shape, draw) => {
    const axis = integer(draw, 0, shape.length);
    return (x) => tf.stack([x, x], axis);
  }),
  ofOne('unstack', (shape, draw) => {
    const axis = axisOf(draw, shape.length);
    return (x) => tf.unstack(x, axis);
  }),
  ofOne('split into given sizes', (shape, draw) => {
    const axis = axisOf(draw, shape.length);
    const sizes = cutInto(draw, shape.at(axis)!, 3);
    return (x) => tf.split(x, sizes, axis);
  }),
  ofOne('split into equal parts', (shape, draw) => {
    const axis = axisOf(draw, shape.length);
    return (x) => tf.split(tf.concat([x, x], axis), 2, axis);
  }),
  ofOne('slice', (shape, draw) => {
    const begin = shape.map((n) => integer(draw, 0, n - 1));
    const size = shape.map((n, i) => (draw() < 0.3 ? -1 : integer(draw, 1, n - begin[i])));
    return (x) => tf.slice(x, begin, size);
  }),
  ofOne('pad', (shape, draw) => {
    const amounts = shape.map((): [number, number] => [integer(draw, 0, 2), integer(draw, 0, 2)]);
    return (x) => tf.pad(x, amounts, 3);
  }),
  ofOne('gradient of split and slice: padding with zeros', (shape, draw) => {
    const axis = axisOf(draw, shape.length);
    const sizes = [integer(draw, 1, shape.at(axis)!), shape.at(axis)!];
    const begin = shape.map((n) => integer(draw, 0, n - 1));
    return (x) => tf.grad((y: Tensor) => tf.add(tf.sum(tf.square(tf.split(tf.concat([y, tf.slice(y, 0)], axis), [sizes[0], 2 * sizes[1] - sizes[0]], axis)[0])), tf.sum(tf.square(tf.slice(y, begin)))))(tf.cast(x, 'float32'));
  }),
  {
    name: 'not before others',
    make: (draw) => {
      const [shape, other] = [shapeOf(draw, integer(draw, 1, 3), 5), shapeOf(draw, integer(draw, 1, 3), 5)];
      return { inputs: { x: randomFloats(draw, shape), other: randomFloats(draw, other) }, program: ({ x, other }) => ({ y: after(x, [tf.square(other)]) }) };
    },
  },
];
