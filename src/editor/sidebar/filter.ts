/** Which trajectories the tree shows. */
import { isWithin, rangeText, type Range } from '../../../webview/shared/format.ts';
import type { Translate } from '../host.ts';
import type { TrajectoryRow } from '../../run/folder/trajectory-index.ts';
import { outcomeName } from './outcome-name.ts';

/** A missing field filters nothing. Rewards are sums over a trajectory's steps, both bounds included. */
export interface Filter {
  readonly solved?: boolean;
  readonly outcome?: string;
  readonly split?: string;
  /** A tool that was called. */
  readonly tool?: string;
  readonly reward?: Range;
}

export const isEmpty = (filter: Filter): boolean => Object.values(filter).every((value) => value === undefined);

/** Whether a trajectory passes every part of the filter. */
export function matches({ solved, outcome, split, tools, reward }: TrajectoryRow, filter: Filter): boolean {
  return (filter.solved === undefined || solved === filter.solved)
    && (filter.outcome === undefined || outcome === filter.outcome)
    && (filter.split === undefined || split === filter.split)
    && (filter.tool === undefined || tools.includes(filter.tool))
    && (filter.reward === undefined || isWithin(reward, filter.reward));
}

/** A filter in few words, for the head of the view: `not solved · split names · reward 0.5..`. */
export function describe(filter: Filter, t: Translate): string {
  return [
    filter.solved === undefined ? [] : [filter.solved ? t('solved') : t('not solved')],
    filter.outcome === undefined ? [] : [outcomeName(t, filter.outcome)],
    filter.split === undefined ? [] : [t('split {0}', filter.split)],
    filter.tool === undefined ? [] : [t('tool {0}', filter.tool)],
    filter.reward === undefined ? [] : [t('reward {0}', rangeText(filter.reward))],
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
