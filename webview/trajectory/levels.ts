/** Numbers of tokens as a few levels that can be told apart, on a scale that one outlier does not flatten. */
import type { TokenChannel } from './protocol.ts';

export const mostLevel = 6;

/** A channel's scale: `most` fills the last level, and what is beyond it too. `signed` has levels on both sides of 0. */
export interface Scale {
  readonly signed: boolean;
  readonly most: number;
}

const isSigned: Readonly<Record<TokenChannel, boolean>> = { logProb: false, logRatio: true, advantage: true, value: true, entropy: false };

/** The scale of some values: its end is the size that 98 in 100 of them stay within. */
export function scaleOf(channel: TokenChannel, values: readonly (number | null)[]): Scale {
  const sizes = values.filter((value) => value !== null).map(Math.abs).sort((a, b) => a - b);
  const most = sizes.length === 0 ? 0 : sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * 0.98))] || sizes[sizes.length - 1];
  return { signed: isSigned[channel], most };
}

/** The level of a value: 0 to 6, negative for negative values of a signed scale; undefined where there is no value. */
export function levelOf(value: number | null | undefined, { signed, most }: Scale): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (most === 0 || value === 0) return 0;
  const level = Math.min(mostLevel, Math.ceil((Math.abs(value) / most) * mostLevel - 1e-9));
  return signed && value < 0 ? -level : level;
}
