/** Halves for engines that take none: as single numbers, which they are to the bit, made once for each array. */
import type { HostTensor, Signature } from '../engine.ts';
import { widenHalves } from '../half.ts';

/** The signature with single inputs in place of halves. */
export const singleInputs = (signature: Signature): Signature => ({
  ...signature,
  inputs: Object.fromEntries(Object.entries(signature.inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype: dtype === 'float16' ? 'float32' : dtype }])),
});

export class Singles {
  /** They go when nobody can name the halves any more. */
  private readonly made = new WeakMap<HostTensor['data'], HostTensor>();

  /** The tensor in single numbers: itself, unless it is of halves. */
  of(tensor: HostTensor | undefined): HostTensor | undefined {
    if (tensor?.dtype !== 'float16') return tensor;
    let single = this.made.get(tensor.data);
    if (!single) this.made.set(tensor.data, single = { shape: tensor.shape, dtype: 'float32', data: widenHalves(tensor.data as Uint16Array) });
    return single;
  }
}
