/**
 * What the trajectory page and its host tell each other: types alone. Each side checks what comes in: the host in
 * `src/editor/trajectory-page/messages.ts`, the page in `connection.ts`. The page names files by number (0 is the one that was
 * opened) and trajectories by their line, never by a path.
 */
import type { Annotation } from '../../src/run/folder/lines.ts';
import type { SampledTrajectory } from '../report/model.ts';
import type { Range } from '../shared/format.ts';
import type { Strings } from './strings.ts';

/** Which lines the list shows. A missing field filters nothing; `search` looks in the whole line, without regard to case. */
export interface ListFilter {
  readonly solved?: boolean;
  readonly outcome?: string;
  readonly split?: string;
  readonly iteration?: number;
  readonly taskId?: string;
  /** Trajectories that called it. */
  readonly tool?: string;
  /** Of total rewards. */
  readonly reward?: Range;
  readonly search?: string;
}

/** A trajectory as a line of a list. */
export interface TrajectoryRow {
  readonly kind: 'trajectory';
  /** Counts from 0. */
  readonly line: number;
  readonly id: string;
  readonly query: string;
  readonly iteration: number;
  readonly taskId: string;
  readonly split: string;
  /** Counts from 0. */
  readonly sample: number;
  readonly outcome: string;
  readonly solved: boolean;
  readonly steps: number;
  /** Steps whose call failed. */
  readonly failed: number;
  /** Sum of the combined step rewards, or of all parts where none was combined; null where there are none. */
  readonly reward: number | null;
}

export type Row = TrajectoryRow | { readonly kind: 'bad'; readonly line: number; readonly why: string };

/** How far the host is. `rows` pass the filter so far; where no filter is set that is every line. */
export interface ListState {
  readonly lines: number;
  readonly rows: number;
  /** Lines are still being counted, or the filter is still looking. */
  readonly busy: boolean;
  /** Lines that the filter has looked at. */
  readonly looked: number;
  /** Why nothing can be shown: no such file, a newer format. */
  readonly problem?: string;
}

/** The long texts of a trajectory come cut; where one was cut, its whole length in characters. */
export interface Cut {
  /** Undefined: of the trajectory itself. */
  readonly step?: number;
  readonly field: TextField;
  readonly length: number;
}
export type TextField = 'query' | 'thought' | 'action' | 'arguments' | 'observation';

/** One trajectory, whole but for its cut texts. */
export interface Shown {
  readonly file: number;
  readonly line: number;
  readonly trajectory: SampledTrajectory;
  readonly cuts: readonly Cut[];
  /** Fields of the format that the line lacks. */
  readonly lacks: readonly string[];
  /** The scores and judgements that count. */
  readonly scores: readonly Annotation[];
}

/** `logRatio` is the log-probability when sampled less that under the reference. */
export type TokenChannel = 'logProb' | 'logRatio' | 'advantage' | 'value' | 'entropy';

/** The tokens of a trajectory; arrays of one length. A number that is not known is null. */
export interface Tokens {
  readonly ids: readonly number[];
  /** True where the policy wrote the token: those are trained on. */
  readonly mask: readonly boolean[];
  /** What each token reads; missing where no tokenizer is at hand, and then `why` says so. */
  readonly texts?: readonly string[];
  readonly why?: string;
  readonly channels: { readonly [Name in TokenChannel]?: readonly (number | null)[] };
}

/** A run or file beside the one that was opened. */
export interface OtherFile {
  readonly file: number;
  readonly name: string;
}

/** Each thing the page asks for: what it says, and what comes back. */
export interface Asks {
  filter: { readonly ask: { readonly filter: ListFilter }; readonly answer: ListState };
  rows: { readonly ask: { readonly from: number; readonly count: number }; readonly answer: { readonly from: number; readonly rows: readonly Row[] } };
  trajectory: { readonly ask: { readonly file: number; readonly line: number }; readonly answer: Shown };
  text: { readonly ask: { readonly file: number; readonly line: number; readonly step?: number; readonly field: TextField; readonly from: number }; readonly answer: { readonly text: string; readonly length: number } };
  tokens: { readonly ask: { readonly file: number; readonly line: number }; readonly answer: Tokens | { readonly missing: string } };
  /** Other attempts at the same task in a file, those nearest to the end first; `more` if not all are listed. */
  attempts: { readonly ask: { readonly file: number; readonly taskId: string }; readonly answer: { readonly rows: readonly TrajectoryRow[]; readonly more: boolean } };
  /** Lets the user pick another run. Null if they change their mind. */
  otherRun: { readonly ask: Record<never, never>; readonly answer: OtherFile | null };
  /** Sets or, with a null value, takes back the user's score. */
  score: { readonly ask: { readonly line: number; readonly step: number | null; readonly part: string; readonly value: number | null; readonly reason: string }; readonly answer: Scored };
  undo: { readonly ask: Record<never, never>; readonly answer: Scored | null };
  redo: { readonly ask: Record<never, never>; readonly answer: Scored | null };
  copy: { readonly ask: { readonly file: number; readonly line: number; readonly step?: number }; readonly answer: null };
  openText: { readonly ask: Record<never, never>; readonly answer: null };
}

/** A change of a score: which trajectory has it, and what can be undone and redone now. */
export interface Scored {
  readonly line: number;
  readonly step: number | null;
  readonly part: string;
  readonly scores: readonly Annotation[];
  readonly undo: number;
  readonly redo: number;
}

export type Kind = keyof Asks;
export type Ask = { readonly [K in Kind]: { readonly kind: K } & Asks[K]['ask'] }[Kind];
export type AnswerOf<K extends Kind> = Asks[K]['answer'];

/** From the page. `ready` starts everything. */
export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'ask'; readonly id: number; readonly ask: Ask };

/** Where the page opens: the trajectory at a line and perhaps one of its steps, or the list filtered to an iteration. */
export interface Place {
  readonly line?: number;
  readonly step?: number;
  readonly iteration?: number;
}

/** To the page. */
export type ToPage =
  | { readonly type: 'start'; readonly strings: Strings; readonly name: string; readonly state: ListState;
      /** Whether a place to show follows: until then nothing is, as it would not be what the reader asked for. */
      readonly awaits: boolean;
      /** Who scores, or nothing where scores cannot be kept; then `whyNot` says why. */
      readonly author?: string; readonly whyNot?: string }
  | { readonly type: 'state'; readonly state: ListState }
  /** Lines before were replaced (a resumed run), or scores changed: what is shown is to be asked for again. */
  | { readonly type: 'changed'; readonly what: 'lines' | 'scores' }
  | { readonly type: 'place'; readonly place: Place }
  | { readonly type: 'answer'; readonly id: number; readonly answer: AnswerOf<Kind> }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };
