import type { Engine } from './engine.ts';
import { engineNames, hasHalf, isEngineName, type EngineName, type EngineSettings } from './names.ts';
import { openNamed } from './open.ts';
import { probe } from './probe/probe.ts';
import { recall, remember } from './probe/remembered.ts';
import type { Fails, ProbeRequest, ProbeResult, Works } from './probe/result.ts';

/** An engine and why it was chosen, as the run folder records it. */
export interface ChosenEngine {
  readonly engine: Engine;
  readonly reason: string;
}

/** What an engine is tried with, but for its name. */
export type Conditions = Pick<ProbeRequest, 'threads' | 'device' | 'precision'>;

/** How it is found out whether an engine works. */
export interface Prober {
  /** What was found out earlier; undefined where that does not count any more. */
  recall(request: ProbeRequest): ProbeResult | undefined;
  /** Tries the engine now. Never rejects: that it does not work is a result. */
  probe(request: ProbeRequest): Promise<ProbeResult>;
}

/** Tries engines in processes of their own, and remembers on this machine what it finds. */
export const prober: Prober = {
  recall,
  async probe(request) {
    const result = await probe(request);
    remember(request, result);
    return result;
  },
};

/**
 * Opens the engine that the experiment names; `auto` takes the fastest one that works. A named engine that does not
 * work is an error, never another engine in silence. Engine packages are loaded here and only when used.
 */
export async function openEngine({ name, threads, device = 0, precision = 'float32', prefer }: EngineSettings, by: Prober = prober): Promise<ChosenEngine> {
  if (name !== 'auto' && !isEngineName(name)) throw new Error(`There is no engine '${name}'. The engines are auto, ${engineNames.join(', ')}.`);
  const chosen = name === 'auto' ? await chooseEngine({ threads, device, precision }, by, prefer) : { name, reason: 'named in the experiment' };
  const { engine } = await openNamed(chosen.name, { threads, device, precision }); // where nothing works, its message says what to do
  return { engine, reason: chosen.reason };
}

/** What `auto` comes to. */
export interface Choice {
  readonly name: EngineName;
  readonly reason: string;
  /** Where it was tried, or remembered. */
  readonly result?: ProbeResult;
}

/** Engines that no card or driver is needed for: what was found out of them stays true. */
const onProcessor = (name: EngineName): boolean => name === 'onnx:cpu' || name === 'tensorflow:cpu' || name === 'reference';

/**
 * The fastest engine that works. One that is remembered to work is tried once more, for its card or driver may be gone since:
 * a run would find out only when it has begun.
 * @param prefer the engine that a run began on: it stays there while that works, for on another one it would go on with other roundings
 * @throws if half precision is asked for and no engine has it
 */
export async function chooseEngine(conditions: Conditions, by: Prober = prober, prefer?: string): Promise<Choice> {
  const half = conditions.precision === 'float16';
  const kept = prefer === undefined ? undefined : await keep(prefer, conditions, by);
  if (kept?.ok) return { ...kept, reason: 'the engine that the run began on' };
  const results: ProbeResult[] = [];
  const now = new Set<EngineName>();
  for (const name of engineNames.filter((each) => (half ? hasHalf(each) : each !== 'reference'))) { // one after the other: they would slow each other down
    const known = kept?.result?.name === name ? kept.result : by.recall({ ...conditions, name, bench: true });
    if (!known) now.add(name);
    results.push(known ?? await by.probe({ ...conditions, name, bench: true }));
  }
  const best = await stillWorks(results, now, conditions, by);
  if (!best && half) throw new Error(`No engine here computes in half precision: ${failures(results).join('; ')}. Set "engine": { "precision": "float32" }.`);
  const name = best?.name ?? 'onnx:cpu';
  return { name, reason: [reasonFor(name, results), ...(kept?.gone === undefined ? [] : [kept.gone])].join('; '), result: results.find((each) => each.name === name) };
}

/** The fastest one, tried once more unless it was tried just now; where it fails, that takes the place of its result, and the next one is looked at. */
async function stillWorks(results: ProbeResult[], now: ReadonlySet<EngineName>, conditions: Conditions, by: Prober): Promise<Works | undefined> {
  for (;;) {
    const best = fastest(results);
    if (!best || onProcessor(best.name) || now.has(best.name)) return best;
    const again = await by.probe({ ...conditions, name: best.name, bench: false });
    if (again.ok) return best;
    results[results.indexOf(best)] = since('it worked when it was measured, and does not now', again);
  }
}

const since = (what: string, result: Fails): Fails => ({ ...result, reason: `${what}: ${result.reason}` });

type Kept = { readonly ok: true; readonly name: EngineName; readonly result?: Works } | { readonly ok: false; readonly result?: Fails; readonly gone?: string };

async function keep(name: string, conditions: Conditions, by: Prober): Promise<Kept> {
  if (!isEngineName(name)) return { ok: false, gone: `the run began on ${name}, which this program does not have` };
  if (name === 'onnx:cpu' || name === 'reference') return { ok: true, name };
  const request = { ...conditions, name, bench: false };
  const result = (onProcessor(name) ? by.recall(request) : undefined) ?? await by.probe(request);
  return result.ok ? { ok: true, name, result } : { ok: false, result: since('the run began on it, and it does not work now', result) };
}

/** Of those that work, the one with the most training steps per second. */
export const fastest = (results: readonly ProbeResult[]): Works | undefined =>
  results.reduce<Works | undefined>((best, each) => (each.ok && (!best || each.steps > best.steps) ? each : best), undefined);

/** One sentence for people: what it was compared with, and why the others were not. */
function reasonFor(name: string, results: readonly ProbeResult[]): string {
  const others = results.filter((each) => each.name !== name);
  const slower = others.filter((each) => each.ok).map((each) => `${each.name} ${rate(each)}`);
  const own = results.find((each) => each.name === name);
  const first = !own?.ok ? 'none works here' : slower.length === 0 ? 'the only one that works here' : `the fastest here (${rate(own)}; ${slower.join(', ')})`;
  return [first, ...failures(others)].join('; ');
}

const failures = (results: readonly ProbeResult[]): string[] => results.flatMap((each) => (each.ok ? [] : [`${each.name}: ${each.reason}`]));

const rate = (result: ProbeResult): string => (result.ok ? `${result.steps.toFixed(result.steps < 10 ? 1 : 0)} steps/s` : '');
