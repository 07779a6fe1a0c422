import { memory } from '#tfjs';
import { compileEagerly } from './eager.ts';
import type { Compiled, Engine, Signature, TensorProgram } from './engine.ts';

/** Slow and simple: programs run eagerly on TF.js's `cpu` backend. What the other engines are compared with. */
export class ReferenceEngine implements Engine {
  readonly name = 'reference';
  readonly threads = 1;

  async compile(program: TensorProgram, signature: Signature): Promise<Compiled> {
    return compileEagerly('cpu', undefined, program, signature);
  }
}

/** Tensors alive on the eager backends: constant from update to update, or something leaks. */
export const liveTensors = (): number => memory().numTensors;
