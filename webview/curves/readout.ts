/** What stands under the pointer or the keys' cursor: a line across the chart, a dot on each curve, and a box with the values. */
import { el, fill, svg } from '../shared/dom.ts';
import { formatted } from '../shared/format.ts';
import type { DrawnChart, Picture } from './chart.ts';
import { nearest } from './decimate.ts';
import type { Values } from './lines.ts';
import { say } from './strings.ts';
import { swatch } from './style.ts';

/** A point of a picture: which line, and which of its points. */
export interface Spot {
  readonly line: number;
  readonly point: number;
}

/** Lines named in the box; more would cover the chart. */
const mostNamed = 12;
/** Curves without a point this near, in pixels, are not in the box. */
const near = 14;

/** The point nearest to a place in pixels: on each line the nearest by x, and of those the nearest of all. */
export function spotAt({ lines }: Picture, chart: DrawnChart, x: number, y: number): Spot | undefined {
  let best: Spot | undefined;
  let least = Infinity;
  lines.forEach((line, index) => {
    const point = nearest(line.x, chart.xAt(x));
    if (point < 0) return;
    const at = chart.at(line.x[point], line.y[point]);
    const distance = Math.hypot((at.x - x) * 2, at.y - y);
    if (distance < least) [best, least] = [{ line: index, point }, distance];
  });
  return best;
}

/** A value with its interval, as text. */
export function valueText(line: Values, point: number, picture: Picture): string {
  const [low, high] = [line.low?.[point] ?? NaN, line.high?.[point] ?? NaN];
  const range = Number.isFinite(low) && Number.isFinite(high) ? ` (${say('to', formatted(low, picture.format), formatted(high, picture.format))})` : '';
  return formatted(line.y[point], picture.format) + range;
}

/** The value at a spot as drawn, with the one that was recorded where smoothing moved it. */
function spotValue(picture: Picture, { line, point }: Spot): string {
  const recorded = formatted(picture.lines[line].recorded().y[point], picture.format);
  const drawn = valueText(picture.lines[line], point, picture);
  return recorded === formatted(picture.lines[line].y[point], picture.format) ? drawn : say('smoothed', drawn, recorded);
}

/** What else is known of a spot: its interval, and the value that was recorded where smoothing moved it. */
function spotDetails(picture: Picture, { line, point }: Spot): string[] {
  const { y, low, high, recorded } = picture.lines[line];
  const as = (value: number | undefined): string => (value === undefined || !Number.isFinite(value) ? '' : formatted(value, picture.format));
  const [from, to, before] = [as(low?.[point]), as(high?.[point]), as(recorded().y[point])];
  return [...(from !== '' && to !== '' ? [say('to', from, to)] : []), ...(before !== as(y[point]) ? [say('recorded', before)] : [])];
}

/** A label that is cut in its middle where there is no room: names of runs mostly differ at their ends. */
function cutLabel(text: string): HTMLElement {
  const marks = [...text];
  const tail = marks.length > 12 ? 5 : 0;
  return el('span', { class: 'label', dir: 'auto' }, el('span', { class: 'head' }, marks.slice(0, marks.length - tail).join('')), tail > 0 && el('span', {}, marks.slice(-tail).join('')));
}

/** A spot as a sentence, for screen readers. */
export const spotText = (picture: Picture, spot: Spot): string =>
  `${picture.xTitle} ${formatted(picture.lines[spot.line].x[spot.point], picture.xFormat)}, ${picture.lines[spot.line].label}: ${spotValue(picture, spot)}`;

export interface Readout {
  readonly elements: readonly Element[];
  /** Shows a spot; nothing if it is undefined. */
  show(picture: Picture, chart: DrawnChart, spot: Spot | undefined, hint: string): void;
  /** Shades a part of the chart, in pixels; none if undefined. */
  shade(chart: DrawnChart, part?: readonly [from: number, to: number]): void;
}

/** Elements to lay over a plot; they let the pointer through. */
export function readout(): Readout {
  const overlay = svg('svg', { class: 'overlay', 'aria-hidden': 'true' });
  const box = el('div', { class: 'readout', hidden: true, 'aria-hidden': 'true' });
  const shading = svg('rect', { class: 'shading', visibility: 'hidden' });
  const cursor = svg('g', {});
  overlay.append(shading, cursor);
  return {
    elements: [overlay, box],
    show(picture, chart, spot, hint) {
      fill(cursor);
      box.hidden = spot === undefined || picture.lines[spot.line]?.x[spot.point] === undefined;
      if (box.hidden || spot === undefined) return;
      const x = picture.lines[spot.line].x[spot.point];
      const area = chart.area();
      const centre = chart.at(x, 0).x;
      const beside = picture.lines.map((line, index) => ({ line, index, point: index === spot.line ? spot.point : nearest(line.x, x) }))
        .filter(({ line, point }) => point >= 0 && Math.abs(chart.at(line.x[point], 0).x - centre) < near);
      cursor.append(svg('line', { x1: centre, x2: centre, y1: area.top, y2: area.bottom }));
      for (const { line, index, point } of beside) {
        const at = chart.at(line.x[point], line.y[point]);
        cursor.append(svg('circle', { cx: at.x, cy: at.y, r: index === spot.line ? 5 : 3, class: `series-${line.style.colour}` }));
      }
      // Beside the cursor, on the side with more room, and never out of the chart.
      const { width, height } = chart.chart;
      const left = centre > width / 2;
      box.style.left = left ? 'auto' : `${centre + 12}px`;
      box.style.right = left ? `${width - centre + 12}px` : 'auto';
      box.style.maxWidth = `min(24rem, ${(left ? centre : width - centre) - 12}px)`;
      box.style.top = `${area.top}px`;
      // The line that is pointed at is always named, others as far as there is room.
      const write = (most: number): void => {
        const named = beside.filter(({ index }, i) => index === spot.line || i < most);
        fill(box,
          el('p', { class: 'where' }, `${picture.xTitle} ${formatted(x, picture.xFormat)}`),
          ...named.flatMap(({ line, index, point }) => [
            el('p', { class: index === spot.line ? 'chosen' : '' }, swatch(line.style), cutLabel(line.label), el('span', { class: 'number' }, formatted(line.y[point], picture.format))),
            ...(index === spot.line ? spotDetails(picture, spot).map((detail) => el('p', { class: 'muted number' }, detail)) : []),
          ]),
          beside.length > named.length && el('p', { class: 'muted' }, `+ ${beside.length - named.length}`),
          hint !== '' && el('p', { class: 'muted small' }, hint));
      };
      let most = Math.min(mostNamed, beside.length);
      write(most);
      while (most > 0 && area.top + box.offsetHeight > height) {
        // At least one less, and with many as many as are too many.
        most -= Math.max(1, Math.floor((area.top + box.offsetHeight - height) / Math.max(1, box.firstElementChild?.clientHeight ?? 1)));
        write(Math.max(0, most));
      }
    },
    shade(chart, part) {
      shading.setAttribute('visibility', part ? 'visible' : 'hidden');
      if (!part) return;
      const { top, bottom } = chart.area();
      shading.setAttribute('x', String(Math.min(...part)));
      shading.setAttribute('width', String(Math.abs(part[1] - part[0])));
      shading.setAttribute('y', String(top));
      shading.setAttribute('height', String(bottom - top));
    },
  };
}
