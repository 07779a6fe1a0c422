import { engine, registerBackend, setBackend, getBackend, Tensor, tidy } from '#tfjs';
import type { Signature, TensorProgram, Tensors } from '../engine.ts';
import { Recorder, backendName } from './backend.ts';
import { Graph, type Dialect, type Value } from './graph.ts';
import { registerElementwise } from './kernels/elementwise.ts';
import { registerFused } from './kernels/fused.ts';
import { registerMatrix } from './kernels/matrix.ts';
import { registerOrder } from './kernels/order.ts';
import { registerShape } from './kernels/shape.ts';
import { encodeModel, type InitializerDef, type NodeDef, type ValueDef } from './proto.ts';

/** A program written down: an ONNX model and the names by which its outputs are asked for. */
export interface Recording {
  readonly model: Uint8Array;
  /** Inputs that the program really reads. */
  readonly inputs: ReadonlySet<string>;
  readonly outputs: { readonly [name: string]: Value };
  readonly nodes: readonly NodeDef[];
}

const recorder = new Recorder();
let registered = false;

function register(): void {
  if (registered) return;
  registered = true;
  registerBackend(backendName, () => recorder);
  registerElementwise();
  registerShape();
  registerMatrix();
  registerOrder();
  registerFused();
}

/**
 * Runs `program` once on the recording backend and returns it as one ONNX model. Frozen values become constants.
 * @throws if the program uses an operation without a lowering, naming it, or reads data while recorded.
 */
export function record(program: TensorProgram, signature: Signature, dialect?: Dialect): Recording {
  register();
  const before = getBackend();
  setBackend(backendName);
  recorder.graph = new Graph(dialect);
  const { graph } = recorder;
  const inputs: ValueDef[] = Object.entries(signature.inputs).map(([name, { shape, dtype }]) => ({ name: `in:${name}`, shape, type: dtype }));
  let recording: Recording | undefined;
  try {
    tidy(() => {
      const tensors: Tensors = {};
      Object.keys(signature.inputs).forEach((name, i) => { tensors[name] = asTensor(inputs[i]); });
      for (const [name, { data, shape, dtype }] of Object.entries(signature.frozen ?? {})) tensors[name] = asTensor(graph.constant(data, shape, dtype));
      const results = program(tensors);
      const outputs: { [name: string]: Value } = {};
      for (const [name, tensor] of Object.entries(results)) {
        // an output must be a node's own: never an input or a constant, nor shared by two names
        const value = recorder.value(tensor);
        outputs[name] = graph.node('Identity', [value], value.shape, value.type);
      }
      const { nodes, initializers } = prune(graph, Object.values(outputs));
      const used = new Set(nodes.flatMap((node) => node.inputs));
      const reads = inputs.filter(({ name }) => used.has(name));
      const model = encodeModel({ nodes, initializers, inputs: reads, outputs: Object.values(outputs), told: graph.told.filter(({ name }) => used.has(name)) });
      recording = { model, outputs, nodes, inputs: new Set(reads.map(({ name }) => name.slice('in:'.length))) };
    });
  } finally {
    if (before) setBackend(before);
    recorder.graph = new Graph();
  }
  return recording!;
}

function asTensor(value: Value): Tensor {
  const { dataId, shape, dtype } = recorder.handle(value);
  return engine().makeTensorFromDataId(dataId, shape, dtype, recorder);
}

/** Leaves out what no output needs: gradients compute branches that nobody reads. */
function prune(graph: Graph, outputs: readonly Value[]): { nodes: NodeDef[]; initializers: InitializerDef[] } {
  const needed = new Set(outputs.map((value) => value.name));
  const nodes: NodeDef[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    nodes.push(node);
    for (const name of node.inputs) needed.add(name);
  }
  return { nodes: nodes.reverse(), initializers: graph.initializers.filter(({ name }) => needed.has(name)) };
}
