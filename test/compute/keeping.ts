import assert from 'node:assert/strict';
import { isStandIn, type Engine, type HostTensor, type HostTensors } from '../../src/compute/engine.ts';

type Numbers = HostTensor['data'];

/**
 * The same engine, as if it had memory of its own: outputs that may stay do, what is spent is gone, and what is steady is taken
 * along once, so that a change to it that the engine is not told of goes unseen. `held` is what it has, `kept` how many
 * outputs are among that.
 */
export function keeping(engine: Engine): Engine & { readonly held: ReadonlyMap<Numbers, Numbers>; kept(): number } {
  const held = new Map<Numbers, Numbers>();
  return {
    name: engine.name, threads: engine.threads, keeps: true, held, kept: () => [...held.keys()].filter(({ length }) => length === 0).length, ...(engine.precision && { precision: engine.precision }),
    forget: async (arrays) => { for (const data of arrays) held.delete(data); },
    fetch: async (tensors) => Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => {
      if (!isStandIn(tensor)) return [name, tensor];
      const numbers = held.get(tensor.data);
      assert.ok(numbers, `${name} is spent`);
      held.delete(tensor.data);
      const data = numbers.slice();
      held.set(data, numbers);
      return [name, { ...tensor, data }];
    })),
    async compile(program, signature) {
      const compiled = await engine.compile(program, signature);
      return {
        run: async (inputs, into) => {
          const given = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => {
            const isSteady = signature.steady?.includes(name) === true;
            if (isSteady && !isStandIn(tensor) && !held.has(tensor.data)) held.set(tensor.data, tensor.data.slice());
            if (!isSteady && !isStandIn(tensor)) return [name, tensor];
            const data = held.get(tensor.data);
            assert.ok(data, `${name} is spent`);
            return [name, { ...tensor, data }];
          }));
          for (const { data } of Object.values(into ?? {})) held.delete(data);
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
