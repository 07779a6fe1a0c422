/**
 * Low-rank adapters (LoRA, arXiv 2106.09685) beside the frozen matrices of a policy: `x·Wᵀ + (alpha / rank)·(x·Aᵀ)·Bᵀ`.
 * Only the adapter and the value head are trained; with the adapter off, the same weights are the reference policy.
 */
import type { HostTensor } from '../compute/engine.ts';
import { random } from '../world/random.ts';

export interface Adapter {
  readonly rank: number;
  /** The product counts alpha / rank times. */
  readonly alpha: number;
  /** Names of projections, as PEFT's target_modules: `q_proj`, `down_proj`, … */
  readonly modules: readonly string[];
}

type Floats = HostTensor & { readonly data: Float32Array };
interface Shape { readonly name: string; readonly shape: number[] }

/** Names of the two factors beside a weight: A is [rank, in], B is [out, rank]. */
export const factorNames = (weight: string) => ({ a: weight.replace(/weight$/, 'lora_A.weight'), b: weight.replace(/weight$/, 'lora_B.weight') });

export const isFactor = (name: string): boolean => /\.lora_[AB]\.weight$/.test(name);

/** Whether a weight has factors beside it. */
export const isAdapted = ({ modules }: Adapter, weight: string): boolean => modules.some((module) => weight.endsWith(`.${module}.weight`));

/**
 * The factors' shapes beside the given weights.
 * @throws if the rank is no positive whole number, or a module names no matrix of the model
 */
export function factorShapes(adapter: Adapter, weights: readonly Shape[]): Shape[] {
  const { rank, modules } = adapter;
  if (!Number.isInteger(rank) || rank < 1) throw new Error(`An adapter's rank is a whole number from 1, not ${rank}.`);
  const matrices = weights.filter(({ name, shape }) => shape.length === 2 && name.includes('_proj.'));
  const known = [...new Set(matrices.map(({ name }) => name.split('.').at(-2)!))];
  const unknown = modules.find((module) => !known.includes(module));
  if (unknown !== undefined) throw new Error(`The model has no module '${unknown}' to adapt. Name some of ${known.join(', ')}.`);
  return matrices.filter(({ name }) => isAdapted(adapter, name)).flatMap(({ name, shape: [out, inputs] }) => {
    const { a, b } = factorNames(name);
    return [{ name: a, shape: [rank, inputs] }, { name: b, shape: [out, rank] }];
  });
}

/** Factors to start from, as PEFT has them: A uniform within ±1/√inputs, B 0, so that the policy begins as its base. */
export function initialFactors(shapes: readonly Shape[], seed: number): { readonly [name: string]: Floats } {
  return Object.fromEntries(shapes.map(({ name, shape }): [string, Floats] => {
    const data = new Float32Array(shape[0] * shape[1]);
    const draw = random(seed, 'adapter', name);
    if (name === factorNames(name.replace(/lora_[AB]\./, '')).a) data.forEach((_, i) => { data[i] = (2 * draw() - 1) / Math.sqrt(shape[1]); });
    return [name, { shape, dtype: 'float32', data }];
  }));
}
