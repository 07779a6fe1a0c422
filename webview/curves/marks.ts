/** Where on the axis a run has checkpoints and evaluations. */
import type { Axis } from '../report/model.ts';
import type { Mark } from './chart-plugins.ts';
import type { RunData } from './data.ts';
import { lowerBound } from './decimate.ts';

/** The value of x at an iteration: of its last row, between rows in between (of a long run not every iteration is here); undefined beyond the rows. */
function placeOf(iteration: number, iterations: Float64Array, xs: Float64Array): number | undefined {
  const after = lowerBound(iterations, iteration + 0.5);
  if (after === 0) return undefined;
  const [last, x] = [iterations[after - 1], xs[after - 1]];
  if (last === iteration) return x;
  return after === iterations.length ? undefined : x + ((iteration - last) / (iterations[after] - last)) * (xs[after] - x);
}

/** The marks of a run in its colour. */
export function marksOf(run: RunData, axis: Axis, kinds: { readonly checkpoints: boolean; readonly evaluations: boolean }, colour: number): Mark[] {
  const [xs, iterations] = [run.column(axis), run.column('iteration')];
  if (!xs || !iterations) return [];
  const checkpoints = kinds.checkpoints ? run.info.checkpoints.map((iteration) => placeOf(iteration, iterations, xs)) : [];
  const evaluated: number[] = [];
  if (kinds.evaluations) {
    // The mean of the splits is in every evaluation; runs of others may know no such thing.
    const names = run.names().filter((name) => name.startsWith('evaluate/'));
    const columns = (names.includes('evaluate/macro/passRate') ? ['evaluate/macro/passRate'] : names).flatMap((name) => run.column(name) ?? []);
    for (let row = 0; row < xs.length; row++) if (columns.some((column) => Number.isFinite(column[row]))) evaluated.push(xs[row]);
  }
  const mark = (kind: Mark['kind']) => (x: number | undefined): Mark[] => (x !== undefined && Number.isFinite(x) ? [{ x, kind, colour }] : []);
  return [...checkpoints.flatMap(mark('checkpoint')), ...evaluated.flatMap(mark('evaluation'))];
}
