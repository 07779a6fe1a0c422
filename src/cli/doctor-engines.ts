/** The doctor's table of engines: which work here, on what, how fast; or exactly why not, and what to do. */
import { fastest, tryAll } from '../compute/choose.ts';
import { engineNames } from '../compute/names.ts';
import { probe } from '../compute/probe/probe.ts';
import { recall, remember } from '../compute/probe/remembered.ts';
import type { ProbeRequest, ProbeResult } from '../compute/probe/result.ts';
import { safeLine } from './plain-text.ts';
import { table } from './table.ts';

/** Tries every engine anew and remembers what it finds, so that `auto` goes by it too; without speeds, what is remembered does. */
export async function lookAtEngines({ bench }: { readonly bench: boolean }, tries: (request: ProbeRequest) => Promise<ProbeResult> = probe): Promise<readonly ProbeResult[]> {
  return tryAll({ threads: 0, device: 0, bench }, async (request) => {
    const known = bench ? undefined : recall(request);
    // The reference is slow, and no rival of the others: how slow it is need not be waited for.
    const result = known ?? await tries({ ...request, bench: bench && request.name !== 'reference' });
    if (!known) remember(request, result);
    return result;
  }, engineNames);
}

const flops = (perSecond: number): string => (perSecond === 0 ? '–' : `${(perSecond / 1e9).toFixed(perSecond < 1e10 ? 1 : 0)}`);
const perSecond = (steps: number): string => (steps === 0 ? '–' : steps.toFixed(steps < 10 ? 1 : 0));
const state = { missing: 'not there', failed: 'fails', crashed: 'crashes', hung: 'hangs', wrong: 'wrong' } as const;

/** Lines for people: a table of those that work, then a reason and a remedy for each of the others. */
export function engineRows(results: readonly ProbeResult[]): string[] {
  const measured = results.filter((each) => each.ok && each.steps > 0);
  const best = fastest(measured)?.name;
  const works = results.flatMap((each) => (each.ok ? [[`${each.name}${each.name === best ? ' *' : ''}`, each.device, String(each.threads), `${Math.round(each.memory / 1e6)}`, flops(each.products), perSecond(each.steps), each.difference.toExponential(0)]] : []));
  const rest = results.flatMap((each) => (each.ok ? [] : [[each.name, state[each.trouble], safeLine(`${each.reason}. ${each.remedy}`)]]));
  return [
    ...(works.length === 0 ? [] : table([['engine', 'device', 'threads', 'MB', 'GFLOP/s', 'steps/s', 'differs'], ...works]).split('\n')),
    ...(best === undefined ? [] : ['* what "auto" takes: the most steps of a small layer. Differs: the largest difference from the reference.']),
    ...(rest.length === 0 ? [] : ['', ...table(rest).split('\n')]),
  ];
}
