/**
 * What the curves page and its host tell each other. The host sends rows as they are appended, never the same row twice unless
 * it says `restart`; the page names runs by their place in the list and never by a path.
 */
import type { Format } from '../report/model.ts';
import type { Strings } from './strings.ts';

/** One chart before it has values: which metrics it draws. `low` and `high` name the metrics of an interval's ends. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly group: string;
  readonly format: Format;
  readonly better?: 'higher' | 'lower';
  /** Evaluations: drawn point by point and never smoothed. */
  readonly sparse: boolean;
  /** The metric that it runs over, in place of the counter that the reader chose: of what no counter counts. */
  readonly over?: string;
  readonly series: readonly { readonly name: string; readonly label: string; readonly low?: string; readonly high?: string }[];
}

/** A run as the page shows it. */
export interface RunInfo {
  readonly folder: string;
  readonly name: string;
  readonly id: string;
  /** `running`, `finished`, `stopped`, `failed`, `interrupted`; empty where the run cannot be read. */
  readonly status: string;
  readonly engine: string;
  readonly start: string;
  /** Dotted path and value as JSON. */
  readonly settings: readonly (readonly [path: string, value: string])[];
  /** Iterations that have a checkpoint, ascending. */
  readonly checkpoints: readonly number[];
  /** What is wrong, for people: damaged lines, a folder that is gone. */
  readonly problem?: string;
  /** Of every how many iterations one is shown; 1 shows all. */
  readonly every: number;
}

/** The counters that every row has. */
export const axes = ['iteration', 'updates', 'tokens', 'seconds'] as const;

export type ToPage =
  | { readonly type: 'start'; readonly strings: Strings; readonly runs: readonly RunInfo[] }
  | { readonly type: 'run'; readonly run: number; readonly info: RunInfo }
  | { readonly type: 'charts'; readonly charts: readonly Chart[] }
  /** Further rows of a run, as columns of `count` values, NaN where a row has none. The four counters are always among them. */
  | { readonly type: 'rows'; readonly run: number; readonly restart: boolean; readonly count: number; readonly columns: Readonly<Record<string, Float64Array>> }
  /** What became of something asked for. */
  | { readonly type: 'said'; readonly message: string };

export const exportKinds = ['png', 'svg', 'csv'] as const;
export type ExportKind = (typeof exportKinds)[number];

export type FromPage =
  | { readonly type: 'ready' }
  /** Show the trajectories of an iteration. */
  | { readonly type: 'open'; readonly run: number; readonly iteration: number }
  | { readonly type: 'save'; readonly kind: ExportKind; readonly name: string; readonly content: string | Uint8Array };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const isIndex = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0;
const texts = (value: Readonly<Record<string, unknown>>, ...names: readonly string[]): boolean => names.every((name) => typeof value[name] === 'string');

const isInfo = (value: unknown): boolean =>
  isObject(value) && texts(value, 'folder', 'name', 'id', 'status', 'engine', 'start') && Array.isArray(value.settings) && Array.isArray(value.checkpoints) && typeof value.every === 'number';
const isChart = (value: unknown): boolean => isObject(value) && texts(value, 'id', 'title', 'description', 'group', 'format') && Array.isArray(value.series) && (value.over === undefined || typeof value.over === 'string');

/** What was posted to the page, or undefined if it is none of ours: other scripts post to the same window. */
export function parseToPage(value: unknown): ToPage | undefined {
  if (!isObject(value)) return undefined;
  const good = ((): boolean => {
    switch (value.type) {
      case 'start': return isObject(value.strings) && Array.isArray(value.runs) && value.runs.every(isInfo);
      case 'run': return isIndex(value.run) && isInfo(value.info);
      case 'charts': return Array.isArray(value.charts) && value.charts.every(isChart);
      case 'rows': {
        const { count, columns } = value;
        return isIndex(value.run) && isIndex(count) && typeof value.restart === 'boolean' && isObject(columns) &&
          axes.every((axis) => axis in columns) && Object.values(columns).every((column) => column instanceof Float64Array && column.length === count);
      }
      case 'said': return texts(value, 'message');
      default: return false;
    }
  })();
  return good ? (value as unknown as ToPage) : undefined; // Checked just above.
}
