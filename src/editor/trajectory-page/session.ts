/** One open trajectory page: answers what it asks, and tells it what changed. Knows no webview: what it posts goes through `post`. */
import type { Ask, AnswerOf, Kind, Place, ToPage } from '../../../webview/trajectory/protocol.ts';
import type { Host } from '../host.ts';
import { viewTypes } from '../ids.ts';
import { pickRun } from '../pick-run.ts';
import { uriOf } from '../runs/place.ts';
import type { RunStore } from '../runs/store.ts';
import { copied, findAttempts, findTrajectory, readText, showTokens, showTrajectory } from './answers.ts';
import { Listing } from './listing.ts';
import { readMessage } from './messages.ts';
import { openTrajectories, type OpenedFile } from './opened-file.ts';
import type { Scores } from './scores.ts';
import { Scoring } from './scoring.ts';
import { stringsFor } from './strings.ts';
import { wordsOf } from '../words-of.ts';

/** Where a page is to open: at a trajectory and perhaps at one of its steps, or at an iteration. */
export interface Wanted {
  readonly iteration?: number;
  readonly id?: string;
  /** From 0; with an id only. */
  readonly step?: number;
}

export interface SessionOptions {
  readonly host: Host;
  readonly runs: RunStore;
  readonly main: OpenedFile;
  readonly post: (message: ToPage) => void;
  /** Keeps the user's scores, or says for people why none can be kept. */
  readonly scores: Scores | string;
}

export class TrajectorySession {
  readonly #host: Host;
  readonly #runs: RunStore;
  readonly #post: (message: ToPage) => void;
  readonly #files: OpenedFile[];
  readonly #scoring: Scoring;
  readonly #listing: Listing;
  #ready = false;
  #ended = false;
  #wanted: Wanted | undefined;

  constructor({ host, runs, main, post, scores }: SessionOptions) {
    this.#host = host;
    this.#runs = runs;
    this.#post = (message) => { if (!this.#ended) post(message); };
    this.#files = [main];
    this.#scoring = new Scoring(host, main, scores);
    this.#listing = new Listing({ host, main, tell: (state) => this.#post({ type: 'state', state }), changed: (what) => this.#post({ type: 'changed', what }) });
  }

  get #main(): OpenedFile {
    return this.#files[0];
  }

  /** Takes what the page posted; anything that is no message of ours is ignored. Resolves when it was dealt with. */
  async receive(posted: unknown): Promise<void> {
    const message = readMessage(posted);
    switch (message?.type) {
      case undefined: return;
      case 'ready': return this.#start();
      case 'ask':
        try {
          this.#post({ type: 'answer', id: message.id, answer: await this.#answer(message.ask) });
        } catch (error) {
          this.#post({ type: 'failed', id: message.id, message: wordsOf(error, this.#host.api.l10n.t) });
        }
    }
  }

  async #start(): Promise<void> {
    this.#ready = true;
    const { state, problem } = this.#listing;
    this.#post({ type: 'start', strings: stringsFor(this.#host.api.l10n.t), name: this.#main.name, state: { ...state, busy: problem === undefined }, awaits: this.#wanted !== undefined, ...this.#scoring.who });
    await this.refresh();
    const wanted = this.#wanted;
    this.#wanted = undefined;
    if (wanted) await this.goTo(wanted);
  }

  /** Shows a trajectory or an iteration; before the page is ready, once it is. */
  async goTo(wanted: Wanted): Promise<void> {
    if (!this.#ready) {
      this.#wanted = wanted;
      return;
    }
    await this.#listing.refreshed();
    if (this.#listing.problem !== undefined || this.#ended) return; // there is nothing to go to, and the page says why
    const { id, iteration, step } = wanted;
    const line = id === undefined ? undefined : await findTrajectory(this.#main, id, iteration).catch((error: unknown) => {
      this.#host.log.warn(wordsOf(error, this.#host.api.l10n.t));
      return undefined;
    });
    if (id !== undefined && line === undefined && !this.#ended) {
      void this.#host.api.window.showWarningMessage(this.#host.api.l10n.t('{0} has no trajectory {1} any more.', this.#main.name, id));
    }
    const place: Place = { ...(iteration === undefined ? {} : { iteration }), ...(line === undefined ? {} : { line, ...(step === undefined ? {} : { step }) }) };
    this.#post({ type: 'place', place });
  }

  /** Looks at what changed on the disk. */
  refresh(): Promise<void> {
    return this.#listing.refresh();
  }

  #file(number: number): OpenedFile {
    const file = this.#files[number];
    if (!file) throw new Error(this.#host.api.l10n.t('The page asked for file {0} of {1}.', number, this.#files.length));
    return file;
  }

  async #answer(ask: Ask): Promise<AnswerOf<Kind>> {
    switch (ask.kind) {
      case 'filter':
        this.#listing.filter(ask.filter);
        return this.#listing.state;
      case 'rows': return { from: ask.from, rows: await this.#listing.rows(ask.from, ask.count) };
      case 'trajectory': return showTrajectory(this.#file(ask.file), ask.file, ask.line);
      case 'text': return readText(this.#host.api.l10n.t, this.#file(ask.file), ask.line, ask.field, ask.from, ask.step);
      case 'tokens': return showTokens(this.#host, this.#file(ask.file), ask.line);
      case 'attempts': return findAttempts(this.#file(ask.file), ask.taskId);
      case 'otherRun': return this.#otherRun();
      case 'score': return this.#scoring.score(ask);
      case 'undo': case 'redo': return this.#scoring.move(ask.kind);
      case 'copy':
        await this.#host.api.env.clipboard.writeText(await copied(this.#host.api.l10n.t, this.#file(ask.file), ask.line, ask.step));
        return null;
      case 'openText':
        await this.#host.api.commands.executeCommand('vscode.openWith', this.#main.uri, viewTypes.text);
        return null;
    }
  }

  async #otherRun(): Promise<AnswerOf<'otherRun'>> {
    const folder = await pickRun(this.#host, this.#runs, 'viewable');
    if (folder === undefined) return null;
    const other = await openTrajectories(this.#host, uriOf(this.#host.api, folder, 'trajectories.jsonl'));
    if (other.refused !== undefined) throw new Error(other.refused);
    if (!(await other.trajectories.exists())) throw new Error(this.#host.api.l10n.t('{0} has no trajectories yet.', folder));
    await other.trajectories.refresh();
    return { file: this.#files.push(other) - 1, name: other.name };
  }

  /** The page is out of sight, and its document gone: the next one says `ready` again. */
  hide(): void {
    this.#ready = false;
  }

  /** The page is gone. */
  end(): void {
    this.#ended = true;
    this.#listing.end();
  }
}
