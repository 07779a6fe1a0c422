/** What the doctor says of the engine that a run would use. It was tried in a process of its own, and never in this one. */
import { chooseEngine, fastest, prober, type Conditions, type Prober } from '../compute/choose.ts';
import type { EngineName } from '../compute/names.ts';
import type { ProbeResult, Works } from '../compute/probe/result.ts';
import type { Traffic } from '../compute/traffic.ts';
import { bytesText } from '../learn/memory.ts';
import type { Check } from './checks.ts';
import { number, perSecond } from './numbers.ts';
import { safeLine } from './plain-text.ts';

/** What an experiment asks for: an engine by name, or `auto`. */
export interface Asked extends Conditions {
  readonly name: EngineName | 'auto';
}

/** What a run would come to: an engine that works, or the reason why there is none. */
export type Used = ProbeResult | { readonly name: 'auto'; readonly ok: false; readonly reason: string; readonly remedy?: string };

/** Looks at one engine alone; for `auto` at as many as a run would. */
export async function lookAtOne({ name, ...conditions }: Asked, by: Prober = prober): Promise<Used> {
  if (name !== 'auto') return by.probe({ ...conditions, name, bench: false });
  try {
    const { name: chosen, result } = await chooseEngine(conditions, by);
    return result ?? await by.probe({ ...conditions, name: chosen, bench: false });
  } catch (error) {
    return { name, ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Of all engines that were tried, the one that a run would use. */
export function usedOf({ name, precision }: Asked, results: readonly ProbeResult[]): Used {
  const rivals = results.filter((each) => (name === 'auto' ? each.name !== 'reference' : each.name === name));
  const best = fastest(rivals) ?? rivals.find((each) => name !== 'auto' || (each.name === 'onnx:cpu' && precision !== 'float16'));
  return best ?? { name: 'auto', ok: false, reason: 'No engine here computes in half precision.', remedy: 'Set "engine": { "precision": "float32" }.' };
}

/** The engine as a check, and as many of its speeds as were measured. */
export const engineChecks = (used: Used, precision: Asked['precision']): Check[] =>
  (used.ok ? [worksCheck(used, precision), ...speedChecks(used)] : [failsCheck(used)]);

function worksCheck({ name, threads, difference }: Works, precision: Asked['precision']): Check {
  const how = `${name} with ${threads} ${threads === 1 ? 'thread' : 'threads'}${precision === 'float16' ? ' in half precision' : ''}`;
  return { name: 'Engine', ok: true, detail: `${how}, differs from the reference by at most ${difference.toExponential(1)}`, figures: { largestDifference: difference } };
}

function failsCheck({ name, reason, remedy }: Exclude<Used, Works>): Check {
  const detail = name === 'auto' ? reason : `${name} cannot be used: ${reason}.`;
  const more = name === 'onnx:cpu' ? ' Reinstall with npm ci. Where there is no binary for this machine, set "engine": { "name": "reference" }, which is slow.' : '';
  return { name: 'Engine', ok: false, detail: safeLine(detail), ...(remedy === undefined ? {} : { remedy: safeLine(`${remedy}${more}`) }) };
}

/** Slow is no problem, only slow. */
function speedChecks({ name, products, policy }: Works): Check[] {
  const bytes = ({ up, down }: Traffic): string => `${bytesText(up)} up and ${bytesText(down)} down`;
  return [
    ...(products === 0 ? [] : [{ name: 'Products', ok: true, detail: `${number(Math.round(products / 1e8) / 10)} GFLOP/s`, figures: { flopsPerSecond: products } }]),
    ...(policy === undefined ? [] : [
      { name: 'Policy', ok: true, detail: `${number(policy.parameters)} parameters: ${perSecond(policy.decode)} decoding 64 episodes, ${perSecond(policy.train)} in the training step`, figures: { decodeTokensPerSecond: policy.decode, trainTokensPerSecond: policy.train } },
      {
        name: 'Traffic', ok: true,
        detail: `a token for each of 64 episodes takes ${bytes(policy.traffic.decode)}, an update ${bytes(policy.traffic.train)}${name === 'onnx:cpu' ? '; nothing of it is copied to the engine, which reads it in place' : ''}`,
        figures: { decodeUpBytes: policy.traffic.decode.up, decodeDownBytes: policy.traffic.decode.down, trainUpBytes: policy.traffic.train.up, trainDownBytes: policy.traffic.train.down },
      },
    ]),
  ];
}
