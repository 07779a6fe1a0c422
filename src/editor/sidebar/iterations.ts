/** The iterations of a run, out of its metrics: known before any trajectory is indexed. */
import { checked } from '../../run/folder/jsonl.ts';
import { isMetricsLine } from '../../run/folder/lines.ts';
import type { MetricsLine } from '../../run/folder/lines.ts';
import { scoreIn } from '../../run/folder/score.ts';
import type { OpenRun } from '../runs/store.ts';
import type { IterationNode, Node } from './nodes.ts';

const windowLines = 256;

interface Figures { rollout?: number; evaluation?: number }

/** Reads metrics as they come in, each line once. */
export class Iterations {
  readonly #run: OpenRun;
  readonly #found = new Map<number, Figures>();
  #read = 0;

  constructor(run: OpenRun) {
    this.#run = run;
  }

  /** All iterations so far, newest first: those with metrics, and those with trajectories alone. */
  async list(): Promise<IterationNode[]> {
    const { folder, reader: { metrics }, trajectories } = this.#run;
    if (metrics.count < this.#read) { // cut back by a resumed run
      this.#read = 0;
      this.#found.clear();
    }
    while (this.#read < metrics.count) {
      const lines = await metrics.window(this.#read, windowLines);
      if (lines.length === 0) break;
      this.#read += lines.length;
      for (const line of checked(lines, isMetricsLine, 'metrics line').lines) this.#take(line);
    }
    for (const { iteration } of trajectories.iterations()) if (!this.#found.has(iteration)) this.#found.set(iteration, {});
    return [...this.#found.entries()].sort(([a], [b]) => b - a).map(([iteration, { rollout, evaluation }]): IterationNode => {
      const passRate = evaluation ?? rollout;
      return { kind: 'iteration', id: `iteration ${folder} ${iteration}`, folder, iteration, isMeasured: evaluation !== undefined, ...(passRate === undefined ? {} : { passRate }) };
    });
  }

  #take(line: MetricsLine): void {
    const figures = this.#found.get(line.iteration) ?? {};
    figures.rollout = scoreIn(line, 'rollout')?.passRate ?? figures.rollout;
    figures.evaluation = scoreIn(line, 'evaluation')?.passRate ?? figures.evaluation;
    this.#found.set(line.iteration, figures);
  }
}

/** When all trajectories of an iteration are indexed: at the end, or once a later iteration's come in. */
export const indexedUpTo = (run: OpenRun, iteration: number): Promise<void> =>
  indexedUntil(run, ({ latest }) => latest !== undefined && latest > iteration);

/** When a line of the trajectories is indexed, or all are. */
export const indexedLine = (run: OpenRun, line: number): Promise<void> => indexedUntil(run, ({ count }) => count > line);

async function indexedUntil(run: OpenRun, isEnough: (trajectories: OpenRun['trajectories']) => boolean): Promise<void> {
  if (isEnough(run.trajectories)) return;
  await new Promise<void>((resolve, reject) => {
    const listening = run.onDidGrow(() => { if (isEnough(run.trajectories)) { listening.dispose(); resolve(); } });
    run.indexed().then(resolve, reject).finally(() => listening.dispose());
  });
}

/** Many iterations by hundreds, so that no level of the tree is endless. */
export function ranges(list: readonly IterationNode[]): Node[] {
  const groups = new Map<number, IterationNode[]>();
  for (const each of list) {
    const hundred = Math.floor(each.iteration / 100);
    const group = groups.get(hundred);
    if (group) group.push(each);
    else groups.set(hundred, [each]);
  }
  return [...groups.entries()].map(([hundred, iterations]): Node => ({ kind: 'range', id: `range ${iterations[0].folder} ${hundred}`, folder: iterations[0].folder, iterations }));
}
