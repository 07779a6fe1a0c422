import type { Compiled, Engine, Signature, TensorProgram } from './engine.ts';

/** Compiled programs by name, the least recently used released when there are too many. */
export class ProgramCache {
  /** Programs compiled so far: what a run's metrics count. */
  compilations = 0;
  private readonly entries = new Map<string, Promise<Compiled>>();

  constructor(private readonly engine: Engine, private readonly most = 48) {}

  /** @param key says everything that the program's shapes depend on */
  async get(key: string, build: () => { program: TensorProgram } & Signature): Promise<Compiled> {
    const known = this.entries.get(key);
    if (known) {
      this.entries.delete(key);
      this.entries.set(key, known);
      return known;
    }
    const { program, ...signature } = build();
    const compiled = this.engine.compile(program, signature);
    this.compilations++;
    this.entries.set(key, compiled);
    if (this.entries.size > this.most) {
      const [oldest, entry] = this.entries.entries().next().value!;
      this.entries.delete(oldest);
      await (await entry).dispose();
    }
    return compiled;
  }

  async dispose(): Promise<void> {
    const all = [...this.entries.values()];
    this.entries.clear();
    for (const entry of all) await (await entry).dispose();
  }
}
