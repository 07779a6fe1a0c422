import { afterKernel } from '../../order.ts';
import { elementType } from '../proto.ts';
import type { Graph, Value } from '../graph.ts';
import { cast, lower, reshape } from './kernel.ts';

/** Order, said in a graph that has none but that of who reads whom. */
export function registerOrder(): void {
  // x times a 1 that is made of one number of each of the others
  lower(afterKernel, (g, { x, ...others }) => g.node('Mul', [x, cast(g, trueAfter(g, Object.values(others)), 'float32', elementType.float32)], x.shape, 'float32'));
}

/**
 * True [1], and known no sooner than the given values are. That it is true whatever their numbers, NaN too, is more than
 * onnxruntime's optimizer finds out; were it found out, memory would grow, and results stay.
 */
function trueAfter(g: Graph, values: readonly Value[]): Value {
  const numbers = values.map((value) => cast(g, first(g, value), 'float32', elementType.float32));
  const all = numbers.length === 1 ? numbers[0]! : g.node('Concat', numbers, [numbers.length], 'float32', { axis: 0 });
  const largest = g.node('ReduceMax', [all, g.int64s([0])], [1], 'float32', { keepdims: 1 });
  const is = g.node('Equal', [largest, largest], [1], 'bool');
  return g.node('Or', [is, g.node('Not', [is], [1], 'bool')], [1], 'bool');
}

/** One number of a value, as [1]. */
function first(g: Graph, value: Value): Value {
  const ones = value.shape.map(() => 1);
  if (ones.length === 0) return reshape(g, value, [1]);
  const corner = g.node('Slice', [value, g.int64s(ones.map(() => 0)), g.int64s(ones), g.int64s(ones.map((_, axis) => axis))], ones, value.type);
  return reshape(g, corner, [1]);
}

/**
 * Halves as single numbers, made no sooner than `beside` is there, with which they are to be multiplied. All at once they would take
 * twice the memory that keeping them as halves spares. What waits is their shape: a reshape moves nothing.
 */
export function singleBeside(g: Graph, halves: Value, beside: Value): Value {
  const shape = g.node('Mul', [g.int64s(halves.shape), cast(g, trueAfter(g, [beside]), 'int64', elementType.int64)], [halves.shape.length], 'int64');
  const late = g.node('Reshape', [halves, shape], halves.shape, 'float16');
  g.told.push(late); // where shapes are unknown, from here on nothing is planned, and memory is left in pieces
  return cast(g, late, 'float32', elementType.float32);
}
