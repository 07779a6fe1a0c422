import type { Engine } from './engine.ts';
import { engineNames, hasHalf, isEngineName, type EngineName, type EngineSettings, type Precision } from './names.ts';
import { missing, openNamed } from './open.ts';
import { probe } from './probe/probe.ts';
import { recall, remember } from './probe/remembered.ts';
import type { ProbeRequest, ProbeResult } from './probe/result.ts';

/** An engine and why it was chosen, as the run folder records it. */
export interface ChosenEngine {
  readonly engine: Engine;
  readonly reason: string;
}

export type Prober = (request: ProbeRequest) => Promise<ProbeResult>;

/** Tries an engine, unless it was tried on this machine before. */
export const probeOnce: Prober = async (request) => {
  const known = recall(request);
  if (known) return known;
  const result = await probe(request);
  remember(request, result);
  return result;
};

/**
 * Opens the engine that the experiment names; `auto` takes the fastest one that works. A named engine that does not
 * work is an error, never another engine in silence. Engine packages are loaded here and only when used.
 */
export async function openEngine({ name, threads, device = 0, precision = 'float32', prefer }: EngineSettings, tries: Prober = probeOnce): Promise<ChosenEngine> {
  if (name === 'auto') {
    const kept = prefer === undefined ? undefined : await keep(prefer, { threads, device, precision }, tries);
    if (kept) return kept;
    const results = await tryAll({ threads, device, bench: true }, tries, engineNames.filter((each) => (precision === 'float16' ? hasHalf(each) : each !== 'reference')));
    const chosen = fastest(results);
    if (!chosen && precision === 'float16') throw new Error(`No engine here computes in half precision: ${failures(results).join('; ')}. Set "engine": { "precision": "float32" }.`);
    const { engine } = await openNamed(chosen?.name ?? 'onnx:cpu', { threads, device, precision }); // where nothing works, its message says what to do
    return { engine, reason: reasonFor(engine.name, results) };
  }
  if (!isEngineName(name)) throw new Error(`There is no engine '${name}'. The engines are auto, ${engineNames.join(', ')}.`);
  const { engine } = await openNamed(name, { threads, device, precision });
  return { engine, reason: 'named in the experiment' };
}

/** The engine that a run began on, if it still works: on another one the run would go on with other roundings. */
async function keep(name: string, { precision, ...settings }: { readonly threads: number; readonly device: number; readonly precision: Precision }, tries: Prober): Promise<ChosenEngine | undefined> {
  if (!isEngineName(name) || missing(name)) return undefined;
  if (name !== 'onnx:cpu' && name !== 'reference' && !(await tries({ ...settings, name, bench: false })).ok) return undefined;
  return { engine: (await openNamed(name, { ...settings, precision })).engine, reason: 'the engine that the run began on' };
}

/** One after the other: they would slow each other down. */
export async function tryAll(request: Omit<ProbeRequest, 'name'>, tries: Prober, names: readonly EngineName[] = engineNames.filter((each) => each !== 'reference')): Promise<ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (const name of names) results.push(await tries({ ...request, name }));
  return results;
}

/** Of those that work, the one with the most training steps per second. */
export const fastest = (results: readonly ProbeResult[]): (ProbeResult & { readonly ok: true }) | undefined =>
  results.reduce<(ProbeResult & { readonly ok: true }) | undefined>((best, each) => (each.ok && (!best || each.steps > best.steps) ? each : best), undefined);

/** One sentence for people: what it was compared with, and why the others were not. */
function reasonFor(name: string, results: readonly ProbeResult[]): string {
  const others = results.filter((each) => each.name !== name);
  const slower = others.filter((each) => each.ok).map((each) => `${each.name} ${rate(each)}`);
  const own = results.find((each) => each.name === name);
  const first = slower.length === 0 ? 'the only one that works here' : `the fastest here (${own ? rate(own) : ''}; ${slower.join(', ')})`;
  return [first, ...failures(others)].join('; ');
}

const failures = (results: readonly ProbeResult[]): string[] => results.flatMap((each) => (each.ok ? [] : [`${each.name}: ${each.reason}`]));

const rate = (result: ProbeResult): string => (result.ok ? `${result.steps.toFixed(result.steps < 10 ? 1 : 0)} steps/s` : '');
