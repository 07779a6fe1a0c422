/**
 * A TF.js backend that computes nothing. Its kernels add nodes to a graph and its tensors are values of that graph, so
 * running a program on it once, gradients included, writes the program down.
 */
import { DataStorage, KernelBackend, engine, type backend_util, type DataType } from '#tfjs';
import { Graph, type Value } from './graph.ts';
import type { ElementType } from './proto.ts';

interface Entry {
  /** Data given by the program itself: a constant, entered into the graph when first used. */
  readonly values?: backend_util.BackendValues;
  readonly shape: readonly number[];
  readonly dtype: DataType;
  value?: Value;
}

export const backendName = 'onnx-recorder';

export interface Handle {
  dataId: object;
  shape: number[];
  dtype: DataType;
}

const toType = (dtype: DataType): ElementType => {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new Error(`A tensor program uses the type ${dtype}; programs may use float32, int32 and bool.`);
};

export class Recorder extends KernelBackend {
  graph = new Graph();
  private readonly store = new DataStorage<Entry>(this, engine());

  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): object {
    const id = {};
    this.store.set(id, { values, shape, dtype });
    return id;
  }

  override move(id: object, values: backend_util.BackendValues, shape: number[], dtype: DataType): void {
    this.store.set(id, { values, shape, dtype });
  }

  /** Makes a tensor handle of a graph value. */
  handle(value: Value): Handle {
    const id = {};
    const dtype = value.type === 'int64' ? 'int32' : value.type === 'float16' ? 'float32' : value.type;
    this.store.set(id, { shape: value.shape, dtype, value });
    return { dataId: id, shape: value.shape.slice(), dtype };
  }

  /** The graph value behind a tensor. `shape` is the tensor's own, which may be a reshaped view of the stored one. */
  value({ dataId, shape }: { dataId: object; shape: readonly number[] }): Value {
    const entry = this.store.get(dataId);
    entry.value ??= this.enter(entry);
    const { value } = entry;
    if (value.shape.length === shape.length && value.shape.every((n, i) => n === shape[i])) return value;
    return this.graph.node('Reshape', [value, this.graph.int64s(shape)], shape, value.type);
  }

  private enter({ values, shape, dtype }: Entry): Value {
    if (!values) throw new Error('A tensor program used a tensor of another program.');
    const type = toType(dtype);
    const data = type === 'float32' ? Float32Array.from(values as Float32Array)
      : type === 'int32' ? Int32Array.from(values as Int32Array) : Uint8Array.from(values as Uint8Array);
    return this.graph.constant(data, shape, type);
  }

  override incRef(): void {}
  decRef(): void {}
  override refCount(): number {
    return 1;
  }
  override disposeData(): boolean {
    return true;
  }
  override numDataIds(): number {
    return this.store.numDataIds();
  }
  override readSync(id: object): backend_util.BackendValues {
    const { values } = this.store.get(id);
    if (!values) throw new Error('A tensor program reads a value while it is being recorded. Programs may not branch on data.');
    return values;
  }
  override async read(id: object): Promise<backend_util.BackendValues> {
    return this.readSync(id);
  }
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override timerAvailable(): boolean {
    return false;
  }
  override memory() {
    return { unreliable: true };
  }
}
