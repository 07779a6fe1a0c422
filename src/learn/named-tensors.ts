/** Sets of named tensors in the host's memory, handled whole: what a program takes, gives, and is updated. */
import { discard } from '../compute/discard.ts';
import type { HostTensor, HostTensors } from '../compute/engine.ts';

/** One number as a scalar [], several as a vector. */
export const scalar = (...data: number[]): HostTensor => ({ shape: data.length === 1 ? [] : [data.length], dtype: 'float32', data: Float32Array.from(data) });

/** The same numbers in arrays of their own. */
export const copied = (tensors: HostTensors): HostTensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape, dtype, data }]) => [name, { shape, dtype, data: data.slice() }]));

export const picked = (tensors: HostTensors, names: readonly string[]): HostTensors => Object.fromEntries(names.map((name) => [name, tensors[name]]));

/** The same tensors by other names. */
export const renamed = (tensors: HostTensors, name: (before: string) => string): HostTensors =>
  Object.fromEntries(Object.entries(tensors).map(([before, tensor]) => [name(before), tensor]));

/** Gives the tensors' memory back at once. Nobody may read them any more: they have no numbers. */
export const letGo = (tensors: HostTensors): void => discard(Object.values(tensors).map(({ data }) => data));
