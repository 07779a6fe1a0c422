/** Numbers that are none, found before they reach the weights: which tensors have them, and what the rest of those look like. */
import type { HostTensor, HostTensors } from '../compute/engine.ts';

/** What is known of one tensor; `min`, `max` and `mean` are over its finite numbers, null where it has none. */
export interface TensorStatistics {
  readonly name: string;
  readonly shape: readonly number[];
  readonly nan: number;
  readonly infinite: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
}

/** Counts and extremes of a tensor. Linear in its size: for failures, and for what is small. */
export function statisticsOf(name: string, { shape, data }: Pick<HostTensor, 'shape'> & { readonly data: ArrayLike<number> }): TensorStatistics {
  let [nan, infinite, sum, finite, min, max] = [0, 0, 0, 0, Infinity, -Infinity];
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (Number.isNaN(value)) nan++;
    else if (!Number.isFinite(value)) infinite++;
    else {
      finite++;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return { name, shape, nan, infinite, ...(finite > 0 ? { min, max, mean: sum / finite } : { min: null, max: null, mean: null }) };
}

export const isFinite = ({ nan, infinite }: TensorStatistics): boolean => nan + infinite === 0;

/** Statistics of those tensors that have a number that is not finite, each name after `of`. */
export const brokenIn = (of: string, tensors: HostTensors): TensorStatistics[] =>
  Object.entries(tensors).map(([name, tensor]) => statisticsOf(`${of} ${name}`, tensor)).filter((each) => !isFinite(each));

/** As a person reads it: `gradient model.norm.weight [128]: 3 NaN, 1 infinite; the others from -0.2 to 0.4, mean 0.01`. */
export function tellStatistics({ name, shape, nan, infinite, min, max, mean }: TensorStatistics): string {
  const counts = [nan > 0 ? `${nan} NaN` : '', infinite > 0 ? `${infinite} infinite` : ''].filter((each) => each !== '').join(', ');
  const short = (value: number): string => String(Number(value.toPrecision(3)));
  const rest = min === null || max === null || mean === null ? 'no others' : `${counts === '' ? '' : 'the others '}from ${short(min)} to ${short(max)}, mean ${short(mean)}`;
  return `${name} [${shape.join(', ')}]: ${counts === '' ? rest : `${counts}; ${rest}`}`;
}

/** Tensors that the message names; the error has them all. */
const told = 4;

/**
 * Learning met a number that is not finite and did nothing with it: weights, moments and counts are those of before, unless
 * the error itself says otherwise. The message names the first few tensors.
 */
export class NotFiniteError extends Error {
  /**
   * @param what the thing that went wrong, as a clause: `the loss of update 12 is NaN`
   * @param lead what came of it
   * @param cure what to do
   */
  constructor(what: string, /** Causes first. */ readonly tensors: readonly TensorStatistics[], lead = 'Training stopped, its weights untouched', cure = advice(tensors)) {
    const more = tensors.length > told ? `; and ${tensors.length - told} more, in log.jsonl` : '';
    const list = tensors.length === 0 ? '' : ` ${tensors.slice(0, told).map(tellStatistics).join('; ')}${more}.`;
    super(`${lead}: ${what}.${list} ${cure}`);
    this.name = 'NotFiniteError';
  }
}

function advice(tensors: readonly TensorStatistics[]): string {
  if (tensors.some(({ name }) => name.startsWith('weight '))) return 'The weights themselves are broken: check the file that policy.checkpoint names, or start from another.';
  if (tensors.some(({ name }) => name === 'rewards')) return 'A reward is not a number: look at what gives it (its section under "reward") before going on.';
  return 'Continuing repeats it, on the same settings: start anew with a lower algorithm.learningRate or algorithm.maxGradientNorm, or with "engine": { "name": "onnx:cpu" } if it was another.';
}

/** @throws NotFiniteError if any weight is not finite: a checkpoint of such weights is nothing to go on from */
export function requireFiniteWeights(weights: HostTensors): void {
  const broken = Object.entries(weights).filter(([, { dtype, data }]) => dtype === 'float32' && !areFinite(data)).map(([name, tensor]) => statisticsOf(`weight ${name}`, tensor));
  if (broken.length === 0) return;
  throw new NotFiniteError('the weights are not finite', broken, 'No checkpoint is written', 'Continuing from the one before repeats it, on the same settings: start anew with a lower algorithm.learningRate.');
}

/** In one pass without a branch: 0 times a number that is not finite is NaN. */
function areFinite(data: ArrayLike<number>): boolean {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i] * 0;
  return sum === 0;
}

/**
 * The error of an update, causes first, then the loss and the gradients that follow from them.
 * @param update its number, from 1
 * @param causes weights, moments and inputs that are broken
 * @param losses of its batches
 * @param gradients as far as they could be computed again, unclipped
 */
export function brokenUpdate(update: number, causes: readonly TensorStatistics[], losses: readonly number[], gradientNorm: number, gradients: HostTensors): NotFiniteError {
  const loss = statisticsOf('loss', { shape: [losses.length], data: losses });
  const what = loss.nan > 0 ? 'is NaN' : loss.infinite > 0 ? 'is infinite' : undefined;
  const clause = what === undefined ? `the gradient of update ${update} has the norm ${gradientNorm}` : `the loss of update ${update} ${what}`;
  const broken = brokenIn('gradient', gradients);
  const size = ({ min, max }: TensorStatistics): number => Math.max(Math.abs(min ?? 0), Math.abs(max ?? 0));
  // all finite, and yet their squares add up to more than a float holds: the largest
  const largest = (): TensorStatistics[] => Object.entries(gradients).map(([name, tensor]) => statisticsOf(`gradient ${name}`, tensor)).sort((a, b) => size(b) - size(a)).slice(0, 1);
  return new NotFiniteError(clause, [...causes, ...(what === undefined ? [] : [loss]), ...(broken.length > 0 ? broken : largest())]);
}
