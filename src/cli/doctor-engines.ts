/** The doctor's table of engines: which work here, on what, how fast; or exactly why not, and what to do. */
import { fastest, prober, type Conditions, type Prober } from '../compute/choose.ts';
import { engineNames, type EngineName } from '../compute/names.ts';
import type { ProbeResult } from '../compute/probe/result.ts';
import { number } from './numbers.ts';
import { safeLine } from './plain-text.ts';
import { table } from './table.ts';

/** Every engine, from what is remembered or tried now. */
export async function listEngines(conditions: Conditions, by: Prober = prober): Promise<readonly ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (const name of engineNames) {
    const request = { ...conditions, name, bench: false };
    results.push(by.recall(request) ?? await by.probe(request));
  }
  return results;
}

/**
 * Tries and times every engine anew and remembers what it finds, so that `auto` goes by it too. One that fails on a policy does not
 * work, whatever it does with a small layer.
 * @param policies which ones are measured with a policy: all, or the one that would be used
 */
export async function measureEngines(conditions: Conditions, policies: 'all' | EngineName | 'auto', by: Pick<Prober, 'probe'> = prober): Promise<readonly ProbeResult[]> {
  const results: ProbeResult[] = [];
  // The reference is slow, and no rival of the others: how slow it is need not be waited for.
  for (const name of engineNames) results.push(await by.probe({ ...conditions, name, bench: name !== 'reference' }));
  const rivals = (): ProbeResult[] => results.filter(({ name }) => name !== 'reference');
  const measure = async (which: ProbeResult): Promise<void> => {
    if (!which.ok) return;
    const found = await by.probe({ ...conditions, name: which.name, bench: false, policy: true });
    results[results.indexOf(which)] = found.ok ? { ...which, ...(found.policy && { policy: found.policy }) } : { ...found, reason: `with a policy: ${found.reason}` };
  };
  for (const each of rivals()) if (policies === 'all' || each.name === policies) await measure(each);
  if (policies !== 'auto') return results;
  for (let best = fastest(rivals()); best && !best.policy; best = fastest(rivals())) await measure(best);
  return results;
}

const flops = (perSecond: number): string => (perSecond === 0 ? '–' : `${(perSecond / 1e9).toFixed(perSecond < 1e10 ? 1 : 0)}`);
const perSecond = (steps: number): string => (steps === 0 ? '–' : steps.toFixed(steps < 10 ? 1 : 0));
const tokens = (speed: number | undefined): string => (speed === undefined ? '–' : number(Math.round(speed)));
const state = { missing: 'not there', failed: 'fails', crashed: 'crashes', hung: 'hangs', wrong: 'wrong' } as const;

/** Lines for people: a table of those that work, then a reason and a remedy for each of the others. */
export function engineRows(results: readonly ProbeResult[]): string[] {
  const working = results.filter((each) => each.ok);
  const best = fastest(working.filter(({ steps }) => steps > 0))?.name;
  const policy = working.find((each) => each.policy)?.policy;
  const works = working.map((each) => [
    `${each.name}${each.name === best ? ' *' : ''}`, each.device, String(each.threads), `${Math.round(each.memory / 1e6)}`, flops(each.products), perSecond(each.steps),
    ...(policy ? [tokens(each.policy?.decode), tokens(each.policy?.train)] : []), each.difference.toExponential(0),
  ]);
  const rest = results.flatMap((each) => (each.ok ? [] : [[each.name, state[each.trouble], safeLine(`${each.reason}. ${each.remedy}`)]]));
  return [
    ...(works.length === 0 ? [] : [
      ...table([['engine', 'device', 'threads', 'MB', 'GFLOP/s', 'steps/s', ...(policy ? ['decode', 'train'] : []), 'differs'], ...works]).split('\n'),
      ...(best === undefined ? [] : ['* what "auto" takes: the most steps of a small layer.']),
      'MB: memory of the process that tried it, the program and the driver included; what a card holds is not in it. Differs: the largest difference from the reference.',
      ...(policy ? [`Decode, train: tokens/s of a policy of ${number(policy.parameters)} parameters, written in 64 episodes at once, and in the training step.`] : []),
    ]),
    ...(rest.length === 0 ? [] : ['', ...table(rest).split('\n')]),
    ...(rest.some(([, , told]) => told.includes('engines install')) ? ['Without a network: steptool engines install <what> --from <file or folder>.'] : []),
  ];
}
