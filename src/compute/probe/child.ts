/** The throw-away process of a probe: opens one engine, tries it, tells its parent, and is gone. A driver may crash it. */
import { firstLine } from '../failures.ts';
import { isEngineName } from '../names.ts';
import { missing, openNamed } from '../open.ts';
import { ReferenceEngine } from '../reference.ts';
import { differenceFrom, speeds, tolerance } from './measure.ts';
import { begun, type ProbeRequest, type ProbeResult } from './result.ts';

/** Tries an engine in this process. Never throws; what the engine's driver does to the process is another matter. */
export async function tryEngine({ name, threads, device, bench }: ProbeRequest): Promise<ProbeResult> {
  const why = missing(name);
  if (why) return { name, ok: false, trouble: 'missing', ...why };
  try {
    const { engine, device: computes } = await openNamed(name, { threads, device });
    const difference = await differenceFrom(new ReferenceEngine(), engine);
    if (!(difference < tolerance))
      return { name, ok: false, trouble: 'wrong', reason: `it computes other numbers than the reference, by up to ${difference.toExponential(1)}`, remedy: 'Update the driver of the graphics card, or use another engine.' };
    const { steps, products } = bench ? await speeds(engine) : { steps: 0, products: 0 };
    return { name, ok: true, device: computes, threads: engine.threads, memory: process.resourceUsage().maxRSS * 1024, products, steps, difference };
  } catch (error) {
    return { name, ok: false, trouble: 'failed', reason: reasonOf(error), remedy: 'steptool doctor --debug shows more.' };
  }
}

const reasonOf = (error: unknown): string => {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return firstLine(inner);
};

/** @throws if the words of the command line are no request */
export function parseRequest(text: string): ProbeRequest {
  const value = JSON.parse(text) as Partial<Record<keyof ProbeRequest, unknown>>;
  const { name, threads, device, bench } = value;
  if (typeof name !== 'string' || !isEngineName(name) || typeof threads !== 'number' || typeof device !== 'number' || typeof bench !== 'boolean') throw new Error(`'${text}' asks for no probe.`);
  return { name, threads, device, bench };
}

/** Answers the parent and ends the process, as some drivers' threads would keep it alive, or crash when they are torn down. */
export async function answerProbe(text: string): Promise<void> {
  const request = parseRequest(text);
  process.send?.(begun);
  const result = await tryEngine(request);
  await new Promise<void>((resolve) => process.send ? process.send(result, () => resolve()) : resolve());
  process.kill(process.pid, 'SIGKILL');
}
