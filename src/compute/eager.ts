/** Programs run operation by operation on a TF.js backend, in one `tidy` a call: no tensor outlives it but those that are held. */
import { keep, setBackend, tensor, tidy, type Tensor } from '#tfjs';
import type { EagerMemory } from './eager-memory.ts';
import { widenHalves } from './half.ts';
import { checked, isStandIn, type Compiled, type HostTensor, type HostTensors, type Signature, type TensorProgram, type Tensors } from './engine.ts';

/**
 * @param backend the name that the backend is registered under
 * @param held what stays there between calls; without it everything is copied each time, as suits a backend in the host's own memory
 */
export function compileEagerly(backend: string, held: EagerMemory | undefined, program: TensorProgram, { frozen = {}, inputs, steady, stay, spent }: Signature): Compiled {
  let resident: Tensors | undefined;
  let spared = 0;
  const frozenTensors = (): Tensors => Object.fromEntries(Object.entries(frozen).map(([name, value]) => [name, toTensor(value)]));
  const input = (name: string, value: HostTensor): Tensor => {
    const isSteady = steady?.includes(name) === true;
    const known = isSteady || value.data.length === 0 ? held?.get(value.data) : undefined;
    if (known) {
      spared += 4 * known.size;
      return known;
    }
    const made = toTensor(value);
    if (isSteady) held?.hold(value.data, made);
    return made;
  };
  const output = (name: string, result: Tensor, into?: HostTensor): HostTensor => {
    if (!held || into || !stay?.includes(name)) return toHost(result, into);
    const standIn = new Float32Array();
    held.hold(standIn, result.clone()); // the program may give back an input
    return { shape: result.shape, dtype: 'float32', data: standIn };
  };
  return {
    async run(given, into = {}) {
      setBackend(backend);
      if (held && !resident) {
        resident = frozenTensors();
        Object.values(resident).forEach((each) => keep(each));
      }
      const results: { [name: string]: HostTensor } = {};
      for (const { data } of Object.values(into)) held?.forget(data); // what is written to is another
      tidy(() => {
        const tensors: Tensors = { ...(resident ?? frozenTensors()) };
        for (const [name, spec] of Object.entries(inputs)) tensors[name] = input(name, checked(name, given[name], spec));
        for (const [name, result] of Object.entries(program(tensors))) results[name] = output(name, result, into[name]);
      });
      for (const name of spent ?? []) held?.forget(given[name].data);
      return results;
    },
    spared: () => spared,
    async dispose() {
      Object.values(resident ?? {}).forEach((each) => each.dispose());
      resident = undefined;
    },
  };
}

/** What `held` has of stand-ins as arrays, which it knows the tensors by from now on. */
export function fetchEagerly(backend: string, held: EagerMemory, tensors: HostTensors): HostTensors {
  setBackend(backend);
  return Object.fromEntries(Object.entries(tensors).map(([name, given]) => {
    if (!isStandIn(given)) return [name, given];
    const known = held.get(given.data);
    if (!known) throw new Error(`${name} is spent.`);
    const fetched = toHost(known);
    held.rename(given.data, fetched.data);
    return [name, fetched];
  }));
}

// the backend keeps the array it is given: a copy, so that the caller may write to its own again. TF.js has no halves
const toTensor = ({ data, shape, dtype }: HostTensor): Tensor =>
  (dtype === 'float16' ? tensor(widenHalves(data as Uint16Array), shape.slice(), 'float32') : tensor(data.slice(), shape.slice(), dtype));

function toHost(result: Tensor, into?: HostTensor): HostTensor {
  const data = result.dataSync<'float32' | 'int32'>() as Float32Array | Int32Array;
  if (into) {
    into.data.set(data);
    return into;
  }
  return { shape: result.shape, dtype: result.dtype === 'int32' ? 'int32' : 'float32', data: data.slice() };
}
