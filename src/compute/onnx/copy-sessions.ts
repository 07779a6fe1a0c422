/** Sessions that copy one tensor, by its shape and where the copy comes to lie. */
import * as tf from '#tfjs';
import type { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import type { HostTensor } from '../engine.ts';
import { record } from './record.ts';

export type Place = 'gpu-buffer' | 'cpu';
/** Opens a session whose outputs come to lie there. */
export type OpenCopy = (model: Uint8Array, outputs: Place) => Promise<InferenceSession>;

interface Copy {
  readonly session: InferenceSession;
  readonly output: string;
}

/**
 * The least recently used are released when there are too many: shapes of a cache change as episodes grow. One that does not open fails
 * for those who asked for it and is not kept, so that the next one who asks tries again.
 */
export class CopySessions {
  private readonly entries = new Map<string, Promise<Copy>>();

  constructor(private readonly open: OpenCopy, private readonly most = 48) {}

  /** A copy outlives the session that made it. */
  async copy(tensor: HostTensor, from: OnnxTensor, to: Place): Promise<OnnxTensor> {
    const { session, output } = await this.get(tensor, to);
    return (await session.run({ 'in:x': from }))[output];
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
    const made = this.open(model, to).then((session) => ({ session, output: outputs.copy.name }));
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
