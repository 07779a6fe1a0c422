/**
 * What a page asks and what it is told, the same for every page and every source. Requests carry an id, answers repeat it;
 * lists are asked for in windows, so that a page never holds a whole file.
 */
import type { Curves, Overview, SampledTrajectory } from '../report/model.ts';
import type { Filter, Facets, TrajectoryHead } from '../trajectory/filter.ts';

/** Each kind of request with what it needs and what comes back. */
export interface Questions {
  overview: { readonly ask: Record<never, never>; readonly answer: Overview };
  curves: { readonly ask: Record<never, never>; readonly answer: Curves };
  trajectories: { readonly ask: { readonly filter: Filter; readonly from: number; readonly count: number }; readonly answer: TrajectoryWindow };
  trajectory: { readonly ask: { readonly id: string }; readonly answer: SampledTrajectory };
}
export type Kind = keyof Questions;
export type Request = { [K in Kind]: { readonly kind: K } & Questions[K]['ask'] }[Kind];
export type RequestOf<K extends Kind> = Extract<Request, { kind: K }>;
export type AnswerOf<K extends Kind> = Questions[K]['answer'];

/** Rows `from` to `from + heads.length` of the `total` that pass the filter; `facets` are over all, so that filters can be offered. */
export interface TrajectoryWindow {
  readonly from: number;
  readonly total: number;
  readonly all: number;
  readonly heads: readonly TrajectoryHead[];
  readonly facets: Facets;
}

/** From the page to whoever has the data. `ready` starts everything. */
export type PageMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'request'; readonly id: number; readonly request: Request };

/** From whoever has the data to the page. `changed` says that an answer given before may be out of date. */
export type HostMessage =
  | { readonly type: 'answer'; readonly id: number; readonly answer: AnswerOf<Kind> }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }
  | { readonly type: 'changed'; readonly kinds: readonly Kind[] };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Whether something posted to a page is one of ours; other scripts post to the same window. */
export function isHostMessage(value: unknown): value is HostMessage {
  if (!isObject(value)) return false;
  switch (value.type) {
    case 'answer': return typeof value.id === 'number' && 'answer' in value;
    case 'failed': return typeof value.id === 'number' && typeof value.message === 'string';
    case 'changed': return Array.isArray(value.kinds);
    default: return false;
  }
}
