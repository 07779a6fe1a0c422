import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import type { Compiled, Engine, HostTensor, Signature, TensorProgram } from '../engine.ts';
import { record } from './record.ts';

/** The embedded default: programs become ONNX graphs that onnxruntime runs on the CPU. */
export class OnnxCpuEngine implements Engine {
  readonly name = 'onnx:cpu';
  readonly threads: number;

  /** @param threads 0 means one for each core. */
  constructor(threads = 0) {
    this.threads = threads || availableParallelism();
  }

  async compile(program: TensorProgram, signature: Signature): Promise<Compiled> {
    const { model, outputs, inputs } = record(program, signature);
    const session = await InferenceSession.create(model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: this.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // an arena keeps a run's peak for the next run: right for small programs that run all the time, ruinous for many large ones
      enableCpuMemArena: !signature.releaseMemory,
      // a pattern takes all of a run's memory as one block: of another size for each shape, these leave holes nothing else fits
      enableMemPattern: !signature.releaseMemory,
      ...(process.env.STEPTOOL_PROFILE ? { enableProfiling: true, profileFilePrefix: process.env.STEPTOOL_PROFILE } : {}),
    });
    const names = Object.keys(outputs);
    return {
      async run(given, into) {
        const feeds: Record<string, OnnxTensor> = {};
        for (const name of inputs) feeds[`in:${name}`] = toOnnx(name, given[name], signature);
        const fetches: Record<string, OnnxTensor | null> = {};
        for (const name of names) fetches[outputs[name].name] = into?.[name] ? new OnnxTensor(into[name].dtype, into[name].data, into[name].shape) : null;
        const results = await session.run(feeds, fetches);
        return Object.fromEntries(names.map((name) => [name, into?.[name] ?? toHost(results[outputs[name].name])]));
      },
      dispose: async () => { if (process.env.STEPTOOL_PROFILE) session.endProfiling(); await session.release(); },
    };
  }
}

function toOnnx(name: string, tensor: HostTensor | undefined, signature: Signature): OnnxTensor {
  if (!tensor) throw new Error(`The program was called without its input '${name}'.`);
  const { shape, dtype } = signature.inputs[name];
  if (dtype !== tensor.dtype || shape.join() !== tensor.shape.join())
    throw new Error(`Input '${name}' is ${tensor.dtype}[${tensor.shape}]; the program was compiled for ${dtype}[${shape}].`);
  return new OnnxTensor(dtype, tensor.data, shape);
}

function toHost(tensor: OnnxTensor): HostTensor {
  if (tensor.type !== 'float32' && tensor.type !== 'int32') throw new Error(`A program's output is ${tensor.type}; outputs are float32 or int32.`);
  return { shape: tensor.dims, dtype: tensor.type, data: tensor.data as Float32Array | Int32Array };
}

