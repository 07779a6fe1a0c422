/** Matrix products: nearly all of the work, and written down as the engine has them. */
import { backend_util } from '#tfjs';
import { elementType } from '../proto.ts';
import type { Graph, Value } from '../graph.ts';
import { cast, reshape } from './kernel.ts';
import { singleBeside } from './order.ts';

/** a · b over the last two axes of each, the axes before them broadcast. */
export function product(g: Graph, a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const type = g.dialect.half ? 'float16' : 'float32';
  const operand = (value: Value, beside: Value): Value =>
    settled(g, value.type === 'float16' && !g.dialect.half ? singleBeside(g, value, beside) : cast(g, value, type, elementType[type]));
  const [x, y] = [operand(a, b), operand(b, a)];
  const multiplied = g.dialect.fusedMatMul ? byFusedMatMul(g, x, y, transposeA, transposeB) : byMatMul(g, x, y, transposeA, transposeB);
  return cast(g, settled(g, multiplied), 'float32', elementType.float32);
}

/**
 * A processor has no products of half precision: onnxruntime makes them single ones, and would leave out the rounding as well, as a
 * cast there and back. It does not look through a reshape.
 */
const settled = (g: Graph, value: Value): Value =>
  g.dialect.half && g.dialect.onProcessor ? reshape(g, reshape(g, value, [1, ...value.shape]), value.shape) : value;

/** Shape of the product. */
function shapeOf(a: Value, b: Value, transposeA: boolean, transposeB: boolean): number[] {
  const batch = backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return [...batch, a.shape.at(transposeA ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!];
}

/** By onnxruntime's FusedMatMul: batched like MatMul, and it transposes while it packs. */
function byFusedMatMul(g: Graph, a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const multiply = (a: Value, b: Value): Value =>
    g.node('FusedMatMul', [a, b], shapeOf(a, b, transposeA, transposeB), a.type, { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 }, 'com.microsoft');
  // one row times a matrix reads the matrix where it lies; two or more rows have it packed first, which for so few of
  // them takes longer than the product (decoding: a third of the time of its attention)
  const rows = a.shape.at(transposeA ? -1 : -2)!;
  if (g.dialect.onProcessor && !transposeA && transposeB && isByFewRows(a, b)) return turned(g, multiply(b, a));
  const few = rows >= 2 && rows <= 4 && !transposeA && a.shape.length === 3 && a.shape[0] === b.shape[0];
  if (!few) return multiply(a, b);
  const [blocks, , inner] = a.shape as [number, number, number];
  const single = multiply(reshape(g, a, [blocks, rows, 1, inner]), reshape(g, b, [blocks, 1, ...b.shape.slice(1)]));
  return reshape(g, single, [blocks, rows, single.shape[3]!]);
}

/**
 * A processor packs the second operand anew for each product, which for few rows takes longer than multiplying: a weight is rather
 * the first, which is read where it lies. What comes out is turned, and small. From eight numbers in a row to each of the rows on it
 * is worth it (products of 512 to 1,536 numbers a row: 1.2 to 1.9 times as fast by 2 to 32 rows, 1.1 to 1.3 times by 64).
 */
const isByFewRows = (a: Value, b: Value): boolean =>
  a.shape.length === 2 && b.shape.length === 2 && a.shape[0]! >= 2 && a.shape[1]! >= 8 * a.shape[0]!;

/** By ONNX's own operators: Gemm transposes what is turned, MatMul of more axes has it turned before. */
function byMatMul(g: Graph, a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const shape = shapeOf(a, b, transposeA, transposeB);
  if (a.shape.length === 2 && b.shape.length === 2) return g.node('Gemm', [a, b], shape, a.type, { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 });
  return g.node('MatMul', [transposeA ? turned(g, a) : a, transposeB ? turned(g, b) : b], shape, a.type);
}

function turned(g: Graph, x: Value): Value {
  const axes = x.shape.map((_, axis) => axis);
  const perm = [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!];
  return g.node('Transpose', [x], perm.map((axis) => x.shape[axis]!), x.type, { perm });
}
