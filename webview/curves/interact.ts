/** Pointer and keys on a plot: read values, mark a part to zoom into, go to the trajectories behind a point. */
import { on } from '../shared/dom.ts';
import type { DrawnChart, Picture } from './chart.ts';
import { lowerBound, within, type Range } from './decimate.ts';
import type { Readout, Spot } from './readout.ts';
import { spotAt, spotText } from './readout.ts';

export interface Reactions {
  /** The chart and what it shows, or undefined before it is drawn. */
  readonly now: () => { readonly chart: DrawnChart; readonly picture: Picture } | undefined;
  readonly zoom: (range: Range | undefined) => void;
  /** Undefined where there are no trajectories to go to. */
  readonly open?: (picture: Picture, spot: Spot, y: number) => void;
  /** Says something to those who do not see the chart. */
  readonly tell: (text: string) => void;
  readonly hint: string;
}

/** Pixels that the pointer moves before it marks a part rather than clicks. */
const dragStart = 5;
/** Pixels around the axes that still count as the chart: points at its ends are pointed at from outside, too. */
const margin = 8;

/** Half or twice the part that is shown, around a value. */
function scaled({ from, to }: Range, centre: number, factor: number): Range {
  return { from: centre - (centre - from) * factor, to: centre + (to - centre) * factor };
}

/** Makes a plot answer; gives what puts the cursor back in place after a redraw. */
export function interact(plot: HTMLElement, view: Readout, reactions: Reactions): { refresh(): void } {
  let spot: Spot | undefined;
  let start: number | undefined;
  /** What was last asked for, and on which picture: keys may come faster than pictures. */
  let asked: { readonly picture: Picture; readonly range: Range | undefined } | undefined;
  /** The part of the axis that is shown or about to be, if not all is. */
  const part = ({ picture }: { picture: Picture }): Range | undefined => (asked?.picture === picture ? asked.range : picture.range);
  const zoom = ({ picture }: { picture: Picture }, range: Range | undefined): void => {
    asked = { picture, range };
    reactions.zoom(range);
  };
  const show = (next: Spot | undefined): void => {
    const now = reactions.now();
    spot = next;
    if (now) view.show(now.picture, now.chart, spot, reactions.hint);
  };
  const place = (event: MouseEvent): readonly [x: number, y: number] => {
    const box = plot.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  /** The point that is meant by a place; none for places beside the axes, where labels are. */
  const meant = (now: { chart: DrawnChart; picture: Picture }, x: number, y: number): Spot | undefined => {
    const { left, right, top, bottom } = now.chart.area();
    return x >= left - margin && x <= right + margin && y >= top - margin && y <= bottom + margin ? spotAt(now.picture, now.chart, x, y) : undefined;
  };

  on(plot, 'pointerdown', (event) => {
    if (event.button !== 0) return;
    start = place(event)[0];
    plot.setPointerCapture(event.pointerId);
  });
  on(plot, 'pointermove', (event) => {
    const now = reactions.now();
    if (!now) return;
    const [x, y] = place(event);
    const marking = start !== undefined && Math.abs(x - start) > dragStart;
    view.shade(now.chart, marking && start !== undefined ? [start, x] : undefined);
    show(marking ? undefined : meant(now, x, y));
  });
  on(plot, 'pointerup', (event) => {
    const now = reactions.now();
    const from = start;
    start = undefined;
    if (!now || from === undefined) return;
    view.shade(now.chart);
    const [x, y] = place(event);
    if (Math.abs(x - from) > dragStart) {
      const { left, right } = now.chart.area();
      const ends = [from, x].map((pixels) => now.chart.xAt(Math.min(right, Math.max(left, pixels)))).sort((a, b) => a - b);
      if (ends[1] > ends[0]) zoom(now, { from: ends[0], to: ends[1] });
      return;
    }
    const found = meant(now, x, y);
    if (found) reactions.open?.(now.picture, found, y);
  });
  on(plot, 'pointercancel', () => {
    start = undefined;
    const now = reactions.now();
    if (now) view.shade(now.chart);
    show(undefined);
  });
  on(plot, 'pointerleave', () => { if (start === undefined) show(undefined); });
  on(plot, 'dblclick', () => {
    const now = reactions.now();
    if (now && reactions.open === undefined) zoom(now, undefined);
  });
  on(plot, 'blur', () => show(undefined));

  const walk = (now: { chart: DrawnChart; picture: Picture }, key: string): Spot | undefined => {
    const { lines, range } = now.picture;
    const line = spot && lines[spot.line] ? spot.line : 0;
    if (!lines[line]) return undefined;
    const { x } = lines[line];
    const [from, to] = within(x, range);
    const point = spot?.point ?? to;
    const page = Math.max(1, Math.round((to - from) / 20));
    const at = (next: number): Spot => ({ line, point: Math.min(x.length - 1, Math.max(0, next)) });
    switch (key) {
      case 'ArrowLeft': return at(point - 1);
      case 'ArrowRight': return at(spot ? point + 1 : from);
      case 'PageUp': return at(point - page);
      case 'PageDown': return at(point + page);
      case 'Home': return at(from);
      case 'End': return at(to - 1);
      case 'ArrowUp': case 'ArrowDown': {
        const other = (line + (key === 'ArrowUp' ? lines.length - 1 : 1)) % lines.length;
        return { line: other, point: Math.min(lines[other].x.length - 1, lowerBound(lines[other].x, x[Math.min(point, x.length - 1)])) };
      }
      default: return undefined;
    }
  };
  on(plot, 'keydown', (event) => {
    const now = reactions.now();
    if (!now || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = walk(now, event.key);
    const centre = spot ? now.picture.lines[spot.line]?.x[spot.point] : undefined;
    const range = part(now);
    const [from, to] = range ? [range.from, range.to] : [now.picture.ends.from, now.picture.ends.to];
    if (next) {
      const x = now.picture.lines[next.line].x[next.point];
      // A cursor that leaves the part that is shown takes it along.
      if (range && (x < from || x > to)) zoom(now, x < from ? { from: x, to: x + to - from } : { from: x - (to - from), to: x });
      show(next);
      reactions.tell(spotText(now.picture, next));
    } else if (event.key === 'Enter' && spot && reactions.open) {
      const { lines } = now.picture;
      reactions.open(now.picture, spot, now.chart.at(0, lines[spot.line].y[spot.point]).y);
    } else if (event.key === '+' || event.key === '=') zoom(now, scaled({ from, to }, centre ?? (from + to) / 2, 0.5));
    else if (event.key === '-' && range) zoom(now, scaled(range, centre ?? (from + to) / 2, 2));
    else if (event.key === '0') zoom(now, undefined);
    else if (event.key === 'Escape') show(undefined);
    else return;
    event.preventDefault();
  });
  return { refresh: () => { if (spot) show(spot); } };
}
