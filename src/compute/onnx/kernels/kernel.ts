import { backend_util, registerKernel, type NamedAttrMap } from '#tfjs';
import { backendName, type Handle, type Recorder } from '../backend.ts';
import type { Graph, Value } from '../graph.ts';
import { elementType } from '../proto.ts';

type Inputs = { [name: string]: Value };

/** How a TF.js kernel is written down: values in, values out. `inputs` of variadic kernels come numbered from '0'. */
export type Lowering = (graph: Graph, inputs: Inputs, attributes: NamedAttrMap) => Value | Value[];

/**
 * Registers how TF.js's kernel `name` becomes ONNX nodes.
 * @param takesHalves whether it makes halves single itself; other kernels are given them as single numbers
 */
export function lower(name: string, lowering: Lowering, takesHalves = false): void {
  registerKernel({
    kernelName: name,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const recorder = backend as Recorder;
      const values: Inputs = {};
      for (const [key, tensor] of Object.entries(inputs)) {
        if (!tensor) continue;
        const value = recorder.value(tensor as Handle);
        values[key] = value.type === 'float16' && !takesHalves ? cast(recorder.graph, value, 'float32', elementType.float32) : value;
      }
      const result = lowering(recorder.graph, values, attrs ?? {});
      return Array.isArray(result) ? result.map((value) => recorder.handle(value)) : recorder.handle(result);
    },
  });
}

export const broadcast = (a: Value, b: Value): number[] =>
  backend_util.assertAndGetBroadcastShape(a.shape.slice(), b.shape.slice());

/** The value itself, where it has that shape already. */
export const reshape = (graph: Graph, value: Value, shape: readonly number[]): Value =>
  value.shape.join() === shape.join() ? value : graph.node('Reshape', [value, graph.int64s(shape)], shape, value.type);

export const cast = (graph: Graph, value: Value, type: Value['type'], to: number): Value =>
  value.type === type ? value : graph.node('Cast', [value], value.shape, type, { to });
