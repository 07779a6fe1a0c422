/** A policy with its adapter multiplied out: what programs read that know no adapters. */
import { factorNames, isAdapted, isFactor } from './adapter.ts';
import type { PolicyConfig } from './config.ts';
import type { Weights } from './weights.ts';

/** `weight + scale·b·a`, in a new array. weight: [out, in], a: [rank, in], b: [out, rank] */
function withProduct(weight: Float32Array, a: Float32Array, b: Float32Array, rank: number, scale: number): Float32Array {
  const inputs = a.length / rank;
  const result = weight.slice();
  for (let out = 0; out < weight.length / inputs; out++)
    for (let r = 0; r < rank; r++) {
      const factor = scale * b[out * rank + r];
      if (factor !== 0) for (let i = 0; i < inputs; i++) result[out * inputs + i] += factor * a[r * inputs + i];
    }
  return result;
}

/** The same policy without an adapter: factors are added to the matrices beside them. Without one, it is given back as it is. */
export function merged({ config, weights }: { config: PolicyConfig; weights: Weights }): { config: PolicyConfig; weights: Weights } {
  const { adapter, ...rest } = config;
  if (!adapter) return { config, weights };
  const { rank, alpha } = adapter;
  return {
    config: rest,
    weights: Object.fromEntries(Object.entries(weights).filter(([name]) => !isFactor(name)).map(([name, tensor]) => {
      if (!isAdapted(adapter, name)) return [name, tensor];
      const { a, b } = factorNames(name);
      return [name, { ...tensor, data: withProduct(tensor.data, weights[a].data, weights[b].data, rank, alpha / rank) }];
    })),
  };
}
