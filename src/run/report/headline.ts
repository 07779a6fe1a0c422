/** What a run shows, in one sentence that claims no more than its intervals do. */
import type { Estimate, Headline, Measure, Stage } from '../../../webview/report/model.ts';
import { duration, formatted, interval, points, pointsInterval } from '../../../webview/shared/format.ts';

export interface HeadlineFacts {
  readonly stages: readonly Stage[];
  readonly measures: readonly Measure[];
  readonly confidence: number;
  readonly iterations: number;
  readonly seconds: number;
  readonly engine: string;
}

const written = (one: Estimate): string => {
  const range = interval(one, 'percent');
  return `${formatted(one.value, 'percent')}${range === '' ? '' : ` (${range.replace('\u2013', '\u2060\u2013\u2060')})`}`; // not broken at the dash
};

/** The estimate that stands for a stage: the mean of the splits, or the only split. */
function overall(measures: readonly Measure[], stage: number): { estimate: Estimate; change?: Estimate; of: string } | undefined {
  const rows = measures.find((measure) => measure.name === 'passRate')?.rows ?? [];
  const splits = rows.filter(({ split }) => split !== 'macro');
  const row = splits.length === 1 ? splits[0] : rows.find((one) => one.split === 'macro');
  const cell = row?.cells[stage];
  const of = rows.some(({ split }) => split === 'train') ? 'splits (training tasks among them)' : 'held-out splits';
  return row && cell ? { estimate: cell, change: row.change, of: row.split === 'macro' ? `the mean pass rate of the ${of}` : `the pass rate on "${row.split}"` } : undefined;
}

/** How two estimates compare: by their difference on the same tasks if the run recorded that, or else by their intervals if both have one. */
function compare(first: Estimate, last: Estimate, change?: Estimate): { tone: Headline['tone']; verdict: string } {
  if (change?.low !== undefined && change.high !== undefined) {
    const same = `On the same tasks that is ${points(change.value)} (${pointsInterval(change)})`;
    if (change.low > 0) return { tone: 'better', verdict: `${same}.` };
    if (change.high < 0) return { tone: 'worse', verdict: `${same}: the policy got worse.` };
    return { tone: 'unclear', verdict: `${same}: this run alone does not show a change.` };
  }
  if (first.low === undefined || first.high === undefined || last.low === undefined || last.high === undefined) {
    return { tone: 'unclear', verdict: 'No intervals were recorded, so chance cannot be ruled out.' };
  }
  if (last.low > first.high) return { tone: 'better', verdict: 'The intervals do not touch.' };
  if (last.high < first.low) return { tone: 'worse', verdict: 'The intervals do not touch: the policy got worse.' };
  return { tone: 'unclear', verdict: 'The intervals overlap: this run alone does not show a change.' };
}

/** The headline. It compares the last two stages, that is reinforcement learning with what it started from. */
export function headlineOf({ stages, measures, confidence, iterations, seconds, engine }: HeadlineFacts): Headline {
  const cost = `in ${iterations} ${iterations === 1 ? 'iteration' : 'iterations'} (${duration(seconds)} on ${engine})`;
  const final = stages.findIndex((stage) => stage.id === 'final');
  const start = stages.findLastIndex((stage) => stage.id !== 'final');
  const last = final >= 0 ? overall(measures, final) : undefined;
  const first = start >= 0 ? overall(measures, start) : undefined;
  if (!last && !first) return { tone: 'unknown', sentence: iterations === 0 ? 'This run has recorded nothing yet.' : `Trained ${cost}; no evaluation of held-out tasks was recorded, so nothing is known about unseen tasks.` };
  const percent = `${Math.round(confidence * 1000) / 10}\u2009%`;
  if (!last) return { tone: 'unknown', sentence: `${upper(first!.of)} is ${written(first!.estimate)} before reinforcement learning; nothing was measured after it.` };
  if (!first) return { tone: 'unknown', sentence: `${upper(last.of)} is ${written(last.estimate)} after training ${cost}; nothing was measured before, so there is nothing to compare it with.` };
  const { tone, verdict } = compare(first.estimate, last.estimate, last.change);
  const moved = last.estimate.value > first.estimate.value ? 'raised' : last.estimate.value < first.estimate.value ? 'lowered' : 'left';
  // What chance alone may have done is not put down to training.
  if (tone === 'unclear' && moved !== 'left') return { tone, sentence: `${upper(first.of)} was ${written(first.estimate)} before and ${written(last.estimate)} after training ${cost}${last.estimate.low === undefined ? '' : `, with ${percent} intervals`}. ${verdict}` };
  const change = moved === 'left' ? `left ${last.of} at ${written(last.estimate)}` : `${moved} ${last.of} from ${written(first.estimate)} to ${written(last.estimate)}`;
  const intervals = last.estimate.low === undefined ? '' : `, with ${percent} intervals`;
  return { tone, sentence: `Training ${change} ${cost}${intervals}. ${verdict}` };
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
