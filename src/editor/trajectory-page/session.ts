/** One open trajectory page: answers what it asks, and tells it what changed. Knows no webview: what it posts goes through `post`. */
import { join } from 'node:path';
import type { Ask, AnswerOf, Kind, ListFilter, ListState, Place, Scored, ToPage } from '../../../webview/trajectory/protocol.ts';
import type { Host } from '../host.ts';
import { viewTypes } from '../ids.ts';
import { pickRun } from '../pick-run.ts';
import type { RunStore } from '../runs/store.ts';
import { copied, findAttempts, findTrajectory, readText, showTokens, showTrajectory } from './answers.ts';
import { readMessage } from './messages.ts';
import { openTrajectories, type OpenedFile } from './opened-file.ts';
import type { Scores, Target } from './scores.ts';
import { Selection } from './selection.ts';
import { stringsOf } from './strings.ts';

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

/** Milliseconds between two words on how far counting is. */
const pace = 150;

export class TrajectorySession {
  readonly #host: Host;
  readonly #runs: RunStore;
  readonly #post: (message: ToPage) => void;
  readonly #files: OpenedFile[];
  readonly #scores: Scores | string;
  #selection: Selection;
  #problem: string | undefined;
  #ready = false;
  #ended = false;
  #wanted: Wanted | undefined;
  #refreshing: Promise<void> | undefined;
  #again = false;

  constructor({ host, runs, main, post, scores }: SessionOptions) {
    this.#host = host;
    this.#runs = runs;
    this.#post = post;
    this.#files = [main];
    this.#scores = scores;
    this.#problem = main.refused;
    this.#selection = new Selection(main.trajectories, {});
  }

  get #main(): OpenedFile {
    return this.#files[0];
  }

  get #state(): ListState {
    const { trajectories } = this.#main;
    return {
      lines: trajectories.count, rows: this.#selection.count, looked: this.#selection.looked,
      busy: trajectories.counting || this.#selection.looking || this.#selection.looked < trajectories.count, problem: this.#problem,
    };
  }

  /** Takes what the page posted; anything that is no message of ours is ignored. Resolves when it was dealt with. */
  async receive(posted: unknown): Promise<void> {
    const message = readMessage(posted);
    switch (message?.type) {
      case undefined: return;
      case 'ready': return this.#start();
      case 'ask':
        try {
          const answer = await this.#answer(message.ask);
          if (!this.#ended) this.#post({ type: 'answer', id: message.id, answer });
        } catch (error) {
          if (!this.#ended) this.#post({ type: 'failed', id: message.id, message: error instanceof Error ? error.message : String(error) });
        }
    }
  }

  async #start(): Promise<void> {
    this.#ready = true;
    const { t } = this.#host.api.l10n;
    const scores = typeof this.#scores === 'string' ? { whyNot: this.#scores } : { author: this.#scores.author };
    this.#post({ type: 'start', strings: stringsOf(t), name: this.#main.name, state: { ...this.#state, busy: this.#problem === undefined }, ...scores });
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
    await this.#refreshing;
    if (this.#problem !== undefined || this.#ended) return; // there is nothing to go to, and the page says why
    const { id, iteration, step } = wanted;
    const line = id === undefined ? undefined : await findTrajectory(this.#main, id, iteration);
    if (id !== undefined && line === undefined && !this.#ended) {
      void this.#host.api.window.showWarningMessage(this.#host.api.l10n.t('{0} has no trajectory {1} any more.', this.#main.name, id));
    }
    const place: Place = { ...(iteration === undefined ? {} : { iteration }), ...(line === undefined ? {} : { line, ...(step === undefined ? {} : { step }) }) };
    if (!this.#ended) this.#post({ type: 'place', place });
  }

  /** Looks at what changed on the disk. Calls that overlap share a pass, and the last asks for one more. */
  refresh(): Promise<void> {
    if (this.#refreshing) {
      this.#again = true;
      return this.#refreshing;
    }
    this.#refreshing = this.#refresh().finally(() => {
      this.#refreshing = undefined;
      if (this.#again && !this.#ended) {
        this.#again = false;
        void this.refresh();
      }
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    const { trajectories, run, refused, uri } = this.#main;
    if (refused !== undefined || this.#ended) return;
    const say = (): void => { if (!this.#ended) this.#post({ type: 'state', state: this.#state }); };
    let stopTelling = (): void => {};
    const tell = (): void => { stopTelling = this.#host.later(pace, () => { say(); tell(); }); };
    tell();
    try {
      const before = trajectories.count;
      const { restarted } = await trajectories.refresh();
      this.#problem = (await trajectories.exists()) ? undefined
        : before > 0 || restarted ? this.#host.api.l10n.t('{0} was deleted, or its folder was moved, while it was open.', uri.fsPath)
          : this.#host.api.l10n.t('There is no {0}. A run writes it when its first iteration ends.', uri.fsPath);
      if (restarted) {
        this.#select(this.#selection.filter);
        this.#post({ type: 'changed', what: 'lines' });
      }
      if (run && (await run.annotations.refresh()) !== 0) this.#post({ type: 'changed', what: 'scores' });
      await this.#selection.look(say);
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      stopTelling();
      say();
    }
  }

  #select(filter: ListFilter): void {
    this.#selection.stop();
    this.#selection = new Selection(this.#main.trajectories, filter);
  }

  #file(number: number): OpenedFile {
    const file = this.#files[number];
    if (!file) throw new Error(`The page asked for file ${number} of ${this.#files.length}.`);
    return file;
  }

  async #answer(ask: Ask): Promise<AnswerOf<Kind>> {
    switch (ask.kind) {
      case 'filter': {
        this.#select(ask.filter);
        const selection = this.#selection;
        void selection.look(() => { if (selection === this.#selection && !this.#ended) this.#post({ type: 'state', state: this.#state }); })
          .catch((error: unknown) => { this.#problem = error instanceof Error ? error.message : String(error); })
          .finally(() => { if (selection === this.#selection && !this.#ended) this.#post({ type: 'state', state: this.#state }); });
        return this.#state;
      }
      case 'rows': return { from: ask.from, rows: await this.#main.trajectories.rows(this.#selection.lines(ask.from, ask.count)) };
      case 'trajectory': return showTrajectory(this.#file(ask.file), ask.file, ask.line);
      case 'text': return readText(this.#file(ask.file), ask.line, ask.field, ask.from, ask.step);
      case 'tokens': return showTokens(this.#host, this.#file(ask.file), ask.line);
      case 'attempts': return findAttempts(this.#file(ask.file), ask.taskId);
      case 'otherRun': return this.#otherRun();
      case 'score': {
        const { trajectory: { id, steps } } = await this.#main.trajectories.trajectory(ask.line);
        if (ask.step !== null && ask.step >= steps.length) throw new Error(`Line ${ask.line + 1} has no step ${ask.step + 1}.`);
        const scores = this.#kept();
        const current = (await this.#scoresOf(id)).find((one) => one.author === scores.author && one.step === ask.step && one.part === ask.part);
        const target = { line: ask.line, trajectory: id, step: ask.step, part: ask.part };
        scores.set(target, ask.value, ask.reason, current);
        return this.#scored(target);
      }
      case 'undo': case 'redo': {
        const target = ask.kind === 'undo' ? this.#kept().undo() : this.#kept().redo();
        return target ? this.#scored(target) : null;
      }
      case 'copy':
        await this.#host.api.env.clipboard.writeText(await copied(this.#file(ask.file), ask.line, ask.step));
        return null;
      case 'openText':
        await this.#host.api.commands.executeCommand('vscode.openWith', this.#main.uri, viewTypes.text);
        return null;
    }
  }

  #kept(): Scores {
    if (typeof this.#scores === 'string') throw new Error(this.#scores);
    return this.#scores;
  }

  async #scoresOf(id: string): Promise<Scored['scores']> {
    await this.#main.run?.annotations.refresh();
    return (await this.#main.run?.annotations.of(id)) ?? [];
  }

  async #scored({ line, trajectory, step, part }: Target): Promise<Scored> {
    return { line, step, part, scores: await this.#scoresOf(trajectory), ...this.#kept().depth };
  }

  async #otherRun(): Promise<AnswerOf<'otherRun'>> {
    const folder = await pickRun(this.#host, this.#runs, 'any');
    if (folder === undefined) return null;
    const other = await openTrajectories(this.#host, this.#host.api.Uri.file(join(folder, 'trajectories.jsonl')));
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
    this.#selection.stop();
  }
}
