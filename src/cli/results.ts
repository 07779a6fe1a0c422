/** What a run came to, read from its folder: so a resumed run shows all of itself, not only its last part. */
import type { Estimate, Measure } from '../../webview/report/model.ts';
import { count, duration, points } from '../../webview/shared/format.ts';
import { isMetricsLine, type MetricsLine } from '../run/folder/lines.ts';
import { readRun, type RunHead } from '../run/folder/reader.ts';
import { eachRecord } from '../run/report/records.ts';
import { headlineOf } from '../run/report/headline.ts';
import { measuresOf, stagesOf } from '../run/report/stages.ts';
import type { Paint } from './paint.ts';
import { interval, number, percent, perSecond, terminalText } from './numbers.ts';
import { safeLine } from './plain-text.ts';
import { table } from './table.ts';

export interface Results {
  readonly folder: string;
  readonly status: RunHead['status'];
  readonly iterations: number;
  /** Columns of the table. */
  readonly stages: readonly { readonly id: string; readonly label: string; readonly iteration: number }[];
  /** Rows a split, cells a stage; `mean` is over the splits. */
  readonly passRate: readonly Row[];
  /** Steps of solved attempts over the oracle's on the same tasks. */
  readonly stepsOverOracle: readonly Row[];
  /** Seconds: collecting and updating, and all of the run. */
  readonly seconds: { readonly training: number; readonly all: number };
  /** `written` are those of the policy's own turns; of recorded trajectories, that it reads and scores. */
  readonly tokensPerSecond: { readonly written: number; readonly trained: number; readonly isOffline?: true } | null;
  /** Of this process, in megabytes. */
  readonly peakMemory: number;
  readonly headline: string;
}

export interface Row {
  readonly split: string;
  readonly cells: readonly (Estimate | null)[];
  /** Of the pass rate, since reinforcement learning began, on the same tasks. */
  readonly change?: Estimate;
}

/** Reads the results of a run. Throws RunFolderError. */
export async function readResults(folder: string, confidence: number): Promise<Results> {
  const reader = await readRun(folder);
  const lines: MetricsLine[] = [];
  await eachRecord(reader.metrics, isMetricsLine, (found) => lines.push(found));
  const stages = stagesOf(lines);
  const measures = measuresOf(stages);
  const iterations = lines.reduce((most, each) => Math.max(most, each.iteration), 0);
  const sum = (of: (each: MetricsLine) => number): number => lines.reduce((total, each) => total + of(each), 0);
  const [rollout, update] = [sum((each) => each['speed/seconds.rollout'] ?? 0), sum((each) => each['speed/seconds.update'] ?? 0)];
  const trained = sum((each) => (each['speed/trainTokensPerSecond'] ?? 0) * (each['speed/seconds.update'] ?? 0));
  const isOffline = lines.some((each) => each['rollout/pass'] !== undefined);
  const all = lines.at(-1)?.seconds ?? 0;
  return {
    folder: reader.folder, status: reader.head.status, iterations,
    stages: stages.map(({ stage: { id, label, iteration } }) => ({ id, label, iteration })),
    passRate: rowsOf(measures, 'passRate'),
    stepsOverOracle: withMean(rowsOf(measures, 'oracleRatio')),
    seconds: { training: rollout + update, all },
    tokensPerSecond: rollout > 0 && update > 0 ? { written: sum((each) => each['rollout/actionTokens'] ?? 0) / rollout, trained: trained / update, ...(isOffline ? { isOffline } : {}) } : null,
    peakMemory: Math.round((process.resourceUsage().maxRSS * 1024) / 1e6), // maxRSS counts kilobytes
    headline: headlineOf({ stages: stages.map(({ stage }) => stage), measures, confidence, iterations, seconds: all, engine: reader.head.run.engine.name }).sentence,
  };
}

const rowsOf = (measures: readonly Measure[], name: string): Row[] =>
  (measures.find((measure) => measure.name === name)?.rows ?? []).map((row) => ({ ...row, split: row.split === 'macro' ? 'mean' : row.split }));

/** Adds the mean over splits, at stages where every split has a value. */
function withMean(rows: readonly Row[]): Row[] {
  if (rows.length < 2) return [...rows];
  const cells = rows[0].cells.map((_, stage) => {
    const values = rows.flatMap((row) => row.cells[stage]?.value ?? []);
    return values.length === rows.length ? { value: values.reduce((sum, value) => sum + value, 0) / values.length } : null;
  });
  return [...rows, { split: 'mean', cells }];
}

const rate = ({ value, low, high }: Estimate): string => `${percent(value)}${low === undefined || high === undefined ? '' : ` ${interval(low, high)}`}`;

/** A change as `+6.3 [2.1, 10.4]`, in points. */
const changeText = ({ value, low, high }: Estimate): string =>
  `${terminalText(points(value)).replace(' points', '')}${low === undefined || high === undefined ? '' : ` ${interval(low, high)}`}`;

/** The results as a person reads them. */
export function resultsText(results: Results, confidence: number, paint: Paint): string {
  const { stages, passRate, stepsOverOracle, seconds, tokensPerSecond, iterations } = results;
  const body = (rows: readonly Row[], text: (cell: Estimate) => string): string[][] =>
    rows.map(({ split, cells, change }) => [`  ${safeLine(split)}`, ...cells.map((cell) => (cell ? text(cell) : '-')), ...(change ? [changeText(change)] : [])]);
  const heading = [`Pass rate (${number(confidence * 100)} % intervals)`, ...stages.map(({ label }) => label), ...(passRate.some(({ change }) => change) ? ['Change, in points'] : [])];
  const rows = [heading, ...body(passRate, rate), ...(stepsOverOracle.length > 0 ? [['Steps of solved tasks / oracle\'s'], ...body(stepsOverOracle, ({ value }) => value.toFixed(2))] : [])];
  const took = (value: number): string => terminalText(duration(value));
  return [
    ...(passRate.length > 0 ? [table(rows).replace(/^.*$/m, paint.bold), '', terminalText(results.headline), ''] : []),
    `Training      ${count(iterations, 'iteration')}, ${took(seconds.training)} (with evaluation${stages.some(({ id }) => id === 'before') ? ' and warm start' : ''} ${took(seconds.all)})`,
    ...(tokensPerSecond ? [`Speed         ${perSecond(tokensPerSecond.written)} ${tokensPerSecond.isOffline ? 'scored' : 'written'}, ${number(Math.round(tokensPerSecond.trained))} trained`] : []),
    `Peak memory   ${results.peakMemory} MB`,
  ].join('\n');
}
