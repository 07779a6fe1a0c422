import { createHash } from 'node:crypto';
import { Appender, refuseLink } from './appender.ts';
import { replaceFile } from './atomic.ts';
import { pruneCheckpoints, writeCheckpoint } from './checkpoint.ts';
import type { CheckpointContent, FileSizes, Retention } from './checkpoint.ts';
import type { Disk } from './disk.ts';
import { bestEffort, RunFolderError } from './errors.ts';
import type { Annotation, LogLevel, MetricsLine, TrajectoryLine } from './lines.ts';
import type { Lock } from './lock.ts';
import { runPath } from './paths.ts';
import { writeRunJson } from './run-json.ts';
import type { RunJson, RunStatus } from './run-json.ts';
import { encodeSafetensors } from './safetensors.ts';
import { packTokens } from './tokens.ts';
import type { TokenRow } from './tokens.ts';
import { describeMetric } from '../metrics.ts';

/** SHA-256 in hexadecimal. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Log lines that could not be written wait for a better moment, up to this many bytes; then the newest are dropped. */
const logWaitingLimit = 1024 * 1024;

/**
 * The one writer of a run folder. Lines wait in memory until `commit`, at the end of an iteration; only the log is
 * written at once. Every method throws RunFolderError when the disk refuses; what was committed before stays, and after
 * room was made the same call may be tried again.
 */
export class RunWriter {
  readonly folder: string;
  readonly #disk: Disk;
  readonly #lock: Lock;
  readonly #now: () => Date;
  readonly #metrics: Appender;
  readonly #trajectories: Appender;
  readonly #annotations: Appender;
  readonly #log: Appender;
  #run: RunJson;
  #closed = false;

  /** Opens the files of a folder that is in order and whose lock is held. Use `createRun` or `openForResume`. */
  constructor(folder: string, disk: Disk, lock: Lock, now: () => Date, run: RunJson) {
    this.folder = folder;
    this.#disk = disk;
    this.#lock = lock;
    this.#now = now;
    this.#run = run;
    this.#metrics = new Appender(disk, runPath.metrics(folder));
    this.#trajectories = new Appender(disk, runPath.trajectories(folder));
    this.#annotations = new Appender(disk, runPath.annotations(folder), { shared: true });
    this.#log = new Appender(disk, runPath.log(folder));
  }

  /** `run.json` as it was last written. */
  get run(): RunJson {
    return this.#run;
  }

  /** Adds a line to `metrics.jsonl`. Throws for a metric whose name `metrics.ts` does not know. */
  metrics(line: MetricsLine): void {
    for (const name of Object.keys(line)) {
      if (name.includes('/') && !describeMetric(name)) throw new Error(`No metric is called "${name}": add it to src/run/metrics.ts, where its meaning belongs.`);
    }
    this.#metrics.append(line);
  }

  /** Adds a line to `trajectories.jsonl`. It is encoded now: changes to the trajectory after this call are not written. */
  trajectory(line: TrajectoryLine): void {
    this.#trajectories.append(line);
  }

  /** Adds a line to `annotations.jsonl`. */
  annotation(line: Annotation): void {
    this.#annotations.append(line);
  }

  /** Adds a line to `log.jsonl` and writes it at once, unsynced. Never throws for the disk: a full one is `commit`'s to tell. */
  log(level: LogLevel, message: string, fields: { readonly [name: string]: unknown } = {}): void {
    if (this.#closed || this.#log.waiting > logWaitingLimit) return;
    this.#log.append({ at: this.#now().toISOString(), level, message, ...fields });
    bestEffort(() => this.#log.flush(false));
  }

  /** Writes `tokens/<iteration>.safetensors`, whole and at once. Call it before `commit` of the iteration. */
  tokens(iteration: number, rows: readonly TokenRow[]): void {
    const { tensors, metadata } = packTokens(rows);
    const path = runPath.tokens(this.folder, iteration);
    refuseLink(this.#disk, runPath.tokensFolder(this.folder), 'folder');
    replaceFile(this.#disk, path, encodeSafetensors(tensors, metadata), {
      doing: `write the tokens of iteration ${iteration}`,
      path,
      safe: 'Everything committed before is safe.',
    });
  }

  /**
   * Writes and syncs all waiting lines. Metrics come last, so that a metrics line on the disk says that the rest of its
   * iteration is there too.
   */
  commit(): void {
    this.#log.flush();
    this.#trajectories.flush();
    this.#annotations.flush();
    this.#metrics.flush();
  }

  /** Sizes in bytes of the files, waiting lines not counted. */
  sizes(): FileSizes {
    return { metrics: this.#metrics.size, trajectories: this.#trajectories.size, annotations: this.#annotations.size };
  }

  /** Commits, writes a checkpoint that a resume continues from, and removes those that need not stay. */
  checkpoint(content: CheckpointContent, retention: Retention): void {
    this.commit();
    writeCheckpoint(this.#disk, this.folder, content, this.sizes());
    for (const iteration of pruneCheckpoints(this.#disk, this.folder, retention)) {
      this.log('warning', `The checkpoint of iteration ${iteration} is no longer needed and could not be removed.`);
    }
  }

  /**
   * Ends the run: commits, records the status, gives the folder free. When the commit fails the run is recorded as
   * failed, so that it can be resumed. The folder is freed even when the disk refuses all of it; run.json then still says
   * `running`, and readers see from the missing lock that nobody writes.
   */
  end(status: Exclude<RunStatus, 'running'>, error?: { readonly message: string; readonly code: string }): void {
    if (this.#closed) return;
    try {
      this.commit();
    } catch (refused) {
      const code = refused instanceof RunFolderError ? refused.code : 'io';
      bestEffort(() => this.#close('failed', error ?? { message: refused instanceof Error ? refused.message : String(refused), code }));
      throw refused;
    }
    this.#close(status, error);
  }

  #close(status: RunStatus, error: RunJson['error']): void {
    const { error: _, ...run } = this.#run;
    this.#run = { ...run, status, ...(error ? { error } : {}), end: this.#now().toISOString() };
    try {
      writeRunJson(this.#disk, this.folder, this.#run);
    } finally {
      this.close();
    }
  }

  /** Gives the folder free without a word on how the run went; waiting lines are dropped. Safe to call twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const file of [this.#metrics, this.#trajectories, this.#annotations, this.#log]) file.close();
    this.#lock.release();
  }
}
