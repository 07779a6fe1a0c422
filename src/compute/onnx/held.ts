/**
 * Tensors that stay in the memory of a graphics card between calls. onnxruntime's binding for Node.js hands such buffers over for
 * WebGPU alone; the way to fill one, and to read one, is a program that gives back what it is given (asked for a buffer's numbers it
 * ends the process, 1.30).
 */
import type { Tensor as OnnxTensor } from 'onnxruntime-node';
import type { HostTensor } from '../engine.ts';
import { keepsOutputs, type Provider } from '../names.ts';
import { CopySessions, type OpenCopy } from './copy-sessions.ts';
import type { CardBuffer } from './lasting.ts';

type Numbers = HostTensor['data'];

export const canHold = (provider: Provider): boolean => keepsOutputs(`onnx:${provider}`);

/** An array that is gone takes its buffer along. */
const gone = new FinalizationRegistry<CardBuffer>((buffer) => buffer.free());

export class Held {
  private readonly buffers = new WeakMap<Numbers, Promise<CardBuffer>>();
  private readonly copies: CopySessions;

  constructor(open: OpenCopy) {
    this.copies = new CopySessions(open);
  }

  /** Takes a program's output over. @returns a stand-in for its numbers */
  adopt(buffer: CardBuffer): Float32Array {
    const standIn = new Float32Array();
    this.own(standIn, buffer);
    return standIn;
  }

  has(data: Numbers): boolean {
    return this.buffers.has(data);
  }

  /** The buffer that has an array's numbers, filled from what `given` gives when it is first asked for. */
  async buffer(tensor: HostTensor, given: () => OnnxTensor): Promise<OnnxTensor> {
    const known = this.buffers.get(tensor.data);
    if (known) return (await known).tensor;
    const filling = this.copies.place(tensor, given());
    this.buffers.set(tensor.data, filling);
    filling.then((buffer) => {
      if (this.buffers.get(tensor.data) === filling) gone.register(tensor.data, buffer, tensor.data); // or it is forgotten already
    }, () => this.buffers.delete(tensor.data));
    return (await filling).tensor;
  }

  /** The numbers of what a stand-in is for; the buffer is known by their array from now on. */
  async fetch(tensor: HostTensor): Promise<Numbers> {
    const { data } = tensor;
    const buffer = await this.buffers.get(data);
    if (!buffer) throw new Error('What the engine is asked for is spent.');
    const numbers = await this.copies.bring(tensor, buffer.tensor);
    this.buffers.delete(data);
    gone.unregister(data);
    this.own(numbers, buffer);
    return numbers;
  }

  /** The numbers of an array are others now. */
  async forget(data: Numbers): Promise<void> {
    const buffer = this.buffers.get(data);
    this.buffers.delete(data);
    gone.unregister(data);
    (await buffer?.catch(() => undefined))?.free();
  }

  private own(data: Numbers, buffer: CardBuffer): void {
    this.buffers.set(data, Promise.resolve(buffer));
    gone.register(data, buffer, data);
  }
}
