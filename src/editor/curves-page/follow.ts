/** Follows one run's metrics: what a page must know first, and then only what was appended. Reads, and nothing else. */
import { listCheckpoints } from '../../run/folder/checkpoint-read.ts';
import { JsonlFile } from '../../run/folder/jsonl.ts';
import { isMetricsLine, type MetricsLine } from '../../run/folder/lines.ts';
import { runPath } from '../../run/folder/paths.ts';
import { readHead, type RunHead } from '../../run/folder/reader.ts';
import { fileSource } from '../../run/folder/source.ts';
import { readSettings } from '../../run/report/settings.ts';
import type { RunInfo } from '../../../webview/curves/protocol.ts';
import { columnsOf, isEvaluation, type Columns } from './columns.ts';

/** Rows a page holds of one run at most; of longer runs it gets every 2nd, 4th, 8th... iteration, and says so. */
export const mostRows = 20_000;
/** Lines read in one go: some milliseconds of parsing, so that the editor stays responsive. */
const windowLines = 500;

export type Change =
  | { readonly kind: 'info'; readonly info: RunInfo }
  | ({ readonly kind: 'rows'; readonly restart: boolean } & Columns);

/** Words for what is wrong; the editor translates them. */
export type Say = (message: string, ...values: (string | number)[]) => string;

export class Follower {
  readonly folder: string;
  /** Names of all metrics seen so far. */
  readonly metrics = new Set<string>();
  readonly #say: Say;
  readonly #mostRows: number;
  #file: JsonlFile;
  #head: RunHead | undefined;
  #settings: RunInfo['settings'] = [];
  #checkpoints: readonly number[] = [];
  #gone: string | undefined;
  #damaged = 0;
  /** Lines read, iterations among them, and rows sent. */
  #read = 0;
  #iterations = 0;
  #sent = 0;
  #every = 1;
  #last = '';

  constructor(folder: string, say: Say, limit = mostRows) {
    this.folder = folder;
    this.#say = say;
    this.#mostRows = limit;
    this.#file = new JsonlFile(fileSource(runPath.metrics(folder)));
  }

  /** Whether more is to come soon. */
  get isLive(): boolean {
    return this.#head?.status === 'running';
  }

  /** From the start again, for a page that knows nothing yet. */
  rewind(): void {
    this.#file = new JsonlFile(fileSource(runPath.metrics(this.folder)));
    this.#every = 1;
    this.#last = '';
    this.#startOver();
  }

  #startOver(): void {
    this.#read = this.#iterations = this.#sent = this.#damaged = 0;
  }

  /** What is new since the last call, in pieces. Never throws: what cannot be read becomes the run's `problem`. */
  async *changes(): AsyncGenerator<Change> {
    await this.#look();
    yield* this.#infoIfNew();
    try {
      yield* this.#rows();
    } catch (error) {
      this.#gone = error instanceof Error ? error.message : String(error);
    }
    yield* this.#infoIfNew();
  }

  async #look(): Promise<void> {
    try {
      this.#head = await readHead(this.folder);
      this.#checkpoints = await listCheckpoints(this.folder);
      if (this.#settings.length === 0) this.#settings = await readSettings(this.folder);
      this.#gone = undefined;
    } catch (error) {
      this.#gone = error instanceof Error ? error.message : String(error);
    }
  }

  async *#rows(): AsyncGenerator<Change> {
    const { restarted } = await this.#file.refresh();
    let restart = restarted && this.#sent > 0;
    if (restarted) this.#startOver();
    // A file that vanished: what was drawn stays, beside the reason.
    if (this.#gone !== undefined && this.#file.count === 0) return;
    if (restart && this.#file.count === 0) yield { kind: 'rows', restart, ...columnsOf([]) };
    while (this.#read < this.#file.count) {
      const lines = await this.#file.window(this.#read, windowLines);
      if (lines.length === 0) return; // Cut back since: the next look notices.
      this.#read += lines.length;
      const kept: MetricsLine[] = [];
      for (const line of lines) {
        if (line.kind === 'bad' || !isMetricsLine(line.value)) this.#damaged++;
        else if (isEvaluation(line.value) || this.#iterations++ % this.#every === 0) kept.push(line.value);
      }
      this.#sent += kept.length;
      if (this.#sent > this.#mostRows && this.#every < 2 ** 20) {
        this.#every *= 2;
        this.#startOver();
        restart = true;
        continue;
      }
      if (kept.length === 0) continue;
      const { count, columns } = columnsOf(kept);
      for (const name of Object.keys(columns)) if (name.includes('/')) this.metrics.add(name);
      yield { kind: 'rows', restart, count, columns };
      restart = false;
    }
  }

  *#infoIfNew(): Generator<Change> {
    const info = this.info();
    const text = JSON.stringify(info);
    if (text === this.#last) return;
    this.#last = text;
    yield { kind: 'info', info };
  }

  /** The run as known by now. */
  info(): RunInfo {
    const { run, status } = this.#head ?? {};
    const problems = [this.#gone, this.#damaged > 0 ? this.#say('{0} damaged line(s) of metrics.jsonl were passed over.', this.#damaged) : undefined].filter((one) => one !== undefined);
    return {
      folder: this.folder, name: run?.name ?? this.folder.split(/[\\/]/).at(-1) ?? '', id: run?.id ?? '', status: this.#gone === undefined ? status ?? '' : '',
      engine: run?.engine.name ?? '', start: run?.start ?? '', settings: this.#settings, checkpoints: this.#checkpoints,
      problem: problems.length > 0 ? problems.join(' ') : undefined, every: this.#every,
    };
  }
}
