/** The list of an open page: the file as it grows on the disk, the lines that pass the filter, and word of how far both are. */
import type { ListFilter, ListState, Row } from '../../../webview/trajectory/protocol.ts';
import type { Host } from '../host.ts';
import type { OpenedFile } from './opened-file.ts';
import { Selection } from './selection.ts';
import { wordsOf } from '../words-of.ts';

export interface ListingOptions {
  readonly host: Pick<Host, 'api' | 'later'>;
  readonly main: OpenedFile;
  /** Hears how far the list is, now and then while it is counted or filtered, and when that is done. */
  readonly tell: (state: ListState) => void;
  /** Hears that lines shown before are others now, or that scores changed. */
  readonly changed: (what: 'lines' | 'scores') => void;
}

/** Milliseconds between two words on how far counting is. */
const pace = 150;

export class Listing {
  readonly #options: ListingOptions;
  #selection: Selection;
  #problem: string | undefined;
  #refreshing: Promise<void> | undefined;
  #again = false;
  #ended = false;

  constructor(options: ListingOptions) {
    this.#options = options;
    this.#problem = options.main.refused;
    this.#selection = new Selection(options.main.trajectories, {});
  }

  /** Why nothing can be shown; undefined where something can. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get state(): ListState {
    const { trajectories } = this.#options.main;
    const { count, looked, looking } = this.#selection;
    return { lines: trajectories.count, rows: count, looked, busy: trajectories.counting || looking || looked < trajectories.count, problem: this.#problem };
  }

  /** The rows asked for, of those that pass the filter so far. */
  rows(from: number, count: number): Promise<Row[]> {
    return this.#options.main.trajectories.rows(this.#selection.lines(from, count));
  }

  /** Sets the filter, and looks for what passes it in the background. */
  filter(filter: ListFilter): void {
    const selection = this.#select(filter);
    const tell = (): void => { if (selection === this.#selection) this.#options.tell(this.state); };
    void selection.look(tell)
      .catch((error: unknown) => { this.#problem = wordsOf(error, this.#options.host.api.l10n.t); })
      .finally(tell);
  }

  #select(filter: ListFilter): Selection {
    this.#selection.stop();
    return (this.#selection = new Selection(this.#options.main.trajectories, filter));
  }

  /** When the pass of {@link refresh} that is under way is done. */
  async refreshed(): Promise<void> {
    await this.#refreshing;
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
    const { host, main: { trajectories, run, refused, uri }, tell, changed } = this.#options;
    const { t } = host.api.l10n;
    if (refused !== undefined || this.#ended) return;
    const say = (): void => tell(this.state);
    let stopTelling = (): void => {};
    const tellOften = (): void => { stopTelling = host.later(pace, () => { say(); tellOften(); }); };
    tellOften();
    try {
      const before = trajectories.count;
      const { restarted } = await trajectories.refresh();
      this.#problem = (await trajectories.exists()) ? undefined
        : before > 0 || restarted ? t('{0} was deleted, or its folder was moved, while it was open.', uri.fsPath)
          : t('There is no {0}. A run writes it when its first iteration ends.', uri.fsPath);
      if (restarted) {
        this.#select(this.#selection.filter);
        changed('lines');
      }
      if (run && (await run.annotations.refresh()) !== 0) changed('scores');
      await this.#selection.look(say);
    } catch (error) {
      this.#problem = wordsOf(error, this.#options.host.api.l10n.t);
    } finally {
      stopTelling();
      say();
    }
  }

  /** The page is gone. */
  end(): void {
    this.#ended = true;
    this.#selection.stop();
  }
}
