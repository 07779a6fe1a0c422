/** What goes to the engine and comes back, counted: on a graphics card all of it is copied over a bus. */
import { bytesOf, type Compiled, type HostTensors, type TensorSpecs } from './engine.ts';

/** Bytes so far. The CPU engine reads what it is given where it lies; engines with memory of their own copy it, each time. */
export interface Traffic {
  /** Inputs of programs that the engine did not hold already: batches, state, and weights that are new. */
  readonly up: number;
  /** Outputs of programs. */
  readonly down: number;
}

const given = (specs: TensorSpecs): number => Object.values(specs).reduce((sum, spec) => sum + bytesOf(spec), 0);
const taken = (results: HostTensors): number => Object.values(results).reduce((sum, { data }) => sum + data.byteLength, 0);

/** The program, each run of which is told by the bytes of its inputs and outputs. A run that fails is not. */
export function counted(compiled: Compiled, inputs: TensorSpecs, tell: (up: number, down: number) => void): Compiled {
  const up = given(inputs);
  return {
    run: async (values, into) => {
      const before = compiled.spared?.() ?? 0;
      const results = await compiled.run(values, into);
      tell(up - ((compiled.spared?.() ?? 0) - before), taken(results));
      return results;
    },
    dispose: () => compiled.dispose(),
  };
}

/** What has come between two moments. */
export const trafficSince = (now: Traffic, before: Traffic): Traffic => ({ up: now.up - before.up, down: now.down - before.down });
