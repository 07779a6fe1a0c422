/** The charts of a run with the points of each series. */
import type { Curves, Series } from '../../../webview/report/model.ts';
import type { MetricsLine } from '../folder/lines.ts';
import { chartsOf } from './plans.ts';

/** Points kept per series; more cannot be told apart on a screen. */
const mostPoints = 1500;

const counters = new Set(['iteration', 'updates', 'tokens', 'seconds']);

const read = (line: MetricsLine, key: string): number | null => {
  const value = (line as unknown as Readonly<Record<string, unknown>>)[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};

type SeriesHead = ReturnType<typeof chartsOf>[number]['series'][number];

function seriesOf({ name, label, low, high }: SeriesHead, lines: readonly MetricsLine[]): Series {
  const all = lines.flatMap((line, at) => (read(line, name) === null ? [] : [at]));
  const every = Math.ceil(all.length / mostPoints);
  const at = all.filter((_, i) => i % every === 0 || i === all.length - 1);
  const y = at.map((row) => read(lines[row], name)!);
  if (low === undefined || high === undefined) return { name, label, at, y };
  return { name, label, at, y, low: at.map((row) => read(lines[row], low)), high: at.map((row) => read(lines[row], high)) };
}

/** All charts of a run, in the order of the page. */
export function curvesOf(lines: readonly MetricsLine[]): Curves {
  const names = [...new Set(lines.flatMap(Object.keys))].filter((name) => !counters.has(name) && lines.some((line) => typeof (line as unknown as Record<string, unknown>)[name] === 'number'));
  const column = (name: 'iteration' | 'updates' | 'tokens' | 'seconds'): number[] => lines.map((line) => line[name]);
  return {
    rows: { iteration: column('iteration'), updates: column('updates'), tokens: column('tokens'), seconds: column('seconds').map((value) => Math.round(value * 100) / 100) },
    curves: chartsOf(names).map(({ over, ...chart }) => ({
      ...chart, ...(over !== undefined && { over: seriesOf({ name: over, label: over }, lines) }), series: chart.series.map((series) => seriesOf(series, lines)),
    })),
  };
}
