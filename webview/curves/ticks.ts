/** What ticks say: as many digits as tell them apart, and no more room than a number needs. */
import type { Format } from '../report/model.ts';

const minus = '\u2212';

/** Digits after the point that a step of this size needs. */
const digitsOf = (step: number): number => Math.max(0, -Math.floor(Math.log10(step) + 1e-9));

/** A time on the axis: `45 s`, `2 min`, `1 h 30 min`; parts that are 0 are left out. */
function timeText(seconds: number, step: number): string {
  if (Math.abs(seconds) < 60) return `${numberText(seconds, step)} s`;
  const whole = Math.round(seconds);
  const [h, min, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return [h > 0 && `${h} h`, min > 0 && `${min} min`, s > 0 && `${s} s`].filter((part) => part !== false).join(' ');
}

function numberText(value: number, step: number): string {
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size >= 100_000) {
    const unit = size >= 1e9 ? 1e9 : size >= 1e6 ? 1e6 : 1e3;
    return value.toLocaleString('en', { notation: 'compact', maximumFractionDigits: step > 0 ? digitsOf(step / unit) : 2 });
  }
  // On a logarithmic axis each tick is a step of its own size.
  const smallest = step > 0 ? step : 10 ** Math.floor(Math.log10(size) + 1e-9);
  if (smallest < 1e-4) return value.toExponential(Math.max(0, Math.floor(Math.log10(size) + 1e-9) - Math.floor(Math.log10(smallest) + 1e-9))).replace('e-', `e${minus}`);
  const digits = digitsOf(smallest);
  return value.toLocaleString('en', { minimumFractionDigits: step > 0 ? digits : 0, maximumFractionDigits: digits });
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
