/** One chart on one canvas. Knows Chart.js and nothing of runs; registers only what a line chart uses. */
import type { ChartDataset, Plugin, ScatterDataPoint } from 'chart.js';
import { Chart, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, Tooltip } from 'chart.js';
import type { Format } from '../report/model.ts';
import { formatted } from '../shared/format.ts';
import type { Theme } from '../shared/theme.ts';
import type { SeriesStyle } from './style.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale, Tooltip);

export interface Line {
  readonly label: string;
  readonly style: SeriesStyle;
  readonly points: readonly ScatterDataPoint[];
  /** The values before smoothing, drawn faintly behind. */
  readonly raw?: readonly ScatterDataPoint[];
  /** Interval ends at each point; NaN where none was recorded. */
  readonly band?: readonly { readonly low: number; readonly high: number }[];
  readonly hidden: boolean;
}

export interface Picture {
  readonly lines: readonly Line[];
  readonly format: Format;
  readonly xTitle: string;
  readonly xFormat: Format;
  readonly logarithmic: boolean;
  /** Draws a marker on every point instead of on some. */
  readonly sparse: boolean;
}

type Band = { band?: Line['band'] };
type LineDataset = ChartDataset<'line', ScatterDataPoint[]> & Band;

/** `colour` at an opacity, for any CSS colour. */
const faint = (colour: string, opacity: number): string => `color-mix(in srgb, ${colour} ${opacity * 100}%, transparent)`;

/** Interval bands: a shaded strip between interval ends, with whiskers where points are few. */
const bands: Plugin<'line'> = {
  id: 'bands',
  beforeDatasetsDraw(chart) {
    const { ctx, chartArea } = chart;
    ctx.save();
    ctx.beginPath();
    ctx.rect(chartArea.left - 6, chartArea.top, chartArea.width + 12, chartArea.height);
    ctx.clip();
    chart.data.datasets.forEach((dataset, index) => {
      const band = (dataset as LineDataset).band;
      if (!band || !chart.isDatasetVisible(index)) return;
      const points = (dataset.data as ScatterDataPoint[]).map((point, i) => ({ x: chart.scales.x.getPixelForValue(Number(point.x)), ...band[i] }))
        .filter((point) => Number.isFinite(point.low) && Number.isFinite(point.high))
        .map(({ x, low, high }) => ({ x, low: chart.scales.y.getPixelForValue(low), high: chart.scales.y.getPixelForValue(high) }));
      ctx.fillStyle = faint(String(dataset.borderColor), chart.data.datasets.length > 2 ? 0.07 : 0.13);
      ctx.beginPath();
      for (const { x, high } of points) ctx.lineTo(x, high);
      for (const { x, low } of [...points].reverse()) ctx.lineTo(x, low);
      ctx.fill();
      ctx.strokeStyle = faint(String(dataset.borderColor), 0.55);
      ctx.lineWidth = 1;
      for (const { x, low, high } of points.length <= 24 ? points : []) {
        ctx.beginPath();
        ctx.moveTo(x, low); ctx.lineTo(x, high);
        ctx.moveTo(x - 3, low); ctx.lineTo(x + 3, low);
        ctx.moveTo(x - 3, high); ctx.lineTo(x + 3, high);
        ctx.stroke();
      }
    });
    ctx.restore();
  },
};

/**
 * Markers on about eight points of a dense line, the last included; offset by series so that they do not cover each other. A
 * line alone in its chart needs none, unless it is a single point.
 */
function markerRadius(count: number, sparse: boolean, series: number, of: number): number[] {
  if (of === 1 && count > 24) return [0];
  const every = Math.max(1, Math.round(count / 8));
  return Array.from({ length: count }, (_, i) => (sparse || count <= 24 || (i + series * 2) % every === every - 1 || i === count - 1 ? 3 : 0));
}

function datasetsOf(picture: Picture, theme: Theme): LineDataset[] {
  const common = { parsing: false as const, normalized: true, spanGaps: true };
  return picture.lines.flatMap((line, index): LineDataset[] => {
    const colour = theme.series[line.style.colour];
    const main: LineDataset = {
      ...common, label: line.label, data: [...line.points], hidden: line.hidden, band: line.band,
      borderColor: colour, backgroundColor: colour, borderWidth: 2, borderDash: [...line.style.dash],
      pointStyle: line.style.marker, pointRadius: markerRadius(line.points.length, picture.sparse, index, picture.lines.length), pointHoverRadius: 5, pointBorderWidth: 1.5,
    };
    if (!line.raw) return [main];
    return [main, { ...common, label: '', data: [...line.raw], hidden: line.hidden, borderColor: faint(colour, 0.28), borderWidth: 1, pointRadius: 0, pointHitRadius: 0 }];
  });
}

/** Draws the picture and gives the chart, whose `redraw` takes another picture or theme. The canvas needs a sized parent. */
export function drawChart(canvas: HTMLCanvasElement, first: Picture, theme: Theme): { redraw(picture: Picture, theme: Theme): void } {
  const configure = (picture: Picture, colours: Theme): void => {
    chart.data.datasets = datasetsOf(picture, colours);
    chart.options = optionsOf(picture, colours);
    chart.update('none');
  };
  const chart = new Chart<'line', ScatterDataPoint[]>(canvas, { type: 'line', data: { datasets: datasetsOf(first, theme) }, options: optionsOf(first, theme), plugins: [bands] });
  return { redraw: configure };
}

function optionsOf(picture: Picture, theme: Theme): Chart<'line', ScatterDataPoint[]>['options'] {
  const font = { family: theme.font, size: 11.5 };
  const ticks = (format: Format, most: number) => ({
    color: theme.muted, font, maxTicksLimit: most, maxRotation: 0, padding: 6,
    callback: (value: number | string) => formatted(Number(value), format).replace('.0\u2009%', '\u2009%'),
  });
  return {
    animation: false, responsive: true, maintainAspectRatio: false, normalized: true, parsing: false,
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    layout: { padding: { right: 6, top: 4 } },
    scales: {
      x: { type: 'linear', bounds: 'ticks', grid: { display: false }, border: { color: theme.line }, ticks: ticks(picture.xFormat, 6), title: { display: true, text: picture.xTitle, color: theme.muted, font } },
      y: {
        type: picture.logarithmic ? 'logarithmic' : 'linear', grace: picture.logarithmic ? 0 : '6%',
        grid: { color: theme.line, lineWidth: 0.75 }, border: { display: false }, ticks: ticks(picture.format, 6),
        suggestedMin: lowest(picture), suggestedMax: highest(picture),
      },
    },
    plugins: {
      tooltip: {
        backgroundColor: theme.card, titleColor: theme.text, bodyColor: theme.text, borderColor: theme.line, borderWidth: 1,
        padding: 10, boxPadding: 6, usePointStyle: true, titleFont: { ...font, weight: 600 }, bodyFont: font,
        filter: (item) => item.dataset.label !== '',
        callbacks: {
          title: (items) => (items.length ? `${picture.xTitle} ${formatted(Number(items[0].parsed.x), picture.xFormat)}` : ''),
          label: (item) => {
            const ends = (item.dataset as LineDataset).band?.[item.dataIndex];
            const range = ends && Number.isFinite(ends.low) ? `  (${formatted(ends.low, picture.format)} to ${formatted(ends.high, picture.format)})` : '';
            return `${item.dataset.label}: ${formatted(Number(item.parsed.y), picture.format)}${range}`;
          },
        },
      },
    },
  };
}

const ends = (picture: Picture, end: 'low' | 'high'): number[] =>
  picture.lines.flatMap((line) => (line.hidden ? [] : (line.band ?? []).map((band) => band[end]).filter(Number.isFinite)));
/** The scale must hold the bands too, which the chart library does not know of. */
const lowest = (picture: Picture): number | undefined => (picture.logarithmic || ends(picture, 'low').length === 0 ? undefined : Math.min(...ends(picture, 'low')));
const highest = (picture: Picture): number | undefined => (ends(picture, 'high').length === 0 ? undefined : Math.max(...ends(picture, 'high')));
