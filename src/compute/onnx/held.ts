/**
 * Tensors that stay in the memory of a graphics card between calls. onnxruntime's binding for Node.js hands such buffers over for
 * WebGPU alone; its way to fill one is a program that gives back what it is given.
 */
import * as tf from '#tfjs';
import type { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import type { HostTensor } from '../engine.ts';
import type { Provider } from '../names.ts';
import { record } from './record.ts';

type Numbers = HostTensor['data'];
/** Opens a session whose outputs stay on the card. */
type OpenCopy = (model: Uint8Array) => Promise<InferenceSession>;

export const canHold = (provider: Provider): boolean => provider === 'webgpu';

export class Held {
  private readonly buffers = new WeakMap<Numbers, Promise<OnnxTensor>>();
  private readonly copies = new Map<string, Promise<{ session: InferenceSession; output: string }>>();
  /** An array that is gone takes its buffer along. */
  private readonly gone = new FinalizationRegistry<OnnxTensor>((buffer) => buffer.dispose());

  constructor(private readonly open: OpenCopy) {}

  /** Takes a program's output over. @returns a stand-in for its numbers */
  adopt(buffer: OnnxTensor): Float32Array {
    const standIn = new Float32Array();
    this.buffers.set(standIn, Promise.resolve(buffer));
    this.gone.register(standIn, buffer, standIn);
    return standIn;
  }

  has(data: Numbers): boolean {
    return this.buffers.has(data);
  }

  /** The buffer that has an array's numbers, filled from what `given` gives when it is first asked for. */
  async buffer(tensor: HostTensor, given: () => OnnxTensor): Promise<OnnxTensor> {
    const known = this.buffers.get(tensor.data);
    if (known) return known;
    const filling = this.fill(tensor, given());
    this.buffers.set(tensor.data, filling);
    filling.then((buffer) => {
      if (this.buffers.get(tensor.data) === filling) this.gone.register(tensor.data, buffer, tensor.data); // or it is forgotten already
    }, () => this.buffers.delete(tensor.data));
    return filling;
  }

  /** The numbers of an array are others now. */
  async forget(data: Numbers): Promise<void> {
    const buffer = this.buffers.get(data);
    this.buffers.delete(data);
    this.gone.unregister(data);
    (await buffer?.catch(() => undefined))?.dispose();
  }

  private async fill({ shape, dtype }: HostTensor, given: OnnxTensor): Promise<OnnxTensor> {
    const key = `${dtype} ${shape.join()}`;
    let copy = this.copies.get(key);
    if (!copy) {
      const { model, outputs } = record(({ x }) => ({ copy: tf.add(x, tf.zeros([], dtype)) }), { inputs: { x: { shape, dtype } } });
      copy = this.open(model).then((session) => ({ session, output: outputs.copy.name }));
      this.copies.set(key, copy);
    }
    const { session, output } = await copy;
    return (await session.run({ 'in:x': given }))[output];
  }
}
