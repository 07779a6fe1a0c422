import type { HostTensor, HostTensors } from '../../compute/engine.ts';
import type { StoredTensor, StoredTensors } from './safetensors.ts';

function store({ dtype, shape, data }: HostTensor): StoredTensor {
  // By the array rather than the label, so that a mismatch cannot reinterpret bits.
  if (dtype === 'float32' && data instanceof Float32Array) return { dtype: 'F32', shape, data };
  if (dtype === 'int32' && data instanceof Int32Array) return { dtype: 'I32', shape, data };
  throw new Error(`A tensor says ${dtype} and holds a ${data.constructor.name}.`);
}

/** Host tensors as a safetensors file stores them; data is shared, not copied. */
export function toStored(tensors: HostTensors): StoredTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, store(tensor)]));
}

/** Stored tensors as engines take them. Throws for element types that engines do not have. */
export function toHost(tensors: StoredTensors): HostTensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, data }]): [string, HostTensor] => {
      if (dtype === 'F32') return [name, { dtype: 'float32', shape, data }];
      if (dtype === 'I32') return [name, { dtype: 'int32', shape, data }];
      throw new Error(`Tensor "${name}" is stored as ${dtype}; a checkpoint holds F32 and I32 only.`);
    }),
  );
}
