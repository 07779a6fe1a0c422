/** One chart on one canvas. Knows Chart.js and nothing of runs; registers only what a line chart uses. */
import type { ChartDataset, ScatterDataPoint } from 'chart.js';
import { Chart, LinearScale, LineController, LineElement, LogarithmicScale, PointElement } from 'chart.js';
import type { Format } from '../report/model.ts';
import type { Theme } from '../shared/theme.ts';
import { horizontal, logarithmic, vertical, type Scale } from './axis.ts';
import { bandsPlugin, faint, marksPlugin, pointsPlugin, type Drawn, type Mark } from './chart-plugins.ts';
import { decimate, type Range } from './decimate.ts';
import type { Line } from './lines.ts';
import { tickText } from './ticks.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale);

export interface Picture {
  readonly lines: readonly Line[];
  readonly format: Format;
  readonly xTitle: string;
  readonly xFormat: Format;
  readonly logarithmic: boolean;
  /** Draws a marker on every point instead of on some. */
  readonly sparse: boolean;
  /** All of the horizontal axis, and the part of it that is shown if not all is. */
  readonly ends: Range;
  readonly range?: Range;
  readonly marks?: readonly Mark[];
}

type LineChart = Chart<'line', ScatterDataPoint[]>;
type LineDataset = ChartDataset<'line', ScatterDataPoint[]> & Drawn;
/** What drawing needs to know of the place it draws on. */
export interface DrawnChart {
  redraw(picture: Picture, theme: Theme): void;
  /** Pixels from the left of the canvas at a value of x, and from its top at a value of y. */
  at(x: number, y: number): { readonly x: number; readonly y: number };
  /** The value of x at pixels from the left of the canvas. */
  xAt(pixels: number): number;
  /** The part of the canvas inside the axes, in pixels. */
  area(): { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  /** What is drawn, for an export. */
  readonly chart: LineChart;
}

/** A strip of this many pixels gets two points at most. */
const strip = 2;
/** Pixels from tick to tick at the least, across and up. */
const apart = { x: 84, y: 36 } as const;

/** Indices of the points that get a marker: all of few, else about eight of a line, the last included; offset by series so that markers do not cover each other. */
export function marked(indices: readonly number[], sparse: boolean, series: number, of: number): number[] {
  if (indices.length <= (sparse ? 48 : 24)) return [...indices];
  if (of === 1) return [];
  const every = Math.max(1, Math.round(indices.length / 8));
  return indices.filter((_, i) => (i + series * 2) % every === every - 1 || i === indices.length - 1);
}

function datasetsOf(picture: Picture, theme: Theme, pixels: number): LineDataset[] {
  const strips = Math.max(40, Math.floor(pixels / strip));
  const common = { parsing: false as const, normalized: true, spanGaps: true, pointRadius: 0, pointHitRadius: 0 };
  return picture.lines.flatMap((line, index): LineDataset[] => {
    const colour = theme.series[line.style.colour];
    const points = (ys: Float64Array, at: readonly number[]): ScatterDataPoint[] => at.map((i) => ({ x: line.x[i], y: ys[i] }));
    const kept = decimate(line.x, line.y, strips, picture.range);
    const { low, high } = line;
    const ends = low && high && kept.map((i) => ({ x: line.x[i], low: low[i], high: high[i] })).filter((end) => Number.isFinite(end.low) && Number.isFinite(end.high));
    const main: LineDataset = {
      ...common, label: line.label, data: points(line.y, kept), borderColor: colour, borderWidth: 2, borderDash: [...line.style.dash],
      ends, marker: line.style.marker, marked: points(line.y, marked(kept, picture.sparse, index, picture.lines.length)),
    };
    if (!line.raw) return [main];
    return [main, { ...common, label: '', data: points(line.raw, decimate(line.x, line.raw, strips, picture.range)), borderColor: faint(colour, 0.28), borderWidth: 1 }];
  });
}

/**
 * Draws the picture and gives the chart, whose `redraw` takes another picture or theme. The canvas needs a sized parent; with a `scale`,
 * pixels of the canvas for one of the page, it needs none and keeps the size that it has.
 */
export function drawChart(canvas: HTMLCanvasElement, first: Picture, theme: Theme, scale?: number): DrawnChart {
  const now: Now = { picture: first, theme };
  let options = keyOf(first, theme);
  const chart: LineChart = new Chart<'line', ScatterDataPoint[]>(canvas, { type: 'line', data: { datasets: datasetsOf(first, theme, canvas.parentElement?.clientWidth ?? canvas.width) }, options: scale === undefined ? optionsOf(now) : { ...optionsOf(now), responsive: false, devicePixelRatio: scale }, plugins: [bandsPlugin, pointsPlugin, marksPlugin(() => ({ marks: now.picture.marks ?? [], theme: now.theme }))] });
  return {
    redraw(picture, with_) {
      Object.assign(now, { picture, theme: with_ });
      // The width as last laid out: asking the page for it would lay it out anew.
      chart.data.datasets = datasetsOf(picture, with_, chart.width);
      const key = keyOf(picture, with_);
      if (key !== options) chart.options = optionsOf(now);
      options = key;
      chart.update('none');
    },
    // What has no place on a logarithmic axis, as the lower end of a band, stands at its end.
    at: (x, y) => ({ x: chart.scales.x.getPixelForValue(x), y: chart.scales.y.getPixelForValue(now.picture.logarithmic ? Math.max(y, chart.scales.y.min) : y) }),
    xAt: (pixels) => chart.scales.x.getValueForPixel(pixels) ?? NaN,
    area: () => chart.chartArea,
    chart,
  };
}

/** What is drawn now, for what Chart.js calls while it draws, and the axes as last laid out. */
interface Now {
  picture: Picture;
  theme: Theme;
  x?: Scale;
  y?: Scale;
}

/** Changes when the options do: resolving them anew costs more than drawing. */
const keyOf = (picture: Picture, theme: Theme): string => JSON.stringify([picture.format, picture.xTitle, picture.xFormat, picture.logarithmic, theme.text, theme.muted, theme.line, theme.font]);

function optionsOf(now: Now): LineChart['options'] {
  const { picture, theme } = now;
  const font = { family: theme.font, size: 11.5 };
  const most = (pixels: number, each: number): number => Math.min(10, Math.max(2, Math.floor(pixels / each)));
  return {
    // Pointers are handled beside the canvas: what is found there are the values, not the few points that are drawn.
    animation: false, responsive: true, maintainAspectRatio: false, normalized: true, parsing: false, events: [],
    layout: { padding: { right: 10, top: 4 } },
    scales: {
      x: {
        type: 'linear', bounds: 'data',
        afterDataLimits: (axis) => { ({ from: axis.min, to: axis.max } = now.picture.range ?? now.picture.ends); },
        afterBuildTicks: (axis) => {
          now.x = horizontal(now.picture.range ?? now.picture.ends, picture.xFormat, most(axis.chart.width, apart.x));
          axis.ticks = now.x.ticks.map((value) => ({ value }));
        },
        grid: { display: false }, border: { color: theme.line }, title: { display: true, text: picture.xTitle, color: theme.muted, font },
        // Marks stand between the axis and its ticks.
        ticks: { color: theme.muted, font, maxRotation: 0, padding: 9, callback: (value) => tickText(Number(value), now.x?.step ?? 0, picture.xFormat) },
      },
      y: {
        type: picture.logarithmic ? 'logarithmic' : 'linear', bounds: 'data',
        afterDataLimits: (axis) => {
          const [low, high] = extent(axis.chart.data.datasets as LineDataset[], now.picture.range, picture.logarithmic ? 0 : -Infinity);
          now.y = (picture.logarithmic ? logarithmic : vertical)(low, high, picture.format, most(axis.chart.height, apart.y));
          ({ from: axis.min, to: axis.max } = now.y);
        },
        afterBuildTicks: (axis) => { axis.ticks = (now.y?.ticks ?? []).map((value) => ({ value })); },
        grid: { color: faint(theme.muted, 0.24), lineWidth: 0.75 }, border: { display: false },
        ticks: { color: theme.muted, font, padding: 6, autoSkip: false, callback: (value) => tickText(Number(value), now.y?.step ?? 0, picture.format) },
      },
    },
  };
}

/** Lowest and highest value above `floor` in sight, ends of intervals included; of a part without a point, those beside it. Infinity and its opposite for nothing at all. */
function extent(datasets: readonly LineDataset[], range: Range | undefined, floor: number): readonly [low: number, high: number] {
  const among = (inside: (x: number) => boolean): readonly [number, number] => {
    let [low, high] = [Infinity, -Infinity];
    const take = (value: number): void => {
      if (value < low && value > floor) low = value;
      if (value > high) high = value;
    };
    for (const { data, ends } of datasets) {
      for (const point of data) if (inside(Number(point.x))) take(Number(point.y));
      for (const end of ends ?? []) if (inside(end.x)) { take(end.low); take(end.high); }
    }
    return [low, high];
  };
  const seen = range ? among((x) => x >= range.from && x <= range.to) : among(() => true);
  return seen[0] <= seen[1] ? seen : among(() => true);
}
