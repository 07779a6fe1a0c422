/**
 * The part of ONNX's published protobuf schema (onnx.proto3) that a recorded program needs: message names, field
 * numbers and types are the format's, everything else is left out.
 */
import protobuf from 'protobufjs/light.js';

const schema = protobuf.Root.fromJSON({
  nested: {
    Attribute: {
      fields: {
        name: { id: 1, type: 'string' },
        f: { id: 2, type: 'float' },
        i: { id: 3, type: 'int64' },
        s: { id: 4, type: 'bytes' },
        ints: { id: 8, rule: 'repeated', type: 'int64' },
        type: { id: 20, type: 'int32' },
      },
    },
    Node: {
      fields: {
        input: { id: 1, rule: 'repeated', type: 'string' },
        output: { id: 2, rule: 'repeated', type: 'string' },
        opType: { id: 4, type: 'string' },
        attribute: { id: 5, rule: 'repeated', type: 'Attribute' },
        domain: { id: 7, type: 'string' },
      },
    },
    Tensor: {
      fields: {
        dims: { id: 1, rule: 'repeated', type: 'int64' },
        dataType: { id: 2, type: 'int32' },
        name: { id: 8, type: 'string' },
        rawData: { id: 9, type: 'bytes' },
      },
    },
    Dimension: { fields: { dimValue: { id: 1, type: 'int64' } } },
    Shape: { fields: { dim: { id: 1, rule: 'repeated', type: 'Dimension' } } },
    TensorType: { fields: { elemType: { id: 1, type: 'int32' }, shape: { id: 2, type: 'Shape' } } },
    Type: { fields: { tensorType: { id: 1, type: 'TensorType' } } },
    ValueInfo: { fields: { name: { id: 1, type: 'string' }, type: { id: 2, type: 'Type' } } },
    Graph: {
      fields: {
        node: { id: 1, rule: 'repeated', type: 'Node' },
        name: { id: 2, type: 'string' },
        initializer: { id: 5, rule: 'repeated', type: 'Tensor' },
        input: { id: 11, rule: 'repeated', type: 'ValueInfo' },
        output: { id: 12, rule: 'repeated', type: 'ValueInfo' },
        valueInfo: { id: 13, rule: 'repeated', type: 'ValueInfo' },
      },
    },
    OperatorSet: { fields: { domain: { id: 1, type: 'string' }, version: { id: 2, type: 'int64' } } },
    Model: {
      fields: {
        irVersion: { id: 1, type: 'int64' },
        graph: { id: 7, type: 'Graph' },
        opsetImport: { id: 8, rule: 'repeated', type: 'OperatorSet' },
      },
    },
  },
});

/** ONNX's numbers of the element types used here. */
export const elementType = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
export type ElementType = keyof typeof elementType;

export type AttributeValue = number | string | readonly number[] | { readonly float: number };
export interface NodeDef {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: { readonly [name: string]: AttributeValue };
  readonly domain: string;
}
export interface InitializerDef {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}
export interface ValueDef {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
}

// AttributeProto.AttributeType
const FLOAT = 1, INT = 2, STRING = 3, INTS = 7;

function attribute(name: string, value: AttributeValue): object {
  if (typeof value === 'number') return { name, i: value, type: INT };
  if (typeof value === 'string') return { name, s: new TextEncoder().encode(value), type: STRING };
  if ('float' in value) return { name, f: value.float, type: FLOAT };
  return { name, ints: value, type: INTS };
}

const valueInfo = ({ name, type, shape }: ValueDef): object => ({
  name,
  type: { tensorType: { elemType: elementType[type], shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
});

/** The bytes of a model: opset 18 of ONNX, version 1 of onnxruntime's own operators. */
export function encodeModel(graph: {
  nodes: readonly NodeDef[];
  initializers: readonly InitializerDef[];
  inputs: readonly ValueDef[];
  outputs: readonly ValueDef[];
  /** Values between, whose shapes onnxruntime could not tell by itself. */
  told?: readonly ValueDef[];
}): Uint8Array {
  const Model = schema.lookupType('Model');
  return Model.encode(
    Model.fromObject({
      irVersion: 9,
      graph: {
        name: 'program',
        node: graph.nodes.map(({ op, inputs, outputs, attributes, domain }) => ({
          opType: op, input: inputs, output: outputs, domain,
          attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
        })),
        initializer: graph.initializers.map(({ name, type, shape, bytes }) => ({
          name, dataType: elementType[type], dims: shape, rawData: bytes,
        })),
        input: graph.inputs.map(valueInfo),
        output: graph.outputs.map(valueInfo),
        valueInfo: (graph.told ?? []).map(valueInfo),
      },
      opsetImport: [{ domain: '', version: 18 }, { domain: 'com.microsoft', version: 1 }],
    }),
  ).finish();
}
