import type { Estimate, Format } from '../report/model.ts';

const minus = '\u2212';
const thin = '\u2009';

/** Digits that suit the size of a number: `0.0123`, `1.25`, `340`, `12,300`. */
export function plain(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const digits = size === 0 || Number.isInteger(value) ? 0 : size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : size >= 0.001 ? 3 : -1;
  const text = digits < 0 ? size.toExponential(1) : size.toLocaleString('en', { minimumFractionDigits: 0, maximumFractionDigits: digits });
  return value < 0 ? minus + text : text;
}

/** Seconds as a person says them: `4.2 s`, `2 min 41 s`, `3 h 05 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${plain(Math.round(seconds * 10) / 10)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

/** A value in its format. */
export function formatted(value: number, format: Format): string {
  switch (format) {
    case 'percent': return `${(value * 100).toFixed(1).replace('-', minus)}${thin}%`;
    case 'seconds': return duration(value);
    case 'number': return plain(value);
  }
}

/** A number that always shows its sign: `+0.5`, `−0.25`, `0`. */
export const signed = (value: number): string => (value > 0 ? '+' : '') + plain(Math.round(value * 1000) / 1000);

/** The interval of an estimate, `44.0–52.4`, or nothing where none was recorded. */
export function interval(estimate: Estimate, format: Format): string {
  if (estimate.low === undefined || estimate.high === undefined) return '';
  const one = (value: number): string => (format === 'percent' ? (value * 100).toFixed(1) : plain(value));
  return `${one(estimate.low)}\u2013${one(estimate.high)}`;
}

/** A share or a difference of shares, times a hundred: `6.3`, `\u22121.6`. */
export const inPoints = (share: number): string => (share * 100).toFixed(1).replace(/^-0\.0$/, '0.0').replace('-', minus);

/** A difference of shares in points: `+6.3 points`. */
export const points = (difference: number): string => `${inPoints(difference) === '0.0' || difference < 0 ? '' : '+'}${inPoints(difference)} points`;

/** The interval of a difference of shares, `2.1 to 10.4`, or nothing where none was recorded. */
export const pointsInterval = ({ low, high }: Estimate): string => (low === undefined || high === undefined ? '' : `${inPoints(low)} to ${inPoints(high)}`);

/** `1 step`, `3 steps`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${plain(n)} ${n === 1 ? one : many}`;

/** `rollout/passRate`, `succCalling`, `held-out_names` as words: `pass rate`, `succ calling`, `held-out names`. */
export function words(name: string): string {
  return name.replace(/_/g, ' ').replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/\b[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase());
}

/** A reward part or a credit as papers write it: `SuccCalling`, `IsSolved`, `KL`, `Advantage`. */
export const partName = (name: string): string => (name === 'kl' ? 'KL' : name === 'step' ? 'Combined' : capital(name));

/** The first letter in upper case. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A range of numbers, both ends included; a missing end is open. */
export interface Range {
  readonly low?: number;
  readonly high?: number;
}

const number = String.raw`[-+]?(?:\d+(?:\.\d*)?|\.\d+)`;
const oneNumber = new RegExp(`^\\s*(${number})\\s*$`);
const twoNumbers = new RegExp(`^\\s*(${number})?\\s*\\.\\.\\s*(${number})?\\s*$`);

/** Reads `0.5..2`, `..1`, `3..` or one number; undefined for anything else. */
export function parseRange(text: string): Range | undefined {
  const one = oneNumber.exec(text);
  if (one) return { low: Number(one[1]), high: Number(one[1]) };
  const [, low, high] = twoNumbers.exec(text) ?? [];
  if (low === undefined && high === undefined) return undefined;
  const range = { ...(low === undefined ? {} : { low: Number(low) }), ...(high === undefined ? {} : { high: Number(high) }) };
  return low !== undefined && high !== undefined && Number(low) > Number(high) ? undefined : range;
}

/** A range as it is written, `0.5..2`; one number where both ends are the same. */
export const rangeText = ({ low, high }: Range): string => (low !== undefined && low === high ? String(low) : `${low ?? ''}..${high ?? ''}`);

/** Whether a value lies in a range. */
export const isWithin = (value: number, { low = -Infinity, high = Infinity }: Range): boolean => value >= low && value <= high;
