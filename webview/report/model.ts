/** What a report holds: a bounded, self-contained extract of a run folder. `src/run/report` builds it, the page draws it. */
import type { Outcome, Step } from '../../src/world/trajectory.ts';
import type { Level } from '../../src/world/world.ts';

export const reportVersion = 1;

/** How a number is written: a share of one as a percentage, a duration in seconds, or a plain number. */
export type Format = 'percent' | 'number' | 'seconds';

/** A labelled fact of the run, ready to read. `detail` says why or how. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly detail?: string;
}

/** What the run shows, in one sentence. `tone` says whether the intervals support it. */
export interface Headline {
  readonly sentence: string;
  readonly tone: 'better' | 'worse' | 'unclear' | 'unknown';
}

/** An estimate with its 95 % interval, where the run recorded one. */
export interface Estimate {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

export type StageId = 'before' | 'warmStart' | 'final';

/** A moment at which the policy was evaluated on the held-out splits. */
export interface Stage {
  readonly id: StageId;
  readonly label: string;
  readonly iteration: number;
}

/** A row of a measure. `change` is that since reinforcement learning began, on the same tasks, where the run recorded it. */
export interface MeasureRow {
  readonly split: string;
  readonly cells: readonly (Estimate | null)[];
  readonly change?: Estimate;
}

/** One measure over stages (columns) and splits (rows); `null` where nothing was measured. */
export interface Measure {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly format: Format;
  readonly better?: 'higher' | 'lower';
  readonly rows: readonly MeasureRow[];
}

/** A setting of the experiment: its dotted path and its value as JSON. `chosen` if the file sets it itself. */
export interface Setting {
  readonly path: string;
  readonly value: string;
  readonly chosen: boolean;
}

/** The coordinates of every metrics line, as columns of equal length. */
export interface Rows {
  readonly iteration: readonly number[];
  readonly updates: readonly number[];
  readonly tokens: readonly number[];
  readonly seconds: readonly number[];
}
export type Axis = keyof Rows;

/** Values of one metric; `at[i]` is the row that `y[i]` was recorded on. */
export interface Series {
  readonly name: string;
  readonly label: string;
  readonly at: readonly number[];
  readonly y: readonly number[];
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
}

/** One chart. `sparse` curves (evaluations) are drawn point by point and never smoothed. */
export interface Curve {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly group: string;
  readonly format: Format;
  readonly better?: 'higher' | 'lower';
  readonly sparse: boolean;
  /** What it runs over, in place of a counter. */
  readonly over?: Series;
  readonly series: readonly Series[];
}

export interface Curves {
  readonly rows: Rows;
  readonly curves: readonly Curve[];
}

/** A trajectory with its long texts cut; see `cutText` in `src/run/report/sample.ts`. */
export interface SampledTrajectory {
  readonly id: string;
  readonly iteration: number;
  readonly taskId: string;
  readonly split: string;
  readonly level: Level;
  readonly query: string;
  readonly tools: readonly string[];
  readonly sample: number;
  readonly seed: number;
  readonly weightsVersion: number;
  readonly outcome: Outcome;
  readonly solved: boolean;
  readonly steps: readonly Step[];
}

/** Two attempts at one task, by ids: one from early in the run, one from late. */
export interface Pair {
  readonly taskId: string;
  readonly early: string;
  readonly late: string;
}

export interface Overview {
  readonly name: string;
  readonly runId: string;
  readonly status: string;
  readonly error?: string;
  readonly headline: Headline;
  readonly stages: readonly Stage[];
  readonly measures: readonly Measure[];
  readonly facts: readonly Fact[];
  readonly settings: readonly Setting[];
  /** Confidence of the intervals, for instance 0.95. */
  readonly confidence: number;
  /** What the reader should know about the extract itself: skipped lines, thinned curves. */
  readonly notes: readonly string[];
  readonly trajectoriesInRun: number;
  readonly pairs: readonly Pair[];
}

export interface ReportData {
  readonly version: typeof reportVersion;
  readonly overview: Overview;
  readonly curves: Curves;
  readonly trajectories: readonly SampledTrajectory[];
}
