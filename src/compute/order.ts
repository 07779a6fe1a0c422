/**
 * When things are computed. An engine that is given a whole graph computes in an order of its own, which is right for
 * results, and not for memory: what frees much of it may come last. Here a program says "not before".
 */
import { engine, getBackend, type Tensor } from '#tfjs';
import { backendName } from './onnx/backend.ts';

/** The kernel that only recorded programs have. */
export const afterKernel = 'After';

/**
 * `x`, to the bit, but nothing that reads it is computed before all of `others` are. Engines that compute operation by
 * operation keep the program's order anyway: there it is `x` itself.
 */
export function after(x: Tensor, others: readonly Tensor[]): Tensor {
  if (getBackend() !== backendName || others.length === 0) return x;
  return engine().runKernel(afterKernel, { x, ...Object.fromEntries(others.map((other, i) => [`other${i}`, other])) });
}
