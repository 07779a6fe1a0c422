/** What the sidebar's Trajectory view and the extension host tell each other. */
import type { Strings } from '../trajectory/strings.ts';

export interface BriefStep {
  readonly index: number;
  readonly action: string;
  /** The tool outcome's name. */
  readonly outcome: string;
  readonly reward: number;
}

/** A trajectory in brief: texts are cut by the host, so that nothing large crosses. */
export interface Brief {
  readonly taskId: string;
  readonly query: string;
  readonly outcome: string;
  readonly solved: boolean;
  /** Where it is from, in the user's language. */
  readonly place: string;
  readonly reward: number;
  readonly steps: readonly BriefStep[];
  /** Steps beyond those listed. */
  readonly left: number;
  /** The step that is selected in the tree. */
  readonly selected?: number;
}

export type ToBrief =
  | { readonly type: 'show'; readonly strings: Strings; readonly brief?: Brief }
  | { readonly type: 'failed'; readonly message: string };

export type FromBrief = { readonly type: 'ready' } | { readonly type: 'open'; readonly step?: number };

/** Whether something posted to the page is ours; only the host can post, so the shape within is the host's own. */
export function isToBrief(value: unknown): value is ToBrief {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  return (value.type === 'show' && 'strings' in value && typeof value.strings === 'object' && value.strings !== null) || (value.type === 'failed' && 'message' in value && typeof value.message === 'string');
}
