/** Sessions that copy one tensor, by its shape and where the copy comes to lie. */
import * as tf from '#tfjs';
import type { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import type { HostTensor } from '../engine.ts';
import { LastingSession, type CardBuffer } from './lasting.ts';
import { record } from './record.ts';

export type Place = 'gpu-buffer' | 'cpu';
/** Opens a session whose outputs come to lie there. */
export type OpenCopy = (model: Uint8Array, outputs: Place) => Promise<InferenceSession>;

interface Copy {
  readonly session: LastingSession;
  readonly output: string;
}

/**
 * The least recently used are let go of when there are too many: shapes of a cache change as episodes grow. One that does not open fails
 * for those who asked for it and is not kept, so that the next one who asks tries again.
 */
export class CopySessions {
  private readonly entries = new Map<string, Promise<Copy>>();

  constructor(private readonly open: OpenCopy, private readonly most = 48) {}

  /** Onto the card. */
  async place(tensor: HostTensor, from: OnnxTensor): Promise<CardBuffer> {
    const { session, output } = await this.get(tensor, 'gpu-buffer');
    return (await session.run({ 'in:x': from })).buffers[output];
  }

  /** From the card. */
  async bring(tensor: HostTensor, from: OnnxTensor): Promise<HostTensor['data']> {
    const { session, output } = await this.get(tensor, 'cpu');
    return (await session.run({ 'in:x': from })).results[output].data as HostTensor['data'];
  }

  private async get({ shape, dtype }: HostTensor, to: Place): Promise<Copy> {
    const key = `${to} ${dtype} ${shape.join()}`;
    const known = this.entries.get(key);
    if (known) {
      this.entries.delete(key);
      this.entries.set(key, known);
      return known;
    }
    if (dtype === 'float16') throw new Error('Halves are made single before they are held.');
    const { model, outputs } = record(({ x }) => ({ copy: tf.add(x, tf.zeros([], dtype)) }), { inputs: { x: { shape, dtype } } });
    const made = this.open(model, to).then((session) => ({ session: new LastingSession(session), output: outputs.copy.name }));
    this.entries.set(key, made);
    made.catch(() => {
      if (this.entries.get(key) === made) this.entries.delete(key); // another may have taken its place meanwhile
    });
    if (this.entries.size > this.most) {
      const [oldest, entry] = this.entries.entries().next().value!;
      this.entries.delete(oldest);
      await release(entry);
    }
    return made;
  }
}

/** One that did not open has nothing to release, and its error belongs to whoever asked for it. */
async function release(entry: Promise<Copy>): Promise<void> {
  const copy = await entry.catch(() => undefined);
  await copy?.session.release();
}
