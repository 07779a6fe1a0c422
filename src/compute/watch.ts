/** An engine under watch: whatever it throws is told as what happened and what to do, and one that never answers is given up. */
import type { Compiled, Engine } from './engine.ts';
import { EngineError, explainFailure } from './failures.ts';

/**
 * Seconds without an answer after which an engine counts as hung. On a processor only a program far too large takes
 * that long, and it does end; drivers of graphics cards do hang.
 */
const patience = (engine: string): number => (engine === 'onnx:cpu' ? 3600 : 600);

/**
 * The same engine with EngineErrors for all that goes wrong in it. Programs of an engine that has hung are not released:
 * it may still be reading them.
 * @param seconds to wait for an answer; time in which this process itself was stopped, or asleep, does not count
 * @param tick milliseconds that make a second; for tests
 */
export function watched(engine: Engine, seconds: number = patience(engine.name), tick = 1000): Engine {
  let hung = false;
  const answer = async <T>(doing: 'compile' | 'run' | 'fetch', work: () => Promise<T>): Promise<T> => {
    if (hung) throw new EngineError('hung', `${engine.name} was given up: it has not answered before.`);
    try {
      return await within(seconds, tick, work(), () => {
        hung = true;
        return new EngineError('hung', `${engine.name} has not answered for ${seconds} s while it was to ${doing === 'fetch' ? 'hand over what it keeps' : `${doing} a program`}: its driver hangs, or it is out of memory and does not say so. The last checkpoint is whole: resume continues from it, after a restart of the machine or a newer driver, or with another engine. steptool doctor shows which engines work here.`);
      });
    } catch (error) {
      throw explainFailure(error, engine.name, doing);
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
function within<T>(seconds: number, tick: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    let ticks = 0;
    // counted, not read off a clock: a process that was stopped for an hour has seen one tick
    const timer = setInterval(() => {
      if (++ticks < seconds) return;
      clearInterval(timer); // the work may never end, and must not keep the process
      reject(late());
    }, tick);
    void work.then(resolve, reject).finally(() => clearInterval(timer));
  });
}
