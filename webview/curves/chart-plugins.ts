/** What Chart.js does not draw by itself: interval bands, a few markers on a line, and marks along the axis. */
import type { Plugin, ScatterDataPoint } from 'chart.js';
import { drawPoint } from 'chart.js/helpers';
import type { Theme } from '../shared/theme.ts';
import type { Marker } from './style.ts';

/** What a dataset carries for the plugins. */
export interface Drawn {
  readonly ends?: readonly { readonly x: number; readonly low: number; readonly high: number }[];
  readonly marker?: Marker;
  readonly marked?: readonly ScatterDataPoint[];
}

/** Something that happened at a value of x. */
export interface Mark {
  readonly x: number;
  readonly kind: 'checkpoint' | 'evaluation';
  /** Index of a series colour. */
  readonly colour: number;
}

/** `colour` at an opacity, for any CSS colour. */
export const faint = (colour: string, opacity: number): string => `color-mix(in srgb, ${colour} ${opacity * 100}%, transparent)`;

/** Opacity of a band among that many lines: shades of many add up. */
export const strength = (lines: number): number => (lines <= 2 ? 0.14 : lines <= 4 ? 0.09 : 0.05);

/** A shaded strip between interval ends, with whiskers where points are few. */
export const bandsPlugin: Plugin<'line'> = {
  id: 'bands',
  beforeDatasetsDraw(chart) {
    const { ctx, chartArea } = chart;
    const { x: across, y: up } = chart.scales;
    // An end at or below 0 has no place on a logarithmic axis: the band leaves the picture there.
    const height = (value: number): number => up.getPixelForValue(up.type === 'logarithmic' ? Math.max(value, up.min) : value);
    ctx.save();
    ctx.beginPath();
    ctx.rect(chartArea.left - 6, chartArea.top, chartArea.width + 12, chartArea.height);
    ctx.clip();
    for (const dataset of chart.data.datasets) {
      const { ends } = dataset as Drawn;
      if (!ends || ends.length === 0) continue;
      const points = ends.map(({ x, low, high }) => ({ x: across.getPixelForValue(x), low: height(low), high: height(high) }));
      ctx.fillStyle = faint(String(dataset.borderColor), strength(chart.data.datasets.length));
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
    }
    ctx.restore();
  },
};

/** Markers on the points that a dataset names, so that lines are told apart without colour. */
export const pointsPlugin: Plugin<'line'> = {
  id: 'points',
  afterDatasetsDraw(chart) {
    const { ctx, chartArea } = chart;
    for (const dataset of chart.data.datasets) {
      const { marked, marker } = dataset as Drawn;
      ctx.fillStyle = ctx.strokeStyle = String(dataset.borderColor);
      for (const point of marked ?? []) {
        const x = chart.scales.x.getPixelForValue(Number(point.x));
        if (x < chartArea.left - 1 || x > chartArea.right + 1) continue;
        drawPoint(ctx, { pointStyle: marker ?? 'circle', radius: 3, rotation: 0, borderWidth: 1.5 }, x, chart.scales.y.getPixelForValue(Number(point.y)));
      }
    }
  },
};

/**
 * Marks along the axis: a triangle below it for a checkpoint, a stroke above it for an evaluation. Where several lines have one at the
 * same place it is in the text's colour. `now` gives those in force.
 */
export const marksPlugin = (now: () => { readonly marks: readonly Mark[]; readonly theme: Theme }): Plugin<'line'> => ({
  id: 'marks',
  afterDatasetsDraw(chart) {
    const { ctx, chartArea } = chart;
    const { theme } = now();
    for (const { x, kind, colour } of placesOf(now().marks, (x) => chart.scales.x.getPixelForValue(x))) {
      if (x < chartArea.left - 1 || x > chartArea.right + 1) continue;
      ctx.fillStyle = ctx.strokeStyle = colour === undefined ? theme.text : theme.series[colour];
      ctx.beginPath();
      if (kind === 'checkpoint') {
        ctx.moveTo(x, chartArea.bottom + 2); ctx.lineTo(x + 3.5, chartArea.bottom + 8); ctx.lineTo(x - 3.5, chartArea.bottom + 8);
        ctx.fill();
      } else {
        ctx.lineWidth = 1.5;
        ctx.moveTo(x, chartArea.bottom); ctx.lineTo(x, chartArea.bottom - 10);
        ctx.stroke();
      }
    }
  },
});

/** Marks nearer than this to the one before, in pixels, would be a bar and say nothing. */
const markWidth = 7;

/** Where marks are drawn, in pixels, and in which colour; undefined where they are of several. */
export function placesOf(marks: readonly Mark[], pixelOf: (x: number) => number): { readonly x: number; readonly kind: Mark['kind']; readonly colour: number | undefined }[] {
  return (['evaluation', 'checkpoint'] as const).flatMap((kind) => {
    const places: { x: number; kind: Mark['kind']; colour: number | undefined }[] = [];
    for (const mark of marks.filter((each) => each.kind === kind).sort((a, b) => a.x - b.x)) {
      const x = pixelOf(mark.x);
      const last = places.at(-1);
      if (!last || x - last.x >= markWidth) places.push({ x, kind, colour: mark.colour });
      else if (last.colour !== mark.colour && x - last.x < 1) last.colour = undefined;
    }
    return places;
  });
}
