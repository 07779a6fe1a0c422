import { isStandIn, type Compiled, type Engine, type HostTensors, type Signature, type TensorProgram } from './engine.ts';
import type { Precision } from './names.ts';
import { counted, type Traffic } from './traffic.ts';

/**
 * Compiled programs by name, the least recently used released when there are too many. A compilation that fails fails for
 * those who asked for it; it is not kept, so that the next one who asks compiles again.
 */
export class ProgramCache {
  /** Compilations begun so far: what a run's metrics count. */
  compilations = 0;
  /** Of all its programs so far; another object after each run. */
  traffic: Traffic = { up: 0, down: 0 };
  private readonly entries = new Map<string, Promise<Compiled>>();

  constructor(private readonly engine: Engine, private readonly most = 48) {}

  /** Of the engine's products. */
  get precision(): Precision {
    return this.engine.precision ?? 'float32';
  }

  /** Whether the engine keeps outputs in memory of its own. */
  get keeps(): boolean {
    return this.engine.keeps === true;
  }

  /** Numbers that the engine kept: see {@link Engine.fetch}. */
  async fetch(tensors: HostTensors): Promise<HostTensors> {
    if (!this.engine.fetch || !Object.values(tensors).some(isStandIn)) return tensors;
    const fetched = await this.engine.fetch(tensors);
    const down = Object.entries(tensors).reduce((sum, [name, tensor]) => sum + (isStandIn(tensor) ? fetched[name].data.byteLength : 0), 0);
    this.traffic = { up: this.traffic.up, down: this.traffic.down + down };
    return fetched;
  }

  /** Lets go what the engine holds of these tensors. */
  async forget(tensors: HostTensors): Promise<void> {
    await this.engine.forget?.(Object.values(tensors).map(({ data }) => data));
  }

  /**
   * @param key says everything that the program depends on: the model, its settings, the shapes
   * @throws what compiling this program throws
   */
  async get(key: string, build: () => { program: TensorProgram } & Signature): Promise<Compiled> {
    const known = this.entries.get(key);
    if (known) {
      this.entries.delete(key);
      this.entries.set(key, known);
      return known;
    }
    const { program, ...signature } = build();
    const compiled = this.engine.compile(program, signature).then((each) => counted(each, signature.inputs, (up, down) => {
      this.traffic = { up: this.traffic.up + up, down: this.traffic.down + down };
    }));
    this.compilations++;
    this.entries.set(key, compiled);
    compiled.catch(() => {
      if (this.entries.get(key) === compiled) this.entries.delete(key); // another may have taken its place meanwhile
    });
    if (this.entries.size > this.most) {
      const [oldest, entry] = this.entries.entries().next().value!;
      this.entries.delete(oldest);
      await release(entry);
    }
    return compiled;
  }

  async dispose(): Promise<void> {
    const all = [...this.entries.values()];
    this.entries.clear();
    for (const entry of all) await release(entry);
  }
}

/** A program that failed to compile has nothing to release, and its error belongs to whoever asked for it. */
async function release(entry: Promise<Compiled>): Promise<void> {
  const compiled = await entry.catch(() => undefined);
  await compiled?.dispose();
}
