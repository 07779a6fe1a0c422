/** Follows one run's metrics: what a page must know first, and then only what was appended. Reads, and nothing else. */
import { JsonlFile } from '../../run/folder/jsonl.ts';
import { isMetricsLine, type MetricsLine } from '../../run/folder/lines.ts';
import type { RunHead } from '../../run/folder/reader.ts';
import { readSettings } from '../../run/report/settings.ts';
import type { RunInfo } from '../../../webview/curves/protocol.ts';
import { isOnDisk, lastNameOf } from '../runs/place.ts';
import { columnsOf, isEvaluation, type Columns } from './columns.ts';
import type { RunFiles } from './run-files.ts';
import { wordsOf } from '../words-of.ts';

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
  /** Names of all metrics seen so far. */
  readonly metrics = new Set<string>();
  readonly #run: RunFiles;
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

  constructor(run: RunFiles, say: Say, limit = mostRows) {
    this.#run = run;
    this.#say = say;
    this.#mostRows = limit;
    this.#file = new JsonlFile(run.source('metrics.jsonl'));
  }

  /** Whether more is to come soon. Elsewhere than on a disk each look may be a request, and a run that seems to go on may long be over. */
  get isLive(): boolean {
    return this.#head?.status === 'running' && isOnDisk(this.#run.folder);
  }

  /** From the start again, for a page that knows nothing yet. */
  rewind(): void {
    this.#file = new JsonlFile(this.#run.source('metrics.jsonl'));
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
      this.#gone = wordsOf(error, this.#say);
    }
    yield* this.#infoIfNew();
  }

  async #look(): Promise<void> {
    try {
      this.#head = await this.#run.head();
      this.#checkpoints = await this.#run.checkpoints();
      if (this.#settings.length === 0) this.#settings = await readSettings(this.#run.source('resolved.json'));
      this.#gone = undefined;
    } catch (error) {
      this.#gone = wordsOf(error, this.#say);
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
      folder: this.#run.folder, name: run?.name ?? lastNameOf(this.#run.folder), id: run?.id ?? '', status: this.#gone === undefined ? status ?? '' : '',
      engine: run?.engine.name ?? '', start: run?.start ?? '', settings: this.#settings, checkpoints: this.#checkpoints,
      problem: problems.length > 0 ? problems.join(' ') : undefined, every: this.#every,
    };
  }
}
