/**
 * Where the axes of a chart end and where their ticks stand. Chart.js would end an axis at its own ticks: a single point got
 * axes from -1 to 1, a share went below 0 %, and what is constant but for rounding was drawn as a saw.
 */
import type { Axis, Format } from '../report/model.ts';
import type { Range } from './decimate.ts';

/** Ends of an axis, `from` below `to`, with the places of its ticks, rising, and how far they are apart. */
export interface Scale extends Range {
  readonly ticks: readonly number[];
  /** 0 where the distance is not the same everywhere: on a logarithmic axis. */
  readonly step: number;
}

/** Seconds that clocks count in. */
const clock = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
/** Values nearer to each other than this share of their size are one value: the rest is rounding. */
const same = 1e-9;

/** The smallest 1, 2 or 5 times a power of ten of which at most `most` fit into `span`; never below `least`. */
function roundStep(span: number, most: number, least = 0): number {
  const rough = Math.max(span / most, least, Number.MIN_VALUE);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((each) => each * power >= rough * (1 - same)) ?? 10);
}

const clockStep = (span: number, most: number): number => (span <= most ? roundStep(span, most) : clock.find((each) => each * most >= span) ?? 86_400 * roundStep(span / 86_400, most, 1));

/** Multiples of `step` from the first to the last that lies within; each is as near to its decimal as can be. */
function multiples({ from, to }: Range, step: number): number[] {
  const [first, last] = [Math.ceil(from / step - same), Math.floor(to / step + same)];
  // A step below 1 is one over a whole number: dividing by that gives 0.3 where multiplying gives 0.30000000000000004.
  const parts = step < 1 ? Math.round(1 / step) : 0;
  return Array.from({ length: Math.max(0, Math.min(1000, last - first + 1)) }, (_, i) => (parts > 0 && Math.abs(parts * step - 1) < same ? (first + i) / parts : (first + i) * step));
}

/** The horizontal axis over `range`, exactly; `most` ticks at most, or one more. Counters have whole ticks, seconds those of a clock. */
export function horizontal(range: Range, format: Format, most: number): Scale {
  const span = range.to - range.from;
  const step = format === 'seconds' ? clockStep(span, most) : roundStep(span, most, 1);
  return { ...range, step, ticks: multiples(range, step) };
}

/** Ends of the horizontal axis for values from `low` to `high`: those, or some room around a value that is alone. Never below 0, as counters are not. */
export function endsAround(low: number, high: number, axis: Axis): Range {
  if (!(low <= high)) return { from: 0, to: 1 };
  if (high > low) return { from: low, to: high };
  const room = axis === 'iteration' || low <= 0 ? 1 : low / 2;
  return { from: low >= 0 ? Math.max(0, low - room) : low - room, to: low + room };
}

/** A part of the axis as it can be shown: within the ends, not so small that no tick is in it; undefined for all of it. */
export function partOf(ends: Range, { from, to }: Range): Range | undefined {
  const span = Math.max(to - from, Math.min(2, ends.to - ends.from));
  if (span >= ends.to - ends.from) return undefined;
  const first = Math.min(Math.max((from + to - span) / 2, ends.from), ends.to - span);
  return { from: first, to: first + span };
}

/** Whether values differ by no more than rounding leaves. */
const isFlat = (low: number, high: number): boolean => high - low <= Math.max(Math.abs(low), Math.abs(high)) * 1e-6;

/** The vertical axis for values from `low` to `high`, with some room, ending at ticks. It goes below 0 or above 100 % only where a value does. */
export function vertical(low: number, high: number, format: Format, most: number): Scale {
  if (!(low <= high)) [low, high] = [0, 1];
  const size = Math.max(Math.abs(low), Math.abs(high));
  const room = !isFlat(low, high) ? (high - low) * 0.06 : format === 'percent' ? 0.05 : size > 0 ? size * 0.1 : 0.5;
  let [from, to] = [low - room, high + room];
  if (low >= 0) from = Math.max(0, from);
  if (high <= 0 && low < 0) to = Math.min(0, to);
  if (format === 'percent' && high <= 1) to = Math.min(1, to);
  const step = format === 'seconds' ? clockStep(to - from, most) : roundStep(to - from, most);
  const ends = { from: Math.floor(from / step + same) * step, to: Math.ceil(to / step - same) * step };
  const ticks = multiples(ends, step);
  return { from: ticks[0], to: ticks[ticks.length - 1], step, ticks };
}

/** A logarithmic vertical axis for values above 0: powers of ten, with 2 and 5 times them where there are few; within one power as on a linear axis. */
export function logarithmic(low: number, high: number, format: Format, most: number): Scale {
  if (!(low > 0 && low <= high)) [low, high] = [0.1, 1];
  const decades = Math.log10(high / low);
  if (decades < 0.7) {
    const room = isFlat(low, high) ? 1.1 : 10 ** (decades * 0.06);
    const [from, to] = [low / room, format === 'percent' && high <= 1 ? Math.min(1, high * room) : high * room];
    const { ticks, step } = vertical(from, to, format, most);
    return { from, to, step, ticks: ticks.filter((tick) => tick >= from && tick <= to) };
  }
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const every = Math.ceil((last - first) / most);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => first + i).flatMap((power) =>
    every > 1 ? ((power - first) % every === 0 ? [1] : []).map((each) => each * 10 ** power) : (decades * 3 <= most ? [1, 2, 5] : [1]).map((each) => (power < 0 ? each / 10 ** -power : each * 10 ** power)));
  const [from, to] = [low / 10 ** (decades * 0.04), high * 10 ** (decades * 0.04)];
  return { from, to: format === 'percent' && high <= 1 ? Math.min(1, to) : to, step: 0, ticks: ticks.filter((tick) => tick >= from && tick <= to) };
}
