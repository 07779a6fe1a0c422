/** The lines of the .jsonl files as types, and the checks that make a parsed line one of them. Unknown fields are kept. */
import type { Trajectory } from '../../world/trajectory.ts';
import type { MetricName } from '../metrics.ts';
import { isFields } from './run-json.ts';

/** A line of `metrics.jsonl`. A null is a metric that has no value this time (a mean over nothing). */
export type MetricsLine = {
  readonly iteration: number;
  /** Optimizer steps so far. */
  readonly updates: number;
  /** Tokens collected so far. */
  readonly tokens: number;
  /** Seconds since the start, resumed runs continuing the count. Wall clock. */
  readonly seconds: number;
  /** Of an evaluation: when the policy was measured. `before` is ahead of the warm start, `warmStart` ahead of the first update. */
  readonly stage?: 'before' | 'warmStart' | 'training' | 'final';
} & { readonly [Name in MetricName]?: number | null };

/** A line of `trajectories.jsonl`. */
export type TrajectoryLine = Trajectory;

/** A line of `annotations.jsonl`: a judgement or a human score of a step (or, with `step` null, of the whole trajectory). */
export interface Annotation {
  /** The trajectory's id. */
  readonly trajectory: string;
  readonly step: number | null;
  /** The reward part or quality that is scored. */
  readonly part: string;
  /** `human:<name>`, `judge:<model>`, `rule:<name>`. Lines of human authors survive a resume. */
  readonly author: string;
  /** Null takes the author's earlier score back. */
  readonly value: number | null;
  readonly reason?: string;
  /** ISO 8601. Wall clock. */
  readonly at?: string;
}

export const humanAuthor = 'human:';

export const logLevels = ['debug', 'info', 'warning', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** A line of `log.jsonl`. */
export interface LogLine {
  readonly at: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly [field: string]: unknown;
}

type Check<T> = (value: unknown) => value is T;
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const texts = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string');

/** Whether a parsed line is a metrics line: its counters are there and all that looks like a metric is a number or null. */
export const isMetricsLine: Check<MetricsLine> = (value): value is MetricsLine =>
  isFields(value) &&
  ['iteration', 'updates', 'tokens'].every((name) => isCount(value[name])) &&
  typeof value['seconds'] === 'number' &&
  Object.entries(value).every(([name, item]) => !name.includes('/') || item === null || typeof item === 'number');

function isStep(value: unknown, index: number): boolean {
  if (!isFields(value) || value['index'] !== index || !isFields(value['tokens']) || !isFields(value['reward'])) return false;
  const { start, end } = value['tokens'];
  return (
    isCount(start) && isCount(end) && start <= end &&
    ['thought', 'action', 'arguments', 'observation', 'toolOutcome'].every((name) => typeof value[name] === 'string') &&
    Object.values(value['reward']).every((part) => part === null || typeof part === 'number')
  );
}

/** Whether a parsed line is a trajectory, steps in order included. Outcomes that this version does not know pass. */
export const isTrajectoryLine: Check<TrajectoryLine> = (value): value is TrajectoryLine =>
  isFields(value) &&
  ['id', 'taskId', 'split', 'outcome', 'query'].every((name) => typeof value[name] === 'string') &&
  ['iteration', 'sample', 'weightsVersion'].every((name) => isCount(value[name])) &&
  typeof value['seed'] === 'number' &&
  typeof value['solved'] === 'boolean' &&
  texts(value['tools']) &&
  Array.isArray(value['steps']) &&
  value['steps'].every(isStep);

export const isAnnotation: Check<Annotation> = (value): value is Annotation =>
  isFields(value) &&
  ['trajectory', 'part', 'author'].every((name) => typeof value[name] === 'string') &&
  (value['step'] === null || isCount(value['step'])) &&
  (value['value'] === null || typeof value['value'] === 'number');

export const isLogLine: Check<LogLine> = (value): value is LogLine =>
  isFields(value) && typeof value['at'] === 'string' && typeof value['message'] === 'string' && logLevels.some((level) => level === value['level']);

/** The scores that count: of each (trajectory, step, part, author) the latest line; scores taken back are left out. */
export function latestAnnotations(lines: Iterable<Annotation>): Annotation[] {
  const latest = new Map<string, Annotation>();
  for (const line of lines) {
    const key = JSON.stringify([line.trajectory, line.step, line.part, line.author]);
    latest.delete(key); // So that the order is that of the latest lines.
    latest.set(key, line);
  }
  return [...latest.values()].filter((line) => line.value !== null);
}
