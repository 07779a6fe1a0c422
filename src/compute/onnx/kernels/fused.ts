import { elementType } from '../proto.ts';
import type { Fused } from '../../fused.ts';
import { cast, lower, reshape } from './kernel.ts';

const own = (name: Fused, lowering: Parameters<typeof lower>[1]): void => lower(name, lowering);

/** Operators of onnxruntime's own that stand for a few of TF.js's. */
export function registerFused(): void {
  own('RmsNorm', (g, { x, gain }, { epsilon }) =>
    g.split('SimplifiedLayerNormalization', [x, gain], [x.shape, [...x.shape.slice(0, -1), 1]], 'float32', { axis: -1, epsilon: { float: Number(epsilon) } }));

  own('Rotate', (g, { x, positions, cos, sin }) => {
    const [rows, heads, size] = x.shape as [number, number, number];
    // each row a sequence of its own: there may be more rows than positions
    const at = reshape(g, cast(g, positions, 'int64', elementType.int64), [rows, 1]);
    const turned = g.node('RotaryEmbedding', [reshape(g, x, [rows, 1, heads * size]), at, cos, sin], [rows, 1, heads * size], 'float32', { interleaved: 0 }, 'com.microsoft');
    return reshape(g, turned, x.shape);
  });

  own('AddInRows', (g, { x, at, updates }) => {
    const column = [x.shape[0], 1];
    const indices = reshape(g, cast(g, at, 'int64', elementType.int64), column);
    return g.node('ScatterElements', [x, indices, reshape(g, updates, column)], x.shape, 'float32', { axis: 1, reduction: 'add' });
  });
}
