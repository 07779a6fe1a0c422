import { availableParallelism } from 'node:os';
import type { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { bytesOf, checked, isStandIn, type Compiled, type Engine, type HostTensor, type HostTensors, type Signature, type TensorProgram } from '../engine.ts';
import { explainFailure } from '../failures.ts';
import type { Precision, Provider } from '../names.ts';
import { discard } from '../discard.ts';
import { canHold, Held } from './held.ts';
import type { Dialect } from './graph.ts';
import { LastingSession, type CardBuffer } from './lasting.ts';
import { dialectOf, providerOptions } from './provider.ts';
import { singleInputs, Singles } from './singles.ts';
import { record } from './record.ts';
import { onnxRuntime, type OnnxRuntime } from './runtime.ts';

export interface OnnxSettings {
  readonly provider: Provider;
  /** 0 means one for each core. */
  readonly threads?: number;
  /** Which graphics card, counted from 0. */
  readonly device?: number;
  /** That of this process, unless told. */
  readonly runtime?: OnnxRuntime;
  readonly precision?: Precision;
}

/** Programs become ONNX graphs that onnxruntime runs, on the CPU or on a graphics card. */
export class OnnxEngine implements Engine {
  readonly name: string;
  readonly threads: number;
  readonly precision: Precision;
  private readonly provider: Provider;
  private readonly dialect: Dialect;
  private readonly device: number;
  private readonly runtime: OnnxRuntime;
  /** What stays on the card; undefined where nothing can. */
  private readonly held?: Held;
  /** Halves as single numbers; undefined where the engine takes them as they are. */
  private readonly singles?: Singles;

  get keeps(): boolean {
    return this.held !== undefined;
  }

  constructor({ provider, threads = 0, device = 0, runtime = onnxRuntime(), precision = 'float32' }: OnnxSettings) {
    this.name = `onnx:${provider}`;
    this.threads = threads || availableParallelism();
    this.provider = provider;
    this.precision = precision;
    this.dialect = dialectOf(provider, precision);
    this.device = device;
    this.runtime = runtime;
    if (!this.dialect.takesHalves) this.singles = new Singles();
    if (canHold(provider)) this.held = new Held((model, outputs) => this.open(model, { inputs: {} }, outputs));
  }

  async fetch(tensors: HostTensors): Promise<HostTensors> {
    const fetched: { [name: string]: HostTensor } = {};
    for (const [name, tensor] of Object.entries(tensors))
      fetched[name] = isStandIn(tensor) && this.held ? { ...tensor, data: await this.held.fetch(tensor).catch((error: unknown) => { throw explainFailure(error, this.name, 'fetch'); }) } : tensor;
    return fetched;
  }

  async forget(arrays: Iterable<HostTensor['data']>): Promise<void> {
    for (const data of arrays) await this.held?.forget(data);
  }

  /** @throws EngineError if the runtime refuses the graph; what `record` throws, if the program cannot be written down */
  async compile(program: TensorProgram, asked: Signature): Promise<Compiled> {
    const { singles } = this;
    const signature = singles ? singleInputs(asked) : asked;
    const { model, outputs, inputs } = record(program, signature, this.dialect);
    const stay = this.held ? Object.fromEntries((signature.stay ?? []).map((name) => [outputs[name].name, 'gpu-buffer' as const])) : {};
    const session = new LastingSession(await this.open(model, signature, Object.keys(stay).length > 0 ? stay : undefined));
    const names = Object.keys(outputs);
    const { Tensor } = this.runtime;
    const { held } = this;
    const steady = new Set(held && signature.steady);
    const unread = Object.entries(signature.inputs).reduce((sum, [name, spec]) => sum + (inputs.has(name) ? 0 : bytesOf(spec)), 0);
    let spared = 0;
    return {
      run: async (given, into) => {
        spared += unread;
        const feeds: Record<string, OnnxTensor> = {};
        for (const name of inputs) {
          const tensor = checked(name, singles?.of(given[name]) ?? given[name], signature.inputs[name]);
          const { dtype, data, shape } = tensor;
          const isHeld = held?.has(data) && (steady.has(name) || data.length === 0);
          if (isHeld) spared += bytesOf(tensor);
          feeds[`in:${name}`] = isHeld || steady.has(name) ? await held!.buffer(tensor, () => new Tensor(dtype, data, shape)) : new Tensor(dtype, data, shape);
        }
        for (const { data } of Object.values(into ?? {})) await held?.forget(data); // what is written to is another

        const fetches: Record<string, OnnxTensor | null> = {};
        for (const name of names) fetches[outputs[name].name] = into?.[name] ? new Tensor(into[name].dtype, into[name].data, into[name].shape) : null;
        const { results, buffers } = await session.run(feeds, fetches).catch((error: unknown) => { throw explainFailure(error, this.name, 'run'); });
        for (const name of signature.spent ?? []) await held?.forget(given[name].data);
        discardCopies(names.flatMap((name) => (into?.[name] ? [[into[name], results[outputs[name].name]] as const] : [])));
        return Object.fromEntries(names.map((name) => [name, into?.[name] ?? toHost(results[outputs[name].name], held, buffers[outputs[name].name])]));
      },
      spared: () => spared,
      dispose: async () => { if (process.env.STEPTOOL_PROFILE) session.endProfiling(); await session.release(); },
    };
  }

  private async open(model: Uint8Array, signature: Signature, preferredOutputLocation?: InferenceSession.SessionOptions['preferredOutputLocation']): Promise<InferenceSession> {
    return this.runtime.InferenceSession.create(model, {
      ...providerOptions(this.provider, this.device),
      intraOpNumThreads: this.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      ...(preferredOutputLocation && { preferredOutputLocation }),
      // an arena keeps a run's peak for the next run: right for small programs that run all the time, ruinous for many large ones.
      // While a program is profiled, notes between its blocks would keep them from being used again: most of the time shown were theirs
      enableCpuMemArena: !signature.releaseMemory || process.env.STEPTOOL_PROFILE !== undefined,
      // a pattern takes all of a run's memory as one block: of another size for each shape, these leave holes nothing else fits
      enableMemPattern: !signature.releaseMemory,
      ...(process.env.STEPTOOL_PROFILE ? { enableProfiling: true, profileFilePrefix: process.env.STEPTOOL_PROFILE } : {}),
    }).catch((error: unknown) => { throw explainFailure(error, this.name, 'compile'); });
  }
}

/** The embedded default. */
export class OnnxCpuEngine extends OnnxEngine {
  /** @param threads 0 means one for each core. */
  constructor(threads = 0) {
    super({ provider: 'cpu', threads });
  }
}

/** What it wrote to buffers of ours onnxruntime-node copies for its answer, too: as much memory again, which nobody reads. */
function discardCopies(written: readonly (readonly [buffer: HostTensor, answer: OnnxTensor])[]): void {
  discard(written.flatMap(([{ data }, answer]) => {
    const copy = answer.location === 'cpu' ? answer.data as HostTensor['data'] : undefined;
    return copy && copy.buffer !== data.buffer ? [copy] : [];
  }));
}

/** @param left where it stays on the card, for `held` to take over */
function toHost(tensor: OnnxTensor, held?: Held, left?: CardBuffer): HostTensor {
  if (tensor.type !== 'float32' && tensor.type !== 'int32') throw new Error(`A program's output is ${tensor.type}; outputs are float32 or int32.`);
  return { shape: tensor.dims, dtype: tensor.type, data: held && left ? held.adopt(left) : tensor.data as Float32Array | Int32Array };
}
