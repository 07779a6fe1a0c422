// Policies small enough to check by hand-written loops.
import type { PolicyConfig } from '../../src/policy/config.ts';
import { weightShapes, type Weights } from '../../src/policy/weights.ts';
import { random } from '../../src/world/random.ts';
import { randomFloats } from '../compute/both-engines.ts';

export const tiny: PolicyConfig = { width: 16, layers: 2, heads: 4, keyValueHeads: 2, feedForward: 24, vocabulary: 40, context: 96, ropeTheta: 10000, normEpsilon: 1e-5 };

/** Weights far from the near-zero ones that training starts from: every part of the model matters to the answer. */
export function livelyWeights(config: PolicyConfig, seed: number): Weights {
  return Object.fromEntries(weightShapes(config).map(({ name, shape }) => {
    const tensor = randomFloats(random('lively', seed, name), shape, shape.length === 2 ? 1.6 / Math.sqrt(shape[1]) : 0.5);
    const data = shape.length === 1 ? tensor.data.map((v) => v + 1) : tensor.data;
    return [name, { shape, dtype: 'float32', data: data as Float32Array }];
  }));
}

export const randomIds = (draw: () => number, length: number, below: number): number[] => Array.from({ length }, () => Math.floor(draw() * below));
