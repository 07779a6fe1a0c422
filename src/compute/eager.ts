/** Programs run operation by operation on a TF.js backend, in one `tidy` a call: no tensor outlives it but the frozen ones. */
import { keep, setBackend, tensor, tidy, type Tensor } from '#tfjs';
import type { Compiled, HostTensor, Signature, TensorProgram, Tensors } from './engine.ts';

/**
 * @param backend the name that the backend is registered under
 * @param isResident whether frozen values stay with the engine between calls, as they should where copying them costs
 */
export function compileEagerly(backend: string, isResident: boolean, program: TensorProgram, { frozen = {}, inputs }: Signature): Compiled {
  let resident: Tensors | undefined;
  const frozenTensors = (): Tensors => Object.fromEntries(Object.entries(frozen).map(([name, value]) => [name, toTensor(name, value)]));
  return {
    async run(given, into) {
      setBackend(backend);
      if (isResident && !resident) {
        resident = frozenTensors();
        Object.values(resident).forEach((each) => keep(each));
      }
      const results: { [name: string]: HostTensor } = {};
      tidy(() => {
        const tensors: Tensors = { ...(resident ?? frozenTensors()) };
        for (const [name, { shape, dtype }] of Object.entries(inputs)) {
          tensors[name] = toTensor(name, given[name]);
          if (tensors[name].dtype !== dtype || tensors[name].shape.join() !== shape.join())
            throw new Error(`Input '${name}' is ${tensors[name].dtype}[${tensors[name].shape}]; the program was compiled for ${dtype}[${shape}].`);
        }
        for (const [name, result] of Object.entries(program(tensors))) results[name] = toHost(result, into?.[name]);
      });
      return results;
    },
    async dispose() {
      Object.values(resident ?? {}).forEach((each) => each.dispose());
      resident = undefined;
    },
  };
}

// the backend keeps the array it is given: a copy, so that the caller may write to its own again
function toTensor(name: string, value: HostTensor | undefined): Tensor {
  if (!value) throw new Error(`The program was called without its input '${name}'.`);
  return tensor(value.data.slice(), value.shape.slice(), value.dtype);
}

function toHost(result: Tensor, into?: HostTensor): HostTensor {
  const data = result.dataSync<'float32' | 'int32'>() as Float32Array | Int32Array;
  if (into) {
    into.data.set(data);
    return into;
  }
  return { shape: result.shape, dtype: result.dtype === 'int32' ? 'int32' : 'float32', data: data.slice() };
}
