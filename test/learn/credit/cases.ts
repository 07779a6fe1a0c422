// Random trajectories, and the checks that every implementation of credit must pass: run on ours, and on mutants of it.
import assert from 'node:assert/strict';
import { creditModes, stepWeights } from '../../../src/learn/credit/input.ts';
import type { Credit, CreditInput, Span } from '../../../src/learn/credit/input.ts';
import { integer, pick, random } from '../../../src/world/random.ts';
import { textbookCredit } from './textbook.ts';

export type Implementation = (input: CreditInput) => Pick<Credit, 'tokenRewards' | 'advantages' | 'returns'>;

/** The trajectory of steptool.md, section 10. */
export const golden: CreditInput = {
  mask: [0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0],
  scores: [0.8, 0.5, 1.0],
  values: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.1, 0.2, 0.3, 0.4, 0.5, 0.1, 0.2, 0.3, 0.4],
  gamma: 0.99, lam: 0.95, beta: 0, mode: 'tokenPadded', stepWeight: 'one',
};

/**
 * Trajectory number `seed`: 1 to 6 steps of 1 to 5 tokens; observations of 0 to 6 tokens, so that steps touch; a third of the
 * rewards 0; with and without KL; terminated and truncated; now and then with its first steps cut off, scores kept.
 */
export function randomCase(seed: number): CreditInput {
  const draw = random('credit case', seed);
  const mask: number[] = [];
  const steps: Span[] = [];
  const masked = (n: number): void => void mask.push(...Array.from({ length: n }, () => 0));
  masked(integer(draw, 0, 4)); // the prompt
  const count = integer(draw, 1, 6);
  for (let i = 0; i < count; i++) {
    const start = mask.length;
    mask.push(...Array.from({ length: integer(draw, 1, 5) }, () => 1));
    steps.push({ start, end: mask.length });
    masked(draw() < 0.3 ? 0 : integer(draw, 1, 6)); // the observation, often empty
  }
  const cutOff = draw() < 0.2 ? integer(draw, 1, 2) : 0;
  const noise = (): number => draw() * 4 - 2;
  return {
    mask,
    steps,
    scores: Array.from({ length: count + cutOff }, () => (draw() < 0.33 ? 0 : noise())),
    values: mask.map(noise),
    kl: draw() < 0.5 ? mask.map(noise) : undefined,
    gamma: pick(draw, [1, 0.99, 0.9, 0.5, 0]),
    lam: pick(draw, [1, 0.95, 0.5, 0]),
    beta: pick(draw, [0, 0.02, 0.3]),
    mode: creditModes[seed % creditModes.length],
    stepWeight: pick(draw, stepWeights),
    bootstrap: draw() < 0.5 ? noise() : undefined,
  };
}

export const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, within: number, what: string): void => {
  assert.equal(actual.length, expected.length, `${what}: length`);
  for (let i = 0; i < expected.length; i++) {
    assert.ok(Math.abs(actual[i] - expected[i]) <= within, `${what}[${i}] is ${actual[i]}, expected ${expected[i]}`);
  }
};

/** Compares with the textbook on `count` random trajectories. */
export function checkAgainstTextbook(implementation: Implementation, count: number): void {
  for (let seed = 0; seed < count; seed++) {
    const input = randomCase(seed);
    const ours = implementation(input);
    const theirs = textbookCredit(input);
    for (const name of ['tokenRewards', 'advantages', 'returns'] as const) {
      close(ours[name], theirs[name], 1e-9, `case ${seed} (${input.mode}): ${name}`);
    }
  }
}

const table = {
  one: {
    tokenRewards: [0, 0.8, 0, 0.5, 0, 0, 1],
    tokenPadded: [1.458, 1.4471, 1, 0.9601, 0.8084, 0.7553, 0.7],
    paddedReturns: [1.658, 1.7471, 1.2, 1.2601, 0.9084, 0.9553, 1],
    tokenCompressed: [1.7205, 1.7262, 1.0933, 1.0593, 0.8084, 0.7553, 0.7],
  },
  remaining: {
    tokenRewards: [0, 1.6, 0, 0.5, 0, 0, 0],
    tokenPadded: [1.7011, 1.7056, 0.3079, 0.2242, -0.0761, -0.1852, -0.3],
    paddedReturns: [1.9011, 2.0056, 0.5079, 0.5242, 0.0239, 0.0148, 0],
    tokenCompressed: [1.7808, 1.7904, 0.3109, 0.2274, -0.0761, -0.1852, -0.3],
  },
} as const;

/** The golden vectors, to the four decimals that they are given with (two of them are rounded down from a half). */
export function checkGolden(implementation: Implementation): void {
  const digits = 6e-5;
  for (const stepWeight of ['one', 'remaining'] as const) {
    const expected = table[stepWeight];
    const padded = implementation({ ...golden, stepWeight });
    close(padded.tokenRewards, expected.tokenRewards, 1e-12, `${stepWeight}: token rewards`);
    close(padded.advantages, expected.tokenPadded, digits, `${stepWeight}: advantages, tokenPadded`);
    close(padded.returns, expected.paddedReturns, digits, `${stepWeight}: returns, tokenPadded`);
    const compressed = implementation({ ...golden, stepWeight, mode: 'tokenCompressed' });
    close(compressed.advantages, expected.tokenCompressed, digits, `${stepWeight}: advantages, tokenCompressed`);
  }
  const step = implementation({ ...golden, mode: 'step' });
  close(step.advantages, [1.9693, 1.9693, 1.2455, 1.2455, 0.9, 0.9, 0.9], digits, 'advantages, step');
  // Not in the table; by hand: G = 0.8 + 0.99·0.5 + 0.9801, 0.5 + 0.99, 1, less the values 0.2, 0.2, 0.1.
  const monteCarlo = implementation({ ...golden, mode: 'monteCarlo' });
  close(monteCarlo.advantages, [2.0751, 2.0751, 1.29, 1.29, 0.9, 0.9, 0.9], 1e-12, 'advantages, monteCarlo');
}
