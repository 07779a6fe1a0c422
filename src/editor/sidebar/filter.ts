/** Which trajectories the tree shows. */
import type { TrajectoryRow } from '../../run/folder/trajectory-index.ts';

/** A missing field filters nothing. Rewards are sums over a trajectory's steps, both bounds included. */
export interface Filter {
  readonly solved?: boolean;
  readonly outcome?: string;
  readonly split?: string;
  /** A tool that was called. */
  readonly tool?: string;
  readonly reward?: { readonly low: number; readonly high: number };
}

export const isEmpty = (filter: Filter): boolean => Object.values(filter).every((value) => value === undefined);

/** Whether a trajectory passes every part of the filter. */
export function matches({ solved, outcome, split, tools, reward }: TrajectoryRow, filter: Filter): boolean {
  return (filter.solved === undefined || solved === filter.solved)
    && (filter.outcome === undefined || outcome === filter.outcome)
    && (filter.split === undefined || split === filter.split)
    && (filter.tool === undefined || tools.includes(filter.tool))
    && (filter.reward === undefined || (reward >= filter.reward.low && reward <= filter.reward.high));
}

/** Reads `0.5..2`, `..1`, `3..` or one number; undefined for anything else. */
export function parseRange(text: string): Filter['reward'] | undefined {
  const number = String.raw`[-+]?(?:\d+(?:\.\d*)?|\.\d+)`;
  const one = new RegExp(`^\\s*(${number})\\s*$`).exec(text);
  if (one) return { low: Number(one[1]), high: Number(one[1]) };
  const two = new RegExp(`^\\s*(${number})?\\s*\\.\\.\\s*(${number})?\\s*$`).exec(text);
  if (!two || (two[1] === undefined && two[2] === undefined)) return undefined;
  const range = { low: two[1] === undefined ? -Infinity : Number(two[1]), high: two[2] === undefined ? Infinity : Number(two[2]) };
  return range.low <= range.high ? range : undefined;
}

/** A filter in few words, for the head of the view: `not solved · split names · reward 0.5..`. */
export function describe(filter: Filter, t: (text: string, ...values: (string | number)[]) => string): string {
  const bound = (value: number): string => (Number.isFinite(value) ? String(value) : '');
  return [
    filter.solved === undefined ? [] : [filter.solved ? t('solved') : t('not solved')],
    filter.outcome === undefined ? [] : [filter.outcome],
    filter.split === undefined ? [] : [t('split {0}', filter.split)],
    filter.tool === undefined ? [] : [t('tool {0}', filter.tool)],
    filter.reward === undefined ? [] : [t('reward {0}..{1}', bound(filter.reward.low), bound(filter.reward.high))],
  ].flat().join(' · ');
}

export interface Facets { readonly outcome: readonly string[]; readonly split: readonly string[]; readonly tool: readonly string[] }

/** The values that occur among rows, sorted. */
export function facetsOf(rows: Iterable<TrajectoryRow>): Facets {
  const outcome = new Set<string>();
  const split = new Set<string>();
  const tool = new Set<string>();
  for (const row of rows) {
    outcome.add(row.outcome);
    split.add(row.split);
    for (const name of row.tools) tool.add(name);
  }
  return { outcome: [...outcome].sort(), split: [...split].sort(), tool: [...tool].sort() };
}
