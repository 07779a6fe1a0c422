/** The throw-away process of a probe: opens one engine, tries it, tells its parent, and is gone. A driver may crash it. */
import { firstLine } from '../failures.ts';
import type { Engine } from '../engine.ts';
import { isEngineName } from '../names.ts';
import { openNamed } from '../open.ts';
import { ReferenceEngine } from '../reference.ts';
import { explain } from './explain.ts';
import { differenceFrom, speeds, tolerance } from './measure.ts';
import { begun, type PolicyFigures, type ProbeRequest, type ProbeResult } from './result.ts';
import { untried } from './untried.ts';

/** Measures a small policy on an engine. Policies are made elsewhere, and so this comes from there. */
export type MeasurePolicy = (engine: Engine) => Promise<PolicyFigures>;

/** Tries an engine in this process. Never throws; what the engine's driver does to the process is another matter. */
export async function tryEngine(request: ProbeRequest, measurePolicy: MeasurePolicy): Promise<ProbeResult> {
  const { name, threads, device, precision = 'float32', bench, policy } = request;
  const why = untried(request);
  if (why) return why;
  try {
    const { engine, device: computes } = await openNamed(name, { threads, device, precision });
    const difference = await differenceFrom(new ReferenceEngine(), engine);
    if (!(difference < tolerance[precision]))
      return { name, ok: false, trouble: 'wrong', reason: `it computes other numbers than the reference, by up to ${difference.toExponential(1)}`, remedy: 'Update the driver of the graphics card, or use another engine.' };
    const { steps, products } = bench ? await speeds(engine) : { steps: 0, products: 0 };
    const figures = policy ? await measurePolicy(engine) : undefined;
    return { name, ok: true, device: computes, threads: engine.threads, memory: process.resourceUsage().maxRSS * 1024, products, steps, difference, ...(figures && { policy: figures }) };
  } catch (error) {
    // here, for what says most may stand in a line of which the parent is told nothing
    return explain({ name, ok: false, trouble: 'failed', reason: reasonOf(error), remedy: name.endsWith(':cpu') ? 'Use another engine.' : 'Update the driver of the graphics card, or use another engine.' }, allOf(error));
  }
}

const reasonOf = (error: unknown): string => {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return firstLine(inner);
};

const allOf = (error: unknown): string => (error instanceof Error ? `${error.message}\n${allOf(error.cause ?? '')}` : String(error));

/** @throws if the words of the command line are no request */
export function parseRequest(text: string): ProbeRequest {
  const value = JSON.parse(text) as Partial<Record<keyof ProbeRequest, unknown>>;
  const { name, threads, device, precision = 'float32', bench, policy = false } = value;
  const isPrecision = precision === 'float32' || precision === 'float16';
  if (typeof name !== 'string' || !isEngineName(name) || typeof threads !== 'number' || typeof device !== 'number' || !isPrecision || typeof bench !== 'boolean' || typeof policy !== 'boolean')
    throw new Error(`'${text}' asks for no probe.`);
  return { name, threads, device, precision, bench, policy };
}

/** Answers the parent and ends the process, as some drivers' threads would keep it alive, or crash when they are torn down. */
export async function answerProbe(text: string, measurePolicy: MeasurePolicy): Promise<void> {
  const request = parseRequest(text);
  process.send?.(begun);
  const result = await tryEngine(request, measurePolicy);
  await new Promise<void>((resolve) => process.send ? process.send(result, () => resolve()) : resolve());
  process.kill(process.pid, 'SIGKILL');
}
