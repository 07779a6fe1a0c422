import { memory, setBackend, tensor, tidy, type Tensor } from '#tfjs';
import type { Compiled, Engine, HostTensor, HostTensors, Signature, TensorProgram, Tensors } from './engine.ts';

/** Slow and simple: programs run eagerly on TF.js's `cpu` backend. What the other engines are compared with. */
export class ReferenceEngine implements Engine {
  readonly name = 'reference';
  readonly threads = 1;

  async compile(program: TensorProgram, { frozen, inputs }: Signature): Promise<Compiled> {
    return {
      async run(given: HostTensors, into?: HostTensors) {
        setBackend('cpu');
        const results: { [name: string]: HostTensor } = {};
        tidy(() => {
          const tensors: Tensors = {};
          for (const name of Object.keys(inputs)) tensors[name] = toTensor(given[name]);
          for (const [name, value] of Object.entries(frozen ?? {})) tensors[name] = toTensor(value);
          for (const [name, result] of Object.entries(program(tensors))) results[name] = toHost(result, into?.[name]);
        });
        return results;
      },
      async dispose() {},
    };
  }
}

// the backend keeps the array it is given: a copy, so that the caller may write to its own again
const toTensor = ({ data, shape, dtype }: HostTensor): Tensor => tensor(data.slice(), shape.slice(), dtype);

function toHost(result: Tensor, into?: HostTensor): HostTensor {
  const data = result.dataSync<'float32' | 'int32'>() as Float32Array | Int32Array;
  if (into) {
    into.data.set(data);
    return into;
  }
  return { shape: result.shape, dtype: result.dtype === 'int32' ? 'int32' : 'float32', data: data.slice() };
}

/** Tensors alive on the `cpu` backend: constant from update to update, or something leaks. */
export const liveTensors = (): number => memory().numTensors;
