/** From runs and the reader's choices to the lines of a chart. */
import { endsAround } from './axis.ts';
import type { RunData, Trace } from './data.ts';
import type { Range } from './decimate.ts';
import type { Group } from './groups.ts';
import { meanOf } from './mean.ts';
import type { Chart } from './protocol.ts';
import { smooth } from './smooth.ts';
import { say } from './strings.ts';
import type { SeriesStyle } from './style.ts';
import { styleOf } from './style.ts';
import type { View } from './view.ts';

/** Values at a line's x. `low` and `high` are NaN where there is no interval. */
export interface Values {
  readonly y: Float64Array;
  readonly low?: Float64Array;
  readonly high?: Float64Array;
}

/** One line of a chart: points in the order of x, smoothed as the reader chose. */
export interface Line extends Values {
  readonly label: string;
  readonly style: SeriesStyle;
  readonly x: Float64Array;
  /** The values before smoothing: what tables and exports hold. */
  readonly recorded: () => Values;
  /** The values before smoothing where they are to be drawn too. */
  readonly raw?: Float64Array;
  /** The runs behind it, for the way from a point to trajectories. */
  readonly traces: readonly Trace[];
}

type Series = Chart['series'][number];

/** More lines than this are drawn without their values before smoothing. */
const mostRaw = 4;

function lineOf(traces: readonly Trace[], label: string, style: SeriesStyle, smoothing: number, view: View, raw: boolean, alone = false): Line | undefined {
  if (traces.length === 0) return undefined;
  const ys = traces.map(({ y }) => smooth(y, smoothing));
  if (traces.length > 1) {
    const mean = (values: readonly Float64Array[]): Values & { readonly x: Float64Array } => {
      const { x, y, low, high } = meanOf(traces, values, view.band);
      return view.band === 'noBand' ? { x, y } : { x, y, low, high };
    };
    // Made when first asked for, and once: pointers ask at every move.
    let recorded: Values | undefined;
    return { label, style, traces, ...mean(ys), recorded: () => (recorded ??= mean(traces.map(({ y }) => y))) };
  }
  const [{ x, y }] = traces;
  // Beside bands over runs the interval of a single run would pass for one.
  const { low, high } = view.grouping === 'run' || alone ? traces[0] : { low: undefined, high: undefined };
  return { label, style, traces, x, y: ys[0], low, high, recorded: () => ({ y, low, high }), raw: raw && smoothing > 0 ? y : undefined };
}

/** The lines of a chart: of one run a line a series, of several a line a group. Lines without a value are left out. */
export function linesOf(runs: readonly RunData[], groups: readonly Group[], { chart, series }: Pick<Spec, 'chart' | 'series'>, view: View): Line[] {
  const smoothing = chart.sparse ? 0 : view.smoothing;
  const trace = (run: number, { name, low, high }: Series): Trace | undefined => (view.hidden.includes(runs[run].info.folder) ? undefined : runs[run].trace(run, chart.over ?? view.axis, name, low, high));
  const lines = runs.length === 1
    ? series.map((one, index) => lineOf([trace(0, one)].filter((each) => each !== undefined), one.label, styleOf(index), smoothing, view, true, true))
    : groups.map((group, index) => lineOf(group.runs.map((run) => trace(run, series[0])).filter((each) => each !== undefined), group.label, styleOf(index), smoothing, view, groups.length <= mostRaw));
  return lines.filter((line) => line !== undefined);
}

/** One card of the page: a chart, or of several runs one series of it, so that a colour always means a run. */
export interface Spec {
  readonly id: string;
  readonly title: string;
  readonly chart: Chart;
  readonly series: readonly Series[];
}

/** The cards of these charts. */
export function specsOf(charts: readonly Chart[], runs: number): Spec[] {
  return charts.flatMap((chart) => (runs === 1
    ? [{ id: chart.id, title: chart.title, chart, series: chart.series }]
    : chart.series.map((series) => ({ id: series.name, title: chart.series.length > 1 ? `${chart.title}: ${series.label}` : chart.title, chart, series: [series] }))));
}

/** What the axis counts. A chart that runs over a metric of its own counts updates. */
export const axisTitle = ({ over }: Chart, view: View): string => say(over === undefined ? view.axis : 'updates');

/** How far lines reach along an axis of their own. */
export function reachOf(lines: readonly Line[]): Range {
  const all = lines.filter(({ x }) => x.length > 0);
  return endsAround(Math.min(...all.map(({ x }) => x[0])), Math.max(...all.map(({ x }) => x[x.length - 1])), 'updates');
}
