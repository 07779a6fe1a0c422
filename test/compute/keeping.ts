import assert from 'node:assert/strict';
import type { Engine, HostTensor, HostTensors } from '../../src/compute/engine.ts';

/**
 * The same engine, as if it had memory of its own: outputs that may stay do, and what is spent is gone. `held` are the
 * tensors that it has.
 */
export function keeping(engine: Engine): Engine & { readonly held: ReadonlyMap<HostTensor['data'], HostTensor['data']> } {
  const held = new Map<HostTensor['data'], HostTensor['data']>();
  return {
    name: engine.name, threads: engine.threads, keeps: true, held,
    forget: async (arrays) => { for (const data of arrays) held.delete(data); },
    async compile(program, signature) {
      const compiled = await engine.compile(program, signature);
      return {
        run: async (inputs, into) => {
          const given = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => {
            if (tensor.data.length > 0 || tensor.shape.includes(0)) return [name, tensor];
            const data = held.get(tensor.data);
            assert.ok(data, `${name} is spent`);
            return [name, { ...tensor, data }];
          }));
          const results: HostTensors = await compiled.run(given, into);
          for (const name of signature.spent ?? []) held.delete(inputs[name].data);
          return Object.fromEntries(Object.entries(results).map(([name, tensor]) => {
            if (!signature.stay?.includes(name)) return [name, tensor];
            const data = new Float32Array();
            held.set(data, tensor.data);
            return [name, { ...tensor, data }];
          }));
        },
        dispose: () => compiled.dispose(),
      };
    },
  };
}
