import { afterKernel } from '../../order.ts';
import { elementType } from '../proto.ts';
import type { Value } from '../graph.ts';
import { cast, lower, reshape } from './kernel.ts';

/** Order, said in a graph that has none but that of who reads whom. */
export function registerOrder(): void {
  // x times a 1 that is made of one number of each of the others. That it is 1 whatever the number, NaN too, is more than
  // onnxruntime's optimizer finds out; were it found out, memory would grow, and results stay.
  lower(afterKernel, (g, { x, ...others }) => {
    const first = (value: Value): Value => {
      const ones = value.shape.map(() => 1);
      if (ones.length === 0) return reshape(g, value, [1]);
      const corner = g.node('Slice', [value, g.int64s(ones.map(() => 0)), g.int64s(ones), g.int64s(ones.map((_, axis) => axis))], ones, value.type);
      return reshape(g, corner, [1]);
    };
    const numbers = Object.values(others).map((value) => cast(g, first(value), 'float32', elementType.float32));
    const all = numbers.length === 1 ? numbers[0]! : g.node('Concat', numbers, [numbers.length], 'float32', { axis: 0 });
    const largest = g.node('ReduceMax', [all, g.int64s([0])], [1], 'float32', { keepdims: 1 });
    const is = g.node('Equal', [largest, largest], [1], 'bool');
    const either = g.node('Or', [is, g.node('Not', [is], [1], 'bool')], [1], 'bool');
    return g.node('Mul', [x, cast(g, either, 'float32', elementType.float32)], x.shape, 'float32');
  });
}
