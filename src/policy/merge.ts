/** A policy with its adapter multiplied out: what programs read that know no adapters. */
import { widenHalves } from '../compute/half.ts';
import { factorNames, isAdapted, isFactor } from './adapter.ts';
import type { PolicyConfig } from './config.ts';
import type { Weights } from './weights.ts';

/** A tensor whose numbers are made when they are asked for, anew each time: a whole model more would not fit everywhere. */
export interface LazyTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: () => Float32Array;
}

/** `weight + scale·b·a`, in a new array, summed in double precision. weight: [out, in], a: [rank, in], b: [out, rank] */
function withProduct(weight: Float32Array, a: Float32Array, b: Float32Array, rank: number, scale: number): Float32Array {
  const inputs = a.length / rank;
  const result = new Float32Array(weight.length);
  const row = new Float64Array(inputs);
  for (let out = 0; out < weight.length / inputs; out++) {
    row.set(weight.subarray(out * inputs, (out + 1) * inputs));
    for (let r = 0; r < rank; r++) {
      const factor = scale * b[out * rank + r];
      if (factor !== 0) for (let i = 0; i < inputs; i++) row[i] += factor * a[r * inputs + i];
    }
    result.set(row, out * inputs);
  }
  return result;
}

/** A weight's numbers, whatever it is held as. */
export const numbersOf = ({ data }: Weights[string]): Float32Array => (data instanceof Uint16Array ? widenHalves(data) : data);

export interface Unmerged {
  readonly config: PolicyConfig;
  readonly weights: Weights;
}

/** The config of a policy without its adapter. */
export const withoutAdapter = ({ adapter: _, ...rest }: PolicyConfig): PolicyConfig => rest;

/** The policy's tensors without an adapter: factors are added to the matrices beside them. */
export function mergedTensors({ config: { adapter }, weights }: Unmerged): LazyTensor[] {
  return Object.entries(weights).filter(([name]) => !isFactor(name)).map(([name, { shape }]) => {
    if (!adapter || !isAdapted(adapter, name)) return { name, shape, data: () => numbersOf(weights[name]) };
    const { a, b } = factorNames(name);
    const { rank, alpha } = adapter;
    return { name, shape, data: () => withProduct(numbersOf(weights[name]), numbersOf(weights[a]), numbersOf(weights[b]), rank, alpha / rank) };
  });
}
