import type { ElementType } from '../proto.ts';
import { elementType } from '../proto.ts';
import { broadcast, cast, lower } from './kernel.ts';
import { addedOnto } from './scatter.ts';

const binary: Record<string, string> = {
  Sub: 'Sub', Multiply: 'Mul', RealDiv: 'Div', Pow: 'Pow', Minimum: 'Min', Maximum: 'Max',
};
const comparison: Record<string, string> = {
  Greater: 'Greater', GreaterEqual: 'GreaterOrEqual', Less: 'Less', LessEqual: 'LessOrEqual', Equal: 'Equal',
};
const unary: Record<string, string> = {
  Neg: 'Neg', Exp: 'Exp', Log: 'Log', Sqrt: 'Sqrt', Relu: 'Relu', Sigmoid: 'Sigmoid', Tanh: 'Tanh', Abs: 'Abs',
  Reciprocal: 'Reciprocal', Sign: 'Sign', Floor: 'Floor', Sin: 'Sin', Cos: 'Cos', LogicalNot: 'Not',
};

export function registerElementwise(): void {
  for (const [kernel, op] of Object.entries(binary)) lower(kernel, (g, { a, b }) => g.node(op, [a, b], broadcast(a, b), a.type));
  lower('Add', (g, { a, b }) => addedOnto(a, b) ?? g.node('Add', [a, b], broadcast(a, b), a.type));
  for (const [kernel, op] of Object.entries(comparison)) lower(kernel, (g, { a, b }) => g.node(op, [a, b], broadcast(a, b), 'bool'));
  for (const [kernel, op] of Object.entries(unary)) lower(kernel, (g, { x }) => g.node(op, [x], x.shape, x.type));

  // onnxruntime has no Equal for bool on every provider; comparisons of programs are of numbers only
  lower('LogicalAnd', (g, { a, b }) => g.node('And', [a, b], broadcast(a, b), 'bool'));
  lower('NotEqual', (g, { a, b }) => g.node('Not', [g.node('Equal', [a, b], broadcast(a, b), 'bool')], broadcast(a, b), 'bool'));
  lower('Identity', (_, { x }) => x, true); // also what a product keeps of a weight for its gradient
  lower('Square', (g, { x }) => g.node('Mul', [x, x], x.shape, x.type));
  lower('SquaredDifference', (g, { a, b }) => {
    const d = g.node('Sub', [a, b], broadcast(a, b), a.type);
    return g.node('Mul', [d, d], d.shape, d.type);
  });
  lower('Rsqrt', (g, { x }) => g.node('Reciprocal', [g.node('Sqrt', [x], x.shape, x.type)], x.shape, x.type));
  // 1 where x > 0: the gradient of relu
  lower('Step', (g, { x }) => g.node('Relu', [g.node('Sign', [x], x.shape, x.type)], x.shape, x.type));
  lower('ClipByValue', (g, { x }, { clipValueMin, clipValueMax }) =>
    g.node('Clip', [x, g.scalar(Number(clipValueMin)), g.scalar(Number(clipValueMax))], x.shape, x.type));
  lower('AddN', (g, inputs) => {
    // not by Sum, which webgpu has not
    return Object.values(inputs).reduce((sum, value) => g.node('Add', [sum, value], sum.shape, sum.type));
  });
  // tf.where has broadcast all three before it comes here
  lower('Select', (g, { condition, t, e }) => g.node('Where', [condition, t, e], t.shape, t.type));
  lower('Cast', (g, { x }, { dtype }) => {
    const type = String(dtype) as Exclude<ElementType, 'int64' | 'float16'>;
    return cast(g, x, type, elementType[type]);
  });
  lower('ZerosLike', (g, { x }) => g.filled(0, x.shape, x.type === 'int32' ? 'int32' : 'float32'));
  lower('OnesLike', (g, { x }) => g.filled(1, x.shape, x.type === 'int32' ? 'int32' : 'float32'));
  lower('Fill', (g, _, { shape, value, dtype }) => g.filled(Number(value), shape as number[], dtype === 'int32' ? 'int32' : 'float32'));
}
