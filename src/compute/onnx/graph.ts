import type { AttributeValue, ElementType, InitializerDef, NodeDef } from './proto.ts';

/** A value in the graph under construction. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
}

/** What differs in how a program is written down for one engine and for another. */
export interface Dialect {
  /** Whether the engine has onnxruntime's FusedMatMul: where it has not, each product would travel to the CPU and back. */
  readonly fusedMatMul: boolean;
  /** Whether the engine's norm gives each row's factor too, and the right one. */
  readonly normFactor: boolean;
  /** Whether operands of products are rounded to half precision, 5 bits of exponent and 10 of fraction; all else stays single. */
  readonly half: boolean;
  /** Whether a processor computes: it has no products of half precision, and is made to round as if it had. */
  readonly onProcessor: boolean;
  /** Whether the engine takes inputs as halves. Others are given them as single numbers. */
  readonly takesHalves: boolean;
}

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** A graph under construction: nodes in execution order, constants stored once each. */
export class Graph {
  readonly nodes: NodeDef[] = [];
  readonly initializers: InitializerDef[] = [];
  /** Values whose shapes are said in the model, since nobody can tell them from it. */
  readonly told: Value[] = [];
  private readonly known = new Map<string, Value>();
  private count = 0;

  constructor(readonly dialect: Dialect = { fusedMatMul: true, normFactor: true, half: false, onProcessor: true, takesHalves: true }) {}

  /** A name that no other value of this graph has. */
  fresh(prefix: string): string {
    return `${prefix}${this.count++}`;
  }

  /** Adds a node with one output. */
  node(op: string, inputs: readonly Value[], shape: readonly number[], type: ElementType,
    attributes: { [name: string]: AttributeValue } = {}, domain = ''): Value {
    const name = this.fresh('t');
    this.nodes.push({ op, inputs: inputs.map((value) => value.name), outputs: [name], attributes, domain });
    return { name, shape, type };
  }

  /** Adds a node with several outputs. */
  split(op: string, inputs: readonly Value[], shapes: readonly (readonly number[])[], type: ElementType,
    attributes: { [name: string]: AttributeValue } = {}): Value[] {
    const outputs = shapes.map((shape): Value => ({ name: this.fresh('t'), shape, type }));
    this.nodes.push({ op, inputs: inputs.map((value) => value.name), outputs: outputs.map((value) => value.name), attributes, domain: '' });
    return outputs;
  }

  /** A constant tensor from the host's memory; equal small ones are stored once. */
  constant(data: Float32Array | Int32Array | Uint16Array | Uint8Array | BigInt64Array, shape: readonly number[], type: ElementType): Value {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const key = bytes.length <= 64 ? `${type}|${shape.join()}|${bytes.join()}` : undefined;
    const known = key === undefined ? undefined : this.known.get(key);
    if (known) return known;
    const value: Value = { name: this.fresh('c'), shape, type };
    this.initializers.push({ name: value.name, type, shape, bytes: bytes.slice() });
    if (key !== undefined) this.known.set(key, value);
    return value;
  }

  /** A one-dimensional constant of shape or axis numbers. */
  int64s(numbers: readonly number[]): Value {
    return this.constant(BigInt64Array.from(numbers, BigInt), [numbers.length], 'int64');
  }

  scalar(value: number, type: 'float32' | 'int32' = 'float32'): Value {
    return this.constant(type === 'float32' ? Float32Array.of(value) : Int32Array.of(value), [], type);
  }

  /** A tensor of one repeated number, stored as that number and expanded when the graph runs (onnxruntime folds it). */
  filled(value: number, shape: readonly number[], type: 'float32' | 'int32'): Value {
    if (size(shape) <= 16) {
      const data = (type === 'float32' ? new Float32Array(size(shape)) : new Int32Array(size(shape))).fill(value);
      return this.constant(data, shape, type);
    }
    return this.node('Expand', [this.scalar(value, type), this.int64s(shape)], shape, type);
  }
}
