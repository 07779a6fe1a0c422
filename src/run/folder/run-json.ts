import { replaceFile } from './atomic.ts';
import type { Disk } from './disk.ts';
import { RunFolderError } from './errors.ts';
import { formatVersion, runPath } from './paths.ts';

export const runStatuses = ['running', 'finished', 'stopped', 'failed'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** One continuation of a run: when, and after which iteration's checkpoint (null: from the very start). */
export interface Resumption {
  readonly at: string;
  readonly iteration: number | null;
}

/** The content of `run.json`. Times are ISO 8601 in UTC. Fields that this version does not know are kept. */
export interface RunJson {
  readonly formatVersion: number;
  readonly id: string;
  /** The experiment's name as written, not as the folder is called. */
  readonly name: string;
  readonly status: RunStatus;
  /** With `failed` only. `code` is machine-readable, for instance `diskFull`. */
  readonly error?: { readonly message: string; readonly code: string };
  readonly experiment: { readonly path: string; readonly sha256: string };
  readonly versions: Readonly<Record<string, string>>;
  /** What computed, for instance `onnx:cpu`, and why that was chosen. */
  readonly engine: { readonly name: string; readonly reason: string; readonly threads: number };
  readonly seeds: Readonly<Record<string, number>>;
  readonly start: string;
  readonly end?: string;
  readonly resumed: readonly Resumption[];
}

/** No run.json comes near this; a larger one is not read. */
export const runJsonLimit = 1024 * 1024;

type Fields = { readonly [key: string]: unknown };

/** Whether a parsed JSON value is an object. */
export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const isRecordOf = (value: unknown, type: 'string' | 'number'): boolean =>
  isFields(value) && Object.values(value).every((item) => typeof item === type);

/** What of a RunJson is missing or has the wrong type, or undefined. */
function flaw(value: Fields): string | undefined {
  const { error, experiment, engine, end, resumed } = value;
  if (typeof value['id'] !== 'string') return '"id" is no string';
  if (typeof value['name'] !== 'string') return '"name" is no string';
  if (!runStatuses.some((status) => status === value['status'])) return `"status" is none of ${runStatuses.join(', ')}`;
  if (typeof value['start'] !== 'string') return '"start" is no string';
  if (end !== undefined && typeof end !== 'string') return '"end" is no string';
  if (!isFields(experiment) || !isRecordOf(experiment, 'string') || !('path' in experiment && 'sha256' in experiment)) {
    return '"experiment" has no "path" and "sha256"';
  }
  if (!isRecordOf(value['versions'], 'string')) return '"versions" does not map names to strings';
  if (!isRecordOf(value['seeds'], 'number')) return '"seeds" does not map names to numbers';
  if (!isFields(engine) || typeof engine['name'] !== 'string' || typeof engine['reason'] !== 'string' || typeof engine['threads'] !== 'number') {
    return '"engine" has no "name", "reason" and "threads"';
  }
  if (error !== undefined && !(isFields(error) && typeof error['message'] === 'string' && typeof error['code'] === 'string')) {
    return '"error" has no "message" and "code"';
  }
  if (!Array.isArray(resumed) || !resumed.every((item) => isFields(item) && typeof item['at'] === 'string')) return '"resumed" is no list of times';
  return undefined;
}

/** Parses the bytes of a `run.json`. Throws `badVersion` for another format version and `corrupt` for anything unreadable. */
export function parseRunJson(bytes: Uint8Array, path: string): RunJson {
  const corrupt = (why: string): RunFolderError =>
    new RunFolderError('corrupt', `${path} is damaged: ${why}. It is always replaced as a whole, so something else changed it; restore it from a copy.`, path);
  if (bytes.length > runJsonLimit) throw corrupt(`it is longer than ${runJsonLimit} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw corrupt(error instanceof Error ? error.message : String(error));
  }
  if (!isFields(value)) throw corrupt('it holds no JSON object');
  const version = value['formatVersion'];
  if (version !== formatVersion) {
    if (typeof version !== 'number') throw corrupt('"formatVersion" is no number');
    throw new RunFolderError(
      'badVersion',
      `${path} has format version ${version}; this StepTool reads version ${formatVersion}. Open the run with the StepTool that wrote it, or a newer one.`,
      path,
    );
  }
  const why = flaw(value);
  if (why !== undefined) throw corrupt(why);
  return value as unknown as RunJson; // Checked field by field just above.
}

/** Replaces `run.json` atomically. Throws RunFolderError; the file before stays valid. */
export function writeRunJson(disk: Disk, folder: string, run: RunJson): void {
  const path = runPath.run(folder);
  replaceFile(disk, path, [new TextEncoder().encode(`${JSON.stringify(run, null, 2)}\n`)], {
    doing: `record the run's status (${run.status})`,
    path,
    safe: 'What was committed before is safe.',
  });
}
