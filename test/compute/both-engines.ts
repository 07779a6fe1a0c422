// The two engines that every machine has, and how their answers are compared.
import assert from 'node:assert/strict';
import type { DType, Engine, HostTensor, HostTensors, Signature, TensorProgram, TensorSpecs } from '../../src/compute/engine.ts';
import { OnnxCpuEngine } from '../../src/compute/onnx/engine.ts';
import { ReferenceEngine } from '../../src/compute/reference.ts';

export const onnx = new OnnxCpuEngine(1);
export const reference = new ReferenceEngine();

export const floats = (shape: readonly number[], data: Iterable<number>): HostTensor => ({ shape, dtype: 'float32', data: Float32Array.from(data) });
export const ints = (shape: readonly number[], data: Iterable<number>): HostTensor => ({ shape, dtype: 'int32', data: Int32Array.from(data) });
export const scalar = (value: number): HostTensor => floats([], [value]);
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export const specsOf = (tensors: HostTensors): TensorSpecs =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape, dtype }]): [string, { shape: readonly number[]; dtype: DType }] => [name, { shape, dtype }]));

/** Numbers that fill a tensor, drawn uniformly from -1 to 1 times `size`. */
export const randomFloats = (draw: () => number, shape: readonly number[], size = 1): HostTensor =>
  floats(shape, Array.from({ length: sizeOf(shape) }, () => (2 * draw() - 1) * size));
export const randomInts = (draw: () => number, shape: readonly number[], below: number): HostTensor =>
  ints(shape, Array.from({ length: sizeOf(shape) }, () => Math.floor(draw() * below)));

/** Compiles, runs once and releases. */
export async function runOn(engine: Engine, program: TensorProgram, inputs: HostTensors, more: Omit<Signature, 'inputs'> = {}): Promise<HostTensors> {
  const compiled = await engine.compile(program, { ...more, inputs: specsOf(inputs) });
  try {
    return await compiled.run(inputs);
  } finally {
    await compiled.dispose();
  }
}

/** The largest difference, as a share of the largest expected number (or of `least`, where all are smaller). */
export function worstError(actual: ArrayLike<number>, expected: ArrayLike<number>, least = 1e-12): number {
  let difference = 0;
  let largest = least;
  for (let i = 0; i < expected.length; i++) {
    if (Object.is(actual[i], expected[i])) continue; // infinities too
    difference = Math.max(difference, Number.isNaN(actual[i]) || Number.isNaN(expected[i]) ? Infinity : Math.abs(actual[i] - expected[i]));
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return difference === 0 ? 0 : difference / largest;
}

export function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string, least?: number): void {
  assert.equal(actual.length, expected.length, `${what}: another length`);
  const error = worstError(actual, expected, least);
  assert.ok(error <= tolerance, `${what}: off by ${error.toExponential(2)} of the largest number, at most ${tolerance} allowed`);
}

/** Asserts that two sets of tensors have the same names, shapes, types and, within `tolerance`, numbers. */
export function assertSameTensors(actual: HostTensors, expected: HostTensors, tolerance: number, what: string, least?: number): void {
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort(), `${what}: other names`);
  for (const [name, tensor] of Object.entries(expected)) {
    assert.deepEqual([...actual[name].shape], [...tensor.shape], `${what}: shape of '${name}'`);
    assert.equal(actual[name].dtype, tensor.dtype, `${what}: type of '${name}'`);
    assertClose(actual[name].data, tensor.data, tolerance, `${what}: '${name}'`, least);
  }
}
