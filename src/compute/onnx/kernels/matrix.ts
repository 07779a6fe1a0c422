import { util } from '#tfjs';
import { elementType } from '../proto.ts';
import { cast, lower } from './kernel.ts';
import { product } from './product.ts';
import { addedByIndex } from './scatter.ts';

/** Kernels that read or reduce along an axis: products, sums, softmax, look-ups. */
export function registerMatrix(): void {
  lower('BatchMatMul', (g, { a, b }, { transposeA, transposeB }) => product(g, a, b, Boolean(transposeA), Boolean(transposeB)), true);

  for (const [kernel, op, key] of [['Sum', 'ReduceSum', 'axis'], ['Mean', 'ReduceMean', 'axis'], ['Max', 'ReduceMax', 'reductionIndices'], ['Min', 'ReduceMin', 'axis']] as const)
    lower(kernel, (g, { x }, attributes) => {
      const axes = util.parseAxisParam(attributes[key] as number[], x.shape.slice());
      if (axes.length === 0) return g.node('Identity', [x], x.shape, x.type); // ONNX takes no axes for all of them
      const keep = Boolean(attributes.keepDims);
      const shape = keep ? x.shape.map((n, i) => (axes.includes(i) ? 1 : n)) : x.shape.filter((_, i) => !axes.includes(i));
      return g.node(op, [x, g.int64s(axes)], shape, x.type, { keepdims: keep ? 1 : 0 });
    });

  lower('Softmax', (g, { logits }, { dim }) => g.node('Softmax', [logits], logits.shape, 'float32', { axis: Number(dim) }));

  lower('GatherV2', (g, { x, indices }, { axis, batchDims }) => {
    if (Number(batchDims ?? 0) !== 0) throw new Error('gather with batchDims is not lowered to ONNX: flatten the batch first.');
    const at = util.parseAxisParam(Number(axis), x.shape.slice())[0];
    const shape = [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)];
    return g.node('Gather', [x, indices], shape, x.type, { axis: at });
  });
  lower('TensorScatterUpdate', (g, { tensor, indices, updates }) =>
    g.node('ScatterND', [tensor, cast(g, indices, 'int64', elementType.int64), updates], tensor.shape, tensor.type));
  lower('UnsortedSegmentSum', (g, { x, segmentIds }, { numSegments }) => addedByIndex(g, x, segmentIds, Number(numSegments)));

  lower('OneHot', (g, { indices }, { depth, onValue, offValue, dtype }) => {
    const values = g.constant(Float32Array.of(Number(offValue), Number(onValue)), [2], 'float32');
    const wide = cast(g, indices, 'int64', elementType.int64); // onnxruntime's OneHot takes int64 indices only, and gives no int32
    const result = g.node('OneHot', [wide, g.int64s([Number(depth)]), values], [...indices.shape, Number(depth)], 'float32', { axis: -1 });
    return dtype === 'int32' ? cast(g, result, 'int32', elementType.int32) : result;
  });
}
