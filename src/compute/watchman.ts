/**
 * Sees an engine that blocks its thread, as a driver that hangs does: onnxruntime's binding and TensorFlow's compute in the thread that
 * asks them, where meanwhile no timer runs and no signal is heard. A second thread counts there. A native call cannot be taken back, so
 * what is left to do is to leave word and to end the process.
 */
import { Worker } from 'node:worker_threads';
import { blanks, cell, cells, threadCode, type Call, type LastWord, type Order } from './watchman-thread.ts';

export { blanks, type LastWord } from './watchman-thread.ts';

/**
 * What ends a process whose engine hangs: it tells whoever waits for it that all has been said already, where SIGKILL could be
 * anybody's. Windows knows no other end than that, and gives it the exit code 1.
 */
export const hungSignal = process.platform === 'win32' ? 'SIGKILL' : 'SIGALRM';

/** One for a process, as it is the process that ends. Its thread begins with the first call and keeps no process alive. */
export class Watchman {
  private readonly state = new Int32Array(new SharedArrayBuffer(4 * cells));
  private readonly orders: Order[] = [];
  private calls = 0;
  private thread?: Worker;

  /** Makes a kind of call known. @returns its number, for {@link begin} */
  know(call: Call): number {
    this.give({ call });
    return this.calls++;
  }

  /** What to leave when a call is late, in place of what was to be left until now. */
  leave(words: readonly LastWord[]): void {
    this.give({ words });
  }

  /** What else to tell people then, for instance how to go on. */
  tell(advice: string): void {
    this.give({ advice });
  }

  begin(call: number): void {
    this.start();
    Atomics.store(this.state, cell.call, call);
    Atomics.add(this.state, cell.pending, 1);
    this.beat();
  }

  end(): void {
    Atomics.sub(this.state, cell.pending, 1);
    this.beat();
  }

  /** This thread is not blocked. */
  beat(): void {
    Atomics.add(this.state, cell.beats, 1);
    // given up just now, it must not go on while its end is written down
    while (Atomics.load(this.state, cell.verdict) === 1) Atomics.wait(this.state, cell.verdict, 1);
  }

  private give(order: Order): void {
    if (this.thread) this.thread.postMessage(order);
    else this.orders.push(order);
  }

  private start(): void {
    if (this.thread) return;
    this.thread = new Worker(threadCode, {
      eval: true, execArgv: [], workerData: { state: this.state, cell, blanks, hungSignal, orders: this.orders.splice(0) },
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    });
    this.thread.on('error', () => {}); // nobody watches then; the engine itself is well
    this.thread.unref();
  }
}

/** That of this process. */
export const watchman = new Watchman();
