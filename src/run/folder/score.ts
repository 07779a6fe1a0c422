/** How well a run does, in one number with its interval: what lists and code lenses show of `metrics.jsonl`. */
import type { MetricsLine } from './lines.ts';
import { isMetricsLine } from './lines.ts';
import { JsonlFile, parseLine } from './jsonl.ts';
import type { ByteSource } from './source.ts';

/** A pass rate from 0 to 1. `low` and `high` bound its interval where one was recorded. */
export interface Score {
  readonly iteration: number;
  readonly passRate: number;
  readonly low?: number;
  readonly high?: number;
  /** The change since reinforcement learning began, on the same tasks, with its interval. */
  readonly change?: { readonly estimate: number; readonly low: number; readonly high: number };
}

export interface RunScore {
  /** `evaluation`: on held-out tasks, mean over splits. `rollout`: on the tasks trained on, where nothing else was measured. */
  readonly kind: 'evaluation' | 'rollout';
  /** What reinforcement learning started from: the first measurement that is not ahead of the warm start. */
  readonly first: Score;
  readonly best: Score;
  readonly last: Score;
}

type Kind = RunScore['kind'];

/** What JSON spells 1e999 is a number too. */
const finite = (value: number | null | undefined): value is number => Number.isFinite(value);

/** The measurement in a line of metrics; undefined where it has none of that kind. */
export function scoreIn(line: MetricsLine, kind: Kind): Score | undefined {
  const passRate = kind === 'evaluation' ? line['evaluate/macro/passRate'] : line['rollout/passRate'];
  if (!finite(passRate) || line.stage === 'before') return undefined;
  const { 'evaluate/macro/low': low, 'evaluate/macro/high': high } = line;
  const interval = kind === 'evaluation' && finite(low) && finite(high) ? { low, high } : {};
  const [estimate, changeLow, changeHigh] = (['change', 'changeLow', 'changeHigh'] as const).map((name) => line[`evaluate/macro/${name}`]);
  const change = kind === 'evaluation' && finite(estimate) && finite(changeLow) && finite(changeHigh) ? { change: { estimate, low: changeLow, high: changeHigh } } : {};
  return { iteration: line.iteration, passRate, ...interval, ...change };
}

const including = (before: RunScore | undefined, kind: Kind, score: Score): RunScore => ({
  kind,
  first: before?.first ?? score,
  best: before && before.best.passRate >= score.passRate ? before.best : score,
  last: score,
});

/** Follows a `metrics.jsonl` that may still grow: each refresh reads what was appended, block by block, and keeps only the score. */
export class ScoreReader {
  readonly #lines: JsonlFile;
  #found: { [K in Kind]?: RunScore } = {};

  constructor(source: ByteSource) {
    this.#lines = new JsonlFile(source, {
      visit: (index, bytes) => {
        const line = parseLine(index, bytes);
        if (line.kind === 'value' && isMetricsLine(line.value)) this.#take(line.value);
      },
      restart: () => { this.#found = {}; },
    });
  }

  /** The score so far; undefined before the first measurement, and where there is no file. Throws Node's errors. */
  async refresh(): Promise<RunScore | undefined> {
    await this.#lines.refresh();
    return this.#found.evaluation ?? this.#found.rollout;
  }

  #take(line: MetricsLine): void {
    for (const kind of ['evaluation', 'rollout'] as const) {
      const score = scoreIn(line, kind);
      if (score) this.#found[kind] = including(this.#found[kind], kind, score);
    }
  }
}
