import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparePassRates } from '../../src/evaluate/compare.ts';
import type { AttemptResult } from '../../src/evaluate/summary.ts';

const run = (solved: (task: number) => boolean, split = 'entities', samples = 1): AttemptResult[] =>
  Array.from({ length: 100 * samples }, (_, i) => ({
    taskId: `t${i % 100}`, split, level: 'I1', sample: Math.floor(i / 100), solved: solved(i % 100),
    steps: 3, oracleSteps: 3, outcome: 'answered', calls: 2, toolFailures: 0,
  }));

test('a policy that solves twenty tasks more, and the same others', () => {
  const { splits: [{ difference }], macro } = comparePassRates(run((t) => t < 50), run((t) => t < 70));
  assert.ok(Math.abs(difference.estimate - 0.2) < 1e-12);
  assert.ok(difference.low > 0.1 && difference.high < 0.3);
  assert.equal(macro.estimate, difference.estimate);
});

test('as many tasks but other ones: no difference, and an interval that says so', () => {
  const { macro } = comparePassRates(run((t) => t < 50), run((t) => t >= 50));
  assert.ok(macro.estimate === 0 && macro.low < 0 && macro.high > 0);
});

test('more attempts at a task do not make more tasks', () => {
  const { macro } = comparePassRates(run((t) => t < 50), run((t) => t < 70, 'entities', 4));
  assert.deepEqual(macro, comparePassRates(run((t) => t < 50), run((t) => t < 70)).macro);
});

test('splits count alike', () => {
  const before = [...run(() => false, 'x'), ...run(() => false, 'y')];
  const after = [...run(() => true, 'x'), ...run(() => false, 'y')];
  assert.equal(comparePassRates(before, after).macro.estimate, 0.5);
});

test('a task that only one of them was evaluated on is an error', () => {
  const all = run(() => true);
  assert.throws(() => comparePassRates(all, all.slice(1)), /task t0 of split entities is missing from the attempts of the policy after/);
  assert.throws(() => comparePassRates(all, all.slice(1), { names: ['a#0', 'b#5'] }), /is missing from the attempts of b#5: evaluate both/);
  assert.throws(() => comparePassRates(all.slice(1), all), /task t0 of split entities is missing from the attempts of the policy before/);
});
