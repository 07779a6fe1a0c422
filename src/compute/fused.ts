/**
 * Operators that some engines have as one, where TF.js has only their parts. Programs ask for them by name, and get the
 * parts from engines that do not: they are a matter of speed alone.
 */
import * as tf from '#tfjs';
import type { NamedAttrMap, Tensor } from '#tfjs';
import type { Tensors } from './engine.ts';

/**
 * - `RmsNorm` of x [rows, width] with `gain` [width]; `epsilon` -> the norm [rows, width] and each row's factor [rows, 1]
 * - `Rotate` x [rows, heads, size] to `positions` [rows] int32, by `cos` and `sin` [positions, size / 2] -> [rows, heads, size]
 * - `AddInRows`: to x [rows, width], at column `at` [rows] int32 of each row, `updates` [rows] -> [rows, width]
 */
export type Fused = 'RmsNorm' | 'Rotate' | 'AddInRows';

/** Runs the operator, or `parts` where the engine has no such one. No gradient goes through it: for use where one is written out. */
export function fused(name: Fused, inputs: Tensors, attributes: NamedAttrMap, parts: () => Tensor[]): Tensor[] {
  if (!tf.getKernel(name, tf.getBackend())) return parts();
  const results: Tensor | Tensor[] = tf.engine().runKernel(name, inputs, attributes);
  return Array.isArray(results) ? results : [results];
}
