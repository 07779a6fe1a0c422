import { ScoreReader, type RunScore } from '../../run/folder/score.ts';
import type { Api } from '../host.ts';
import { fewAtOnce } from './few-at-once.ts';
import { sourceIn } from './source.ts';

interface Scored {
  readonly reader: ScoreReader;
  score?: Promise<RunScore | undefined>;
}

/** How well runs do, by their folders; each reads on where it stopped, once it was told that its run changed. */
export class RunScores {
  readonly #api: Api;
  readonly #scores = new Map<string, Scored>();
  readonly #turn = fewAtOnce(4);

  constructor(api: Api) {
    this.#api = api;
  }

  /** The score of a run; undefined before its first measurement, and where it cannot be read. */
  of(folder: string): Promise<RunScore | undefined> {
    let scored = this.#scores.get(folder);
    if (!scored) {
      scored = { reader: new ScoreReader(sourceIn(this.#api, folder, 'metrics.jsonl')) };
      this.#scores.set(folder, scored);
    }
    const { reader } = scored;
    return (scored.score ??= this.#turn(() => reader.refresh().catch(() => undefined)));
  }

  /** A run's metrics may have grown; without a folder, those of all. */
  changed(folder?: string): void {
    for (const [one, scored] of this.#scores) if (folder === undefined || one === folder) scored.score = undefined;
  }
}
