/** One chart on one canvas. Knows Chart.js and nothing of runs; registers only what a line chart uses. */
import type { ChartDataset, ScatterDataPoint } from 'chart.js';
import { Chart, LinearScale, LineController, LineElement, LogarithmicScale, PointElement } from 'chart.js';
import type { Format } from '../report/model.ts';
import { formatted } from '../shared/format.ts';
import type { Theme } from '../shared/theme.ts';
import { bandsPlugin, faint, marksPlugin, pointsPlugin, type Drawn, type Mark } from './chart-plugins.ts';
import { decimate, within, type Range } from './decimate.ts';
import type { Line } from './lines.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale);

export interface Picture {
  readonly lines: readonly Line[];
  readonly format: Format;
  readonly xTitle: string;
  readonly xFormat: Format;
  readonly logarithmic: boolean;
  /** Draws a marker on every point instead of on some. */
  readonly sparse: boolean;
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

/** Indices of about eight points of a dense line, the last included; offset by series so that markers do not cover each other. */
function marked(indices: readonly number[], sparse: boolean, series: number, of: number): number[] {
  if (sparse || indices.length <= 24) return [...indices];
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

/** Draws the picture and gives the chart, whose `redraw` takes another picture or theme. The canvas needs a sized parent. */
export function drawChart(canvas: HTMLCanvasElement, first: Picture, theme: Theme): DrawnChart {
  let [picture, colours, options] = [first, theme, keyOf(first, theme)];
  const chart: LineChart = new Chart<'line', ScatterDataPoint[]>(canvas, { type: 'line', data: { datasets: datasetsOf(first, theme, canvas.parentElement?.clientWidth ?? 400) }, options: optionsOf(first, theme), plugins: [bandsPlugin, pointsPlugin, marksPlugin(() => ({ marks: picture.marks ?? [], theme: colours }))] });
  return {
    redraw(next, with_) {
      [picture, colours] = [next, with_];
      // The width as last laid out: asking the page for it would lay it out anew.
      chart.data.datasets = datasetsOf(next, with_, chart.width);
      const key = keyOf(next, with_);
      if (key !== options) chart.options = optionsOf(next, with_);
      options = key;
      chart.update('none');
    },
    at: (x, y) => ({ x: chart.scales.x.getPixelForValue(x), y: chart.scales.y.getPixelForValue(y) }),
    xAt: (pixels) => chart.scales.x.getValueForPixel(pixels) ?? NaN,
    area: () => chart.chartArea,
    chart,
  };
}

/** Changes when the options do: resolving them anew costs more than drawing. */
const keyOf = (picture: Picture, theme: Theme): string => JSON.stringify([picture.format, picture.xTitle, picture.xFormat, picture.logarithmic, picture.range, extent(picture), theme.text, theme.muted, theme.line, theme.font]);

function optionsOf(picture: Picture, theme: Theme): LineChart['options'] {
  const font = { family: theme.font, size: 11.5 };
  const ticks = (format: Format, most: number) => ({
    color: theme.muted, font, maxTicksLimit: most, maxRotation: 0, padding: 6,
    callback: (value: number | string) => formatted(Number(value), format).replace('.0\u2009%', '\u2009%'),
  });
  const { low, high } = extent(picture);
  return {
    // Pointers are handled beside the canvas: what is found there are the values, not the few points that are drawn.
    animation: false, responsive: true, maintainAspectRatio: false, normalized: true, parsing: false, events: [],
    layout: { padding: { right: 6, top: 4 } },
    scales: {
      x: {
        type: 'linear', bounds: 'ticks', min: picture.range?.from, max: picture.range?.to,
        grid: { display: false }, border: { color: theme.line }, ticks: { ...ticks(picture.xFormat, 6), includeBounds: picture.range === undefined }, title: { display: true, text: picture.xTitle, color: theme.muted, font },
      },
      y: {
        type: picture.logarithmic ? 'logarithmic' : 'linear', grace: picture.logarithmic ? 0 : '6%',
        grid: { color: faint(theme.muted, 0.24), lineWidth: 0.75 }, border: { display: false }, ticks: ticks(picture.format, 6),
        suggestedMin: picture.logarithmic ? undefined : low, suggestedMax: high,
      },
    },
  };
}

/** Lowest and highest end of any interval in sight: the scale must hold the bands too, which the chart library does not know of. */
function extent(picture: Picture): { low?: number; high?: number } {
  let [low, high] = [Infinity, -Infinity];
  for (const line of picture.lines) {
    const [from, to] = within(line.x, picture.range);
    for (let i = from; line.low && line.high && i < to; i++) {
      if (line.low[i] < low) low = line.low[i];
      if (line.high[i] > high) high = line.high[i];
    }
  }
  return { low: low < Infinity ? low : undefined, high: high > -Infinity ? high : undefined };
}
