/**
 * The gradient of looking up rows: rows added where their index says. Not by ScatterND: its sums lose contributions to indices that
 * repeat as soon as it has two threads (onnxruntime, issues 18048 and 23396). ScatterElements adds in order.
 */
import type { Graph, Value } from '../graph.ts';
import { reshape } from './kernel.ts';

/** Numbers of a sum from which on it is not made by itself. Smaller ones are, so that what they add up to stays, to the bit, what it was. */
const large = 2 ** 25;

/** How a sum of rows is made onto something else than zeros. */
const onto = new WeakMap<Value, (start: Value) => Value>();

/** @param x [rows, ...]; @param indices [rows] int32 -> [count, ...] */
export function addedByIndex(g: Graph, x: Value, indices: Value, count: number): Value {
  const [rows, ...rest] = x.shape as [number, ...number[]];
  const width = rest.reduce((a, b) => a * b, 1);
  const everywhere = g.node('Expand', [reshape(g, indices, [rows, 1]), g.int64s([rows, width])], [rows, width], 'int32');
  const shape = [count, width];
  const start = (from: Value): Value =>
    reshape(g, g.node('ScatterElements', [reshape(g, from, shape), everywhere, reshape(g, x, [rows, width])], shape, 'float32', { axis: 0, reduction: 'add' }), [count, ...rest]);
  const sums = start(g.filled(0, shape, 'float32'));
  onto.set(sums, start);
  return sums;
}

/**
 * The sum of two values, one of which is a large sum of rows: these are added to the other, and nobody asks for the sum by itself. For an
 * embedding that is three tables less in memory, one of which onnxruntime would hold, full of zeros, for as long as the program lives.
 * @returns undefined where that is not so
 */
export function addedOnto(a: Value, b: Value): Value | undefined {
  if (a.shape.join() !== b.shape.join() || a.shape.reduce((all, n) => all * n, 1) < large) return undefined;
  return onto.get(a)?.(b) ?? onto.get(b)?.(a);
}
