/**
 * An engine under watch: whatever it throws is told as what happened and what to do, and one that never answers is given up. One that
 * leaves this thread free is given up here, and its caller may save what it has; one that blocks it, by the {@link Watchman}.
 */
import type { Compiled, Engine } from './engine.ts';
import { EngineError, explainFailure } from './failures.ts';
import type { Watchman } from './watchman.ts';

/**
 * Seconds without an answer after which an engine counts as hung. On a processor only a program far too large takes
 * that long, and it does end; drivers of graphics cards do hang.
 */
export const patience = (engine: string): number => (['onnx:cpu', 'tensorflow:cpu', 'reference'].includes(engine) ? 3600 : 600);

export interface Watch {
  /** To wait for an answer; time in which this process itself was stopped, or asleep, does not count. */
  readonly seconds?: number;
  /** Milliseconds that make a second; for tests. */
  readonly tick?: number;
  /** Without one, an engine that blocks this thread is waited for. */
  readonly watchman?: Watchman;
}

type Doing = 'compile' | 'run' | 'fetch';

/**
 * The same engine with EngineErrors for all that goes wrong in it. Programs of an engine that has hung are not released:
 * it may still be reading them.
 */
export function watched(engine: Engine, { seconds = patience(engine.name), tick = 1000, watchman }: Watch = {}): Engine {
  let hung = false;
  const late = (doing: Doing): string => `${engine.name} has not answered for ${seconds} s while it was to ${doing === 'fetch' ? 'hand over what it keeps' : `${doing} a program`}: its driver hangs, or it is out of memory and does not say so. The last checkpoint is whole: resume continues from it, after a restart of the machine or a newer driver, or with another engine. steptool doctor shows which engines work here.`;
  const known = (doing: Doing): number | undefined => watchman?.know({ limit: seconds * tick, tick, message: late(doing) });
  const calls = { compile: known('compile'), run: known('run'), fetch: known('fetch') };
  const answer = async <T>(doing: Doing, work: () => Promise<T>): Promise<T> => {
    if (hung) throw new EngineError('hung', `${engine.name} was given up: it has not answered before.`);
    const call = calls[doing];
    if (call !== undefined) watchman?.begin(call);
    try {
      return await within(seconds, tick, work(), () => watchman?.beat(), () => {
        hung = true;
        return new EngineError('hung', late(doing));
      });
    } catch (error) {
      throw explainFailure(error, engine.name, doing);
    } finally {
      if (call !== undefined) watchman?.end();
    }
  };
  return {
    name: engine.name,
    threads: engine.threads,
    ...(engine.precision && { precision: engine.precision }),
    ...(engine.keeps && { keeps: true }),
    ...(engine.fetch && { fetch: (tensors) => answer('fetch', () => engine.fetch!(tensors)) }),
    ...(engine.forget && { forget: async (arrays) => { if (!hung) await engine.forget!(arrays); } }),
    async compile(program, signature): Promise<Compiled> {
      const compiled = await answer('compile', () => engine.compile(program, signature));
      return {
        run: (inputs, into) => answer('run', () => compiled.run(inputs, into)),
        ...(compiled.spared && { spared: () => compiled.spared!() }),
        dispose: async () => { if (!hung) await compiled.dispose(); },
      };
    },
  };
}

/** The work's result, or a rejection when ticks of a second, as many as there are `seconds`, have gone by without one. */
function within<T>(seconds: number, tick: number, work: Promise<T>, beat: () => void, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    let ticks = 0;
    // counted, not read off a clock: a process that was stopped for an hour has seen one tick
    const timer = setInterval(() => {
      beat();
      if (++ticks < seconds) return;
      clearInterval(timer); // the work may never end, and must not keep the process
      reject(late());
    }, tick);
    void work.then(resolve, reject).finally(() => clearInterval(timer));
  });
}
