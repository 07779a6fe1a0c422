/** Sessions that last as long as what they left on a graphics card. */
import type { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';

/** A tensor in a card's memory. */
export interface CardBuffer {
  readonly tensor: OnnxTensor;
  /** Gives its memory back, the first time. */
  free(): void;
}

/** Sessions with buffers in use: what nobody names any more is collected, and would take its buffers' memory along. */
const inUse = new Set<LastingSession>();

/**
 * onnxruntime frees a buffer through the allocator of the session that made it (1.30, WebGPU): once that session is released, this ends
 * the process. So a session that is let go of is released with the last of its buffers.
 */
export class LastingSession {
  private buffers = 0;
  private runs = 0;
  private done = false;
  private released?: Promise<void>;

  constructor(private readonly session: InferenceSession) {}

  /** What a run gives; what it left on the card is the caller's to free. */
  async run(feeds: InferenceSession.FeedsType, fetches?: InferenceSession.FetchesType): Promise<{ results: InferenceSession.OnnxValueMapType; buffers: { [name: string]: CardBuffer } }> {
    this.runs++;
    try {
      const results = await (fetches ? this.session.run(feeds, fetches) : this.session.run(feeds));
      const left = Object.entries(results).filter(([, { location }]) => location === 'gpu-buffer');
      return { results, buffers: Object.fromEntries(left.map(([name, tensor]) => [name, this.own(tensor)])) };
    } finally {
      this.runs--;
      await this.settle();
    }
  }

  private own(tensor: OnnxTensor): CardBuffer {
    this.buffers++;
    inUse.add(this);
    let freed = false;
    const free = (): void => {
      if (freed) return;
      freed = true;
      tensor.dispose();
      if (--this.buffers === 0) inUse.delete(this);
      this.settle().catch(() => undefined); // nobody is left to be told
    };
    return { tensor, free };
  }

  endProfiling(): void {
    this.session.endProfiling();
  }

  /** No more runs will be asked for. */
  async release(): Promise<void> {
    this.done = true;
    await this.settle();
  }

  private async settle(): Promise<void> {
    if (this.done && this.buffers === 0 && this.runs === 0) await (this.released ??= this.session.release());
  }
}
