import { compileEagerly, fetchEagerly } from '../eager.ts';
import { EagerMemory } from '../eager-memory.ts';
import type { Compiled, Engine, HostTensor, HostTensors, Signature, TensorProgram } from '../engine.ts';
import { explainFailure } from '../failures.ts';
import { backendName } from './load.ts';

/** Programs run eagerly on TensorFlow's own kernels: the same model code, no recording. Weights and caches stay with it. */
export class TensorFlowEngine implements Engine {
  readonly name: string;
  readonly keeps = true;
  private readonly held = new EagerMemory();

  /** @param threads as it was loaded with: see `loadTensorFlow` */
  constructor(device: 'cpu' | 'gpu', readonly threads: number) {
    this.name = `tensorflow:${device}`;
  }

  async fetch(tensors: HostTensors): Promise<HostTensors> {
    return fetchEagerly(backendName, this.held, tensors);
  }

  async forget(arrays: Iterable<HostTensor['data']>): Promise<void> {
    for (const data of arrays) this.held.forget(data);
  }

  /** @throws EngineError when the program is run and TensorFlow refuses: eager programs are not looked at before */
  async compile(program: TensorProgram, signature: Signature): Promise<Compiled> {
    const compiled = compileEagerly(backendName, this.held, program, signature);
    return {
      run: (inputs, into) => compiled.run(inputs, into).catch((error: unknown) => { throw explainFailure(error, this.name, 'run'); }),
      spared: () => compiled.spared!(),
      dispose: () => compiled.dispose(),
    };
  }
}
