import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assignCredit } from '../../../src/learn/credit/assign.ts';
import { klEstimate, klEstimators, klOfTokens, nextKlCoefficient } from '../../../src/learn/credit/kl.ts';
import { close, golden } from './cases.ts';

test('the estimators, by hand', () => {
  assert.equal(klEstimate('k1', -0.5), -0.5);
  assert.equal(klEstimate('k2', -0.5), 0.125);
  assert.ok(Math.abs(klEstimate('k3', -0.5) - (Math.exp(0.5) - 1.5)) < 1e-15);
  for (const estimator of klEstimators) assert.equal(klEstimate(estimator, 0), 0);
});

test('in expectation over the policy, k1 and k3 are the divergence, and k2 is near it when the policies are', () => {
  const policy = [0.5, 0.3, 0.2];
  const reference = [0.45, 0.33, 0.22];
  const exact = policy.reduce((sum, p, i) => sum + p * Math.log(p / reference[i]), 0);
  const expected = (estimator: 'k1' | 'k2' | 'k3'): number =>
    policy.reduce((sum, p, i) => sum + p * klEstimate(estimator, Math.log(p) - Math.log(reference[i])), 0);
  assert.ok(Math.abs(expected('k1') - exact) < 1e-12);
  assert.ok(Math.abs(expected('k3') - exact) < 1e-12);
  assert.ok(Math.abs(expected('k2') - exact) < 0.1 * exact);
});

test('k3 stays finite and never negative, however far policy and reference are apart', () => {
  for (const logRatio of [-1000, -30, -3, 1e-12, 3, 30, 1000]) {
    const k3 = klEstimate('k3', logRatio);
    assert.ok(k3 >= 0 && k3 <= 10, `k3 of ${logRatio} is ${k3}`);
  }
});

test('k3 of nearly equal policies does not drown in rounding', () => {
  assert.ok(Math.abs(klEstimate('k3', 1e-6) / 5e-13 - 1) < 1e-3);
});

test('per token, from log-probabilities; arrays of two lengths are an error', () => {
  assert.deepEqual([...klOfTokens('k1', [-1, -2], [-1.5, -1])], [0.5, -1]);
  assert.throws(() => klOfTokens('k1', [-1], []), /1 log-probabilities of the policy but 0/);
});

test('the penalty is taken off every trainable token, on top of the placed score', () => {
  const kl = Array.from(golden.mask, () => 0.1);
  const { tokenRewards, steps } = assignCredit({ ...golden, kl, beta: 0.5 });
  close(tokenRewards, [-0.05, 0.75, -0.05, 0.45, -0.05, -0.05, 0.95], 1e-12, 'token rewards');
  close(steps.map(({ reward }) => reward), [0.7, 0.4, 0.85], 1e-12, 'rewards of steps');
});

test('the adaptive controller from 0.3 with batches of 8, as the golden vectors have it', () => {
  const adaptive = { kind: 'adaptive', target: 6, horizon: 10000 } as const;
  const next = (kl: number): string => nextKlCoefficient(adaptive, 0.3, kl, 8).toFixed(6);
  assert.deepEqual([0, 3, 6, 12].map(next), ['0.299952', '0.299952', '0.300000', '0.300048']);
});

test('a fixed controller stays', () => {
  assert.equal(nextKlCoefficient({ kind: 'fixed' }, 0.3, 100, 8), 0.3);
});

test('a batch of many horizons moves an adaptive coefficient by a fifth, so that it never ends at 0 and can come back', () => {
  const adaptive = { kind: 'adaptive', target: 6, horizon: 100 } as const;
  const lowered = nextKlCoefficient(adaptive, 0.3, 0, 64 * 8);
  assert.ok(Math.abs(lowered - 0.24) < 1e-12, `${lowered}`);
  assert.ok(nextKlCoefficient(adaptive, lowered, 12, 64 * 8) > lowered);
});
