/**
 * The seam between tensor programs and what runs them. A program is a pure function of named TF.js tensors, handed to
 * `compile` as one would hand a function to `jax.jit`; it never talks to an engine.
 */
import type { Tensor } from '#tfjs';
import type { Precision } from './names.ts';

export type DType = 'float32' | 'int32' | 'float16';

/** A tensor in the host's memory, row-major; of float16 the bits (IEEE 754 binary16). */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: Float32Array | Int32Array | Uint16Array;
}

/** Bytes of a tensor's numbers. */
export const bytesOf = ({ shape, dtype }: Pick<HostTensor, 'shape' | 'dtype'>): number =>
  shape.reduce((a, b) => a * b, dtype === 'float16' ? 2 : 4);
export type HostTensors = { readonly [name: string]: HostTensor };
export type Tensors = { [name: string]: Tensor };

/** Shape and type of an input. A program has inputs of `float16` as tensors like all others: what is computed with them is single. */
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}
export type TensorSpecs = { readonly [name: string]: TensorSpec };

/** Called once per signature; its operations are recorded, or run eagerly, by the engine. */
export type TensorProgram = (inputs: Tensors) => Tensors;

/**
 * What a program is compiled for. `frozen` values never change and may be packed into the compiled program;
 * `inputs` are given at each call: state (weights, moments) and batch alike.
 */
export interface Signature {
  readonly frozen?: HostTensors;
  readonly inputs: TensorSpecs;
  /**
   * Inputs whose numbers nobody changes but this engine itself, by `into`: one with memory of its own may keep them there for as
   * long as their arrays live.
   */
  readonly steady?: readonly string[];
  /**
   * Outputs that an engine which {@link Engine.keeps} them does not hand over: `data` is then a stand-in without numbers, good as an
   * input of this engine's programs alone. Other engines hand them over like all others.
   */
  readonly stay?: readonly string[];
  /** Inputs that nobody asks for again, once a run has ended well: stand-ins are let go at once. */
  readonly spent?: readonly string[];
  /** Gives working memory back after each run: for large programs of which there are several. */
  readonly releaseMemory?: boolean;
}

export interface Compiled {
  /**
   * Runs the program. Inputs are read during the call and never written. `into` may offer buffers for outputs (right
   * shape and type): the engine then writes there instead of allocating. None of them may be an input of this call, with one
   * exception: an input that the program only adds to, element by element, may be the buffer of that sum's output.
   */
  run(inputs: HostTensors, into?: HostTensors): Promise<HostTensors>;
  /** Bytes of inputs so far that were not copied: the engine held them already, or does not read them. */
  spared?(): number;
  dispose(): Promise<void>;
}

export interface Engine {
  /** For instance `onnx:cpu`. */
  readonly name: string;
  readonly threads: number;
  /** Of products; `float32` where nothing is said. */
  readonly precision?: Precision;
  /** Whether outputs can stay in memory of its own. */
  readonly keeps?: boolean;
  /**
   * Brings the numbers of stand-ins home. What it still holds of them it knows by the arrays that come back: as steady inputs they
   * need not go up again. Tensors with numbers of their own come back as they are. There where an engine {@link keeps}.
   * @throws EngineError if the engine has failed; Error for a stand-in that is spent
   */
  fetch?(tensors: HostTensors): Promise<HostTensors>;
  /** Lets go what it holds of these arrays and stand-ins. What nobody can name any more goes by itself, in its own time. */
  forget?(arrays: Iterable<HostTensor['data']>): Promise<void>;
  compile(program: TensorProgram, signature: Signature): Promise<Compiled>;
}

/** Whether a tensor is one of numbers that an engine kept: see {@link Signature.stay}. */
export const isStandIn = ({ data, shape }: HostTensor): boolean => data.length === 0 && !shape.includes(0);

/** An input as it was given. @throws if it is missing, or not what the program was compiled for */
export function checked(name: string, tensor: HostTensor | undefined, { shape, dtype }: TensorSpec): HostTensor {
  if (!tensor) throw new Error(`The program was called without its input '${name}'.`);
  if (dtype !== tensor.dtype || shape.join() !== tensor.shape.join())
    throw new Error(`Input '${name}' is ${tensor.dtype}[${tensor.shape}]; the program was compiled for ${dtype}[${shape}].`);
  return tensor;
}
