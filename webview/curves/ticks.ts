/** What ticks say: as many digits as tell them apart, and no more room than a number needs. */
import type { Format } from '../report/model.ts';

const minus = '\u2212';

const formats = new Map<string, Intl.NumberFormat>();
/** Formats are kept: to make one takes longer than to draw a line. */
function formatOf(notation: 'standard' | 'compact', minimumFractionDigits: number, maximumFractionDigits: number): Intl.NumberFormat {
  const key = `${notation} ${minimumFractionDigits} ${maximumFractionDigits}`;
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.NumberFormat('en', { notation, minimumFractionDigits, maximumFractionDigits })));
  return format;
}

/** Digits after the point that a step of this size needs. */
const digitsOf = (step: number): number => Math.max(0, -Math.floor(Math.log10(step) + 1e-9));

/** A time on the axis: `45 s`, `2 min`, `1 h 30 min`; parts that are 0 are left out. */
function timeText(seconds: number, step: number): string {
  const exact = Number(Math.abs(seconds).toPrecision(12));
  const sign = seconds < 0 ? '-' : '';
  if (exact < 60) return `${sign}${numberText(exact, step)} s`;
  const [h, min, s] = [Math.floor(exact / 3600), Math.floor((exact % 3600) / 60), Number((exact % 60).toPrecision(12))];
  return sign + [h > 0 && `${h} h`, min > 0 && `${min} min`, s > 0 && `${numberText(s, step)} s`].filter((part) => part !== false).join(' ');
}

function numberText(value: number, step: number): string {
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size >= 100_000) {
    const unit = size >= 1e9 ? 1e9 : size >= 1e6 ? 1e6 : 1e3;
    return formatOf('compact', 0, step > 0 ? digitsOf(step / unit) : 2).format(value);
  }
  // On a logarithmic axis each tick is a step of its own size.
  const smallest = step > 0 ? step : 10 ** Math.floor(Math.log10(size) + 1e-9);
  if (smallest < 1e-4) return value.toExponential(Math.max(0, Math.floor(Math.log10(size) + 1e-9) - Math.floor(Math.log10(smallest) + 1e-9))).replace('e-', `e${minus}`);
  const digits = digitsOf(smallest);
  return formatOf('standard', step > 0 ? digits : 0, digits).format(value);
}

/** The text of a tick; `step` is how far ticks are apart, 0 on a logarithmic axis. */
export function tickText(value: number, step: number, format: Format): string {
  const text = ((): string => {
    switch (format) {
      case 'percent': return `${numberText(Number((value * 100).toPrecision(12)), step * 100)}\u2009%`;
      case 'seconds': return timeText(value, step);
      case 'number': return numberText(value, step);
    }
  })();
  return text.replace(/^-/, minus);
}
