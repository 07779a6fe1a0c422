import { keep, type Tensor } from '#tfjs';
import type { HostTensor } from './engine.ts';

type Numbers = HostTensor['data'];

/** Tensors that stay on a TF.js backend between calls, by the arrays that they are copies of, or that stand in for their numbers. */
export class EagerMemory {
  private readonly tensors = new WeakMap<Numbers, Tensor>();
  /** An array that is gone takes its tensor along. */
  private readonly gone = new FinalizationRegistry<Tensor>((tensor) => tensor.dispose());

  get(data: Numbers): Tensor | undefined {
    return this.tensors.get(data);
  }

  hold(data: Numbers, tensor: Tensor): void {
    this.tensors.set(data, keep(tensor));
    this.gone.register(data, tensor, data);
  }

  /** What a stand-in is for is known by an array of its numbers from now on. */
  rename(standIn: Numbers, data: Numbers): void {
    const tensor = this.tensors.get(standIn);
    this.tensors.delete(standIn);
    this.gone.unregister(standIn);
    if (tensor) this.hold(data, tensor);
  }

  /** The numbers of an array are others now, or nobody asks for them again. */
  forget(data: Numbers): void {
    this.tensors.get(data)?.dispose();
    this.tensors.delete(data);
    this.gone.unregister(data);
  }
}
