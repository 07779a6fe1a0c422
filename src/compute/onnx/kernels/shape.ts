import { slice_util, util } from '#tfjs';
import { lower, reshape } from './kernel.ts';

const sizeOf = (shape: readonly number[]): number => util.sizeFromShape(shape.slice());

export function registerShape(): void {
  lower('Reshape', (g, { x }, { shape }) => reshape(g, x, util.inferFromImplicitShape(shape as number[], sizeOf(x.shape))));
  lower('ExpandDims', (g, { input }, { dim }) => {
    const shape = input.shape.slice();
    const axis = Number(dim);
    shape.splice(axis < 0 ? shape.length + 1 + axis : axis, 0, 1);
    return reshape(g, input, shape);
  });
  lower('Transpose', (g, { x }, { perm }) => {
    const order = perm as number[];
    if (order.every((axis, i) => axis === i)) return x; // as the gradient of a look-up asks for, of a whole table
    return g.node('Transpose', [x], order.map((axis) => x.shape[axis]), x.type, { perm: order });
  });
  lower('Tile', (g, { x }, { reps }) => {
    const times = reps as number[];
    return g.node('Tile', [x, g.int64s(times)], x.shape.map((n, i) => n * times[i]), x.type);
  });
  lower('Concat', (g, inputs, { axis }) => {
    const values = Object.values(inputs).filter((value) => sizeOf(value.shape) > 0);
    const at = util.parseAxisParam(Number(axis), values[0].shape.slice())[0];
    const shape = values[0].shape.slice();
    shape[at] = values.reduce((sum, value) => sum + value.shape[at], 0);
    return g.node('Concat', values, shape, values[0].type, { axis: at });
  });
  lower('Pack', (g, inputs, { axis }) => {
    const values = Object.values(inputs);
    const one = values[0].shape.slice();
    one.splice(Number(axis), 0, 1);
    const shape = one.slice();
    shape[Number(axis)] = values.length;
    return g.node('Concat', values.map((value) => reshape(g, value, one)), shape, values[0].type, { axis: Number(axis) });
  });
  lower('Unpack', (g, { value }, { axis }) => {
    const at = util.parseAxisParam(Number(axis), value.shape.slice())[0];
    const one = value.shape.map((n, i) => (i === at ? 1 : n));
    const rest = value.shape.filter((_, i) => i !== at);
    const parts = g.split('Split', [value], Array.from({ length: value.shape[at] }, () => one), value.type, { axis: at, num_outputs: value.shape[at] });
    return parts.map((part) => reshape(g, part, rest));
  });
  lower('SplitV', (g, { x }, { numOrSizeSplits, axis }) => {
    const at = util.parseAxisParam(Number(axis), x.shape.slice())[0];
    const sizes = typeof numOrSizeSplits === 'number'
      ? Array.from({ length: numOrSizeSplits }, () => x.shape[at] / numOrSizeSplits)
      : (numOrSizeSplits as number[]);
    return g.split('Split', [x, g.int64s(sizes)], sizes.map((n) => x.shape.map((old, i) => (i === at ? n : old))), x.type, { axis: at });
  });
  lower('Slice', (g, { x }, { begin, size }) => {
    const [from, sizes] = slice_util.parseSliceParams({ shape: x.shape.slice() } as never, begin as number[], size as number[]);
    const axes = sizes.map((_, i) => i);
    return g.node('Slice', [x, g.int64s(from), g.int64s(from.map((n, i) => n + sizes[i])), g.int64s(axes)], sizes, x.type);
  });
  lower('PadV2', (g, { x }, { paddings, constantValue }) => {
    const pads = paddings as [number, number][];
    const shape = x.shape.map((n, i) => n + pads[i][0] + pads[i][1]);
    const amounts = g.int64s([...pads.map(([before]) => before), ...pads.map(([, after]) => after)]);
    return g.node('Pad', [x, amounts, g.scalar(Number(constantValue), x.type === 'int32' ? 'int32' : 'float32')], shape, x.type);
  });
}

