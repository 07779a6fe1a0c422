import { elementType } from '../proto.ts';
import type { Fused } from '../../fused.ts';
import type { Value } from '../graph.ts';
import { cast, lower, reshape } from './kernel.ts';

const own = (name: Fused, lowering: Parameters<typeof lower>[1]): void => lower(name, lowering);

/** Operators of onnxruntime's own that stand for a few of TF.js's. */
export function registerFused(): void {
  own('RmsNorm', (g, { x, gain }, { epsilon }) => {
    const column = [...x.shape.slice(0, -1), 1];
    const norm = (...shapes: (readonly number[])[]): Value[] => g.split('SimplifiedLayerNormalization', [x, gain], shapes, 'float32', { axis: -1, epsilon: { float: Number(epsilon) } });
    if (g.dialect.normFactor) return norm(x.shape, column);
    const square = g.node('Mul', [x, x], x.shape, 'float32');
    const mean = g.node('ReduceMean', [square, g.int64s([x.shape.length - 1])], column, 'float32', { keepdims: 1 });
    const root = g.node('Sqrt', [g.node('Add', [mean, g.scalar(Number(epsilon))], column, 'float32')], column, 'float32');
    return [...norm(x.shape), g.node('Reciprocal', [root], column, 'float32')];
  });

  own('Rotate', (g, { x, positions, cos, sin }) => {
    const [rows, heads, size] = x.shape as [number, number, number];
    // each row a sequence of its own: there may be more rows than positions
    const at = cast(g, reshape(g, positions, [rows, 1]), 'int64', elementType.int64);
    const turned = g.node('RotaryEmbedding', [reshape(g, x, [rows, 1, heads * size]), at, cos, sin], [rows, 1, heads * size], 'float32', { interleaved: 0 }, 'com.microsoft');
    return reshape(g, turned, x.shape);
  });

  own('AddInRows', (g, { x, at, updates }) => {
    const column = [x.shape[0], 1];
    return g.node('ScatterElements', [x, reshape(g, at, column), reshape(g, updates, column)], x.shape, 'float32', { axis: 1, reduction: 'add' });
  });
}
