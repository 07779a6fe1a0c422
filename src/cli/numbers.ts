/** Numbers as a terminal shows them: like the report's, in characters that every terminal font has. */
import { formatted, inPoints, plain, points } from '../../webview/shared/format.ts';

/** Thin spaces, word joiners and typographic signs of the report, as plain characters. */
export const terminalText = (text: string): string => text.replace(/[\u2009\u00a0]/g, ' ').replace(/\u2060/g, '').replace(/[\u2212\u2013]/g, '-').replace(/\u2019/g, "'");

/** A share as `45.0 %`. */
export const percent = (share: number): string => terminalText(formatted(share, 'percent'));

/** The ends of an interval of shares, in percent: `[35.6, 54.8]`. */
export const interval = (low: number, high: number): string => terminalText(`[${inPoints(low)}, ${inPoints(high)}]`);

/** A difference of shares in points, with its interval: `+6.3 points [2.1, 10.4]`. */
export const pointsAndInterval = (difference: number, low: number, high: number): string => `${terminalText(points(difference))} ${interval(low, high)}`;

/** `21,300 tokens/s` */
export const perSecond = (tokens: number): string => `${plain(Math.round(tokens))} tokens/s`;

/** A plain number, as the report writes it. */
export const number = (value: number): string => terminalText(plain(value));
