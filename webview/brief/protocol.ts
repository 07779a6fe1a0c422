/** What the sidebar's Trajectory view and the extension host tell each other. */
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

/** The page's texts in the user's language. `step` holds `{0}` for its number, `more` for how many. */
export interface Words {
  readonly open: string;
  readonly empty: string;
  readonly solved: string;
  readonly notSolved: string;
  readonly noCall: string;
  readonly total: string;
  readonly step: string;
  readonly more: string;
}

export type ToBrief =
  | { readonly type: 'show'; readonly words: Words; readonly brief?: Brief }
  | { readonly type: 'failed'; readonly message: string };

export type FromBrief = { readonly type: 'ready' } | { readonly type: 'open'; readonly step?: number };

/** Whether something posted to the page is ours; only the host can post, so the shape within is the host's own. */
export function isToBrief(value: unknown): value is ToBrief {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  return (value.type === 'show' && 'words' in value) || (value.type === 'failed' && 'message' in value && typeof value.message === 'string');
}
