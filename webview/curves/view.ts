/** What the reader chose: kept over reloads, parsed when it comes back. */
import type { Axis } from '../report/model.ts';
import type { Range } from './decimate.ts';
import type { Grouping } from './groups.ts';
import type { Band } from './mean.ts';
import { bands } from './mean.ts';
import { axes } from './protocol.ts';

export interface View {
  readonly axis: Axis;
  /** Weight of the moving average, 0 for none. */
  readonly smoothing: number;
  readonly logarithmic: boolean;
  readonly grouping: Grouping;
  readonly band: Band;
  readonly checkpoints: boolean;
  readonly evaluations: boolean;
  /** Part of the axis that is shown; all of it if undefined. */
  readonly range?: Range;
  /** Folders of runs that are not drawn. */
  readonly hidden: readonly string[];
  /** Ids of charts at the top, and of those drawn across the page. */
  readonly pinned: readonly string[];
  readonly larger: readonly string[];
  /** Series that are not drawn, by their keys. */
  readonly hiddenSeries: readonly string[];
  /** What charts are looked for by. */
  readonly find: string;
  /** Whether the table of differences is closed. */
  readonly folded: boolean;
  /** How far the page is scrolled, in pixels. */
  readonly scroll: number;
}

export const firstView: View = { axis: 'iteration', smoothing: 0.6, logarithmic: false, grouping: 'run', band: 'range', checkpoints: true, evaluations: false, hidden: [], pinned: [], larger: [], hiddenSeries: [], find: '', folded: false, scroll: 0 };

/** The view in a state that was kept; what is missing or wrong in it is as at first. */
export function parseView(state: unknown): View {
  const given: Readonly<Record<string, unknown>> = typeof state === 'object' && state !== null ? { ...state } : {};
  const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);
  const flag = (name: 'logarithmic' | 'checkpoints' | 'evaluations' | 'folded'): boolean => (typeof given[name] === 'boolean' ? given[name] : firstView[name]);
  const range = given['range'] as Partial<Range> | null | undefined;
  const { grouping, smoothing, find, scroll } = given;
  return {
    axis: axes.find((axis) => axis === given['axis']) ?? firstView.axis,
    smoothing: typeof smoothing === 'number' && smoothing >= 0 && smoothing < 1 ? smoothing : firstView.smoothing,
    logarithmic: flag('logarithmic'), checkpoints: flag('checkpoints'), evaluations: flag('evaluations'),
    grouping: grouping === 'seeds' ? grouping : typeof grouping === 'string' && grouping.startsWith('=') ? (grouping as Grouping) : 'run',
    band: bands.find((band) => band === given['band']) ?? firstView.band,
    range: typeof range?.from === 'number' && typeof range.to === 'number' && range.from < range.to ? { from: range.from, to: range.to } : undefined,
    hidden: texts(given['hidden']), pinned: texts(given['pinned']), larger: texts(given['larger']), hiddenSeries: texts(given['hiddenSeries']),
    find: typeof find === 'string' ? find : firstView.find, folded: flag('folded'), scroll: typeof scroll === 'number' && scroll >= 0 ? scroll : firstView.scroll,
  };
}
