import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assignCredit } from '../../../src/learn/credit/assign.ts';
import { creditModes } from '../../../src/learn/credit/input.ts';
import type { CreditInput } from '../../../src/learn/credit/input.ts';
import { weightOf } from '../../../src/learn/credit/rewards.ts';
import { checkAgainstTextbook, checkGolden, close, golden, randomCase } from './cases.ts';

test('the golden vectors come out, in all modes and step weights', () => checkGolden(assignCredit));

test('400 random trajectories are credited as the textbook does', () => checkAgainstTextbook(assignCredit, 400));

test('the random trajectories include what goes wrong elsewhere', () => {
  const cases = Array.from({ length: 400 }, (_, seed) => randomCase(seed));
  const some = (what: (input: CreditInput) => boolean): void => assert.ok(cases.filter(what).length > 20);
  some(({ steps }) => steps!.some(({ start }, i) => i > 0 && steps![i - 1].end === start)); // touching steps
  some(({ steps }) => steps!.some(({ start, end }) => end - start === 1));
  some(({ scores }) => scores.includes(0));
  some(({ steps, scores }) => steps!.length < scores.length); // the start cut off
  some(({ bootstrap }) => bootstrap !== undefined); // truncated
  some(({ kl, beta }) => kl !== undefined && beta > 0);
});

test('with gamma = lambda = 1, the return of every token is the sum of the rewards that are still to come', () => {
  for (let seed = 0; seed < 200; seed++) {
    const input: CreditInput = { ...randomCase(seed), gamma: 1, lam: 1, bootstrap: 0, beta: 0 };
    const { tokenRewards, returns } = assignCredit(input);
    close(returns, Array.from(tokenRewards, (_, i) => tokenRewards.subarray(i).reduce((sum, reward) => sum + reward, 0)), 1e-9, `case ${seed}: returns`);
  }
});

test('with gamma = lambda = 1 and a KL penalty, steps return their own and all later penalties', () => {
  for (const mode of ['step', 'monteCarlo'] as const) {
    const { steps, tokenRewards } = assignCredit({ ...golden, mode, gamma: 1, lam: 1, beta: 0.1, kl: golden.values });
    for (const step of steps) {
      assert.ok(Math.abs(step.return - tokenRewards.subarray(step.start).reduce((sum, reward) => sum + reward, 0)) < 1e-12);
    }
  }
});

/** The trajectory with 40 more masked tokens after each step. */
function withLongerObservations(input: CreditInput): CreditInput {
  const mask: number[] = [];
  const values: number[] = [];
  const kl: number[] = [];
  const steps: { start: number; end: number }[] = [];
  let at = 0;
  for (const { start, end } of input.steps!) {
    for (; at < end; at++) {
      if (at === start) steps.push({ start: mask.length, end: mask.length + end - start });
      mask.push(input.mask[at]);
      values.push(input.values[at]);
      kl.push(input.kl?.[at] ?? 0);
    }
    for (let i = 0; i < 40; i++) mask.push(0), values.push(7), kl.push(7);
  }
  return { ...input, mask, values, kl, steps };
}

test('longer observations change nothing, but for tokenPadded, whose credit they eat', () => {
  for (const mode of ['step', 'tokenCompressed', 'monteCarlo'] as const) {
    for (let seed = 0; seed < 50; seed++) {
      const input: CreditInput = { ...randomCase(seed), mode };
      const short = assignCredit(input);
      const long = assignCredit(withLongerObservations(input));
      assert.deepEqual([...long.advantages, ...long.returns], [...short.advantages, ...short.returns]);
    }
  }
  const input: CreditInput = { ...golden, steps: [{ start: 2, end: 4 }, { start: 7, end: 9 }, { start: 11, end: 14 }] };
  const advantages = (trajectory: CreditInput): number => assignCredit(trajectory).advantages[0];
  assert.ok(advantages(withLongerObservations(input)) < advantages(input) - 0.5);
});

test('credit across 100 tokens of an observation: carried where compressed, 0.0012 where padded, sign turned where padded and valued', () => {
  const action = Array.from({ length: 10 }, () => 1);
  const mask = [...action, ...Array.from({ length: 100 }, () => 0), ...action];
  const lastOfFirstAction = (mode: 'tokenPadded' | 'tokenCompressed', value: number): number =>
    assignCredit({ ...golden, mask, scores: [0, 1], values: mask.map(() => value), mode }).advantages[9];
  const rounded = (x: number): number => Number(x.toPrecision(3));
  assert.equal(rounded(lastOfFirstAction('tokenCompressed', 0)), 0.541);
  assert.equal(rounded(lastOfFirstAction('tokenPadded', 0)), 0.00117);
  assert.equal(rounded(lastOfFirstAction('tokenCompressed', 0.5)), 0.232);
  assert.equal(rounded(lastOfFirstAction('tokenPadded', 0.5)), -0.498);
});

test('steps that touch are two steps when boundaries are given, and one run when they are not', () => {
  const touching: CreditInput = { mask: [0, 1, 1, 1, 1], scores: [0.25, 1], values: [0, 0, 0, 0, 0], gamma: 1, lam: 1, beta: 0, mode: 'step', stepWeight: 'one' };
  const two = assignCredit({ ...touching, steps: [{ start: 1, end: 3 }, { start: 3, end: 5 }] });
  assert.deepEqual([...two.tokenRewards], [0, 0.25, 0, 1]);
  assert.deepEqual([...two.advantages], [1.25, 1.25, 1, 1]);
  const one = assignCredit(touching);
  assert.deepEqual([...one.tokenRewards], [0, 0, 0, 1]); // the released matching from the end: the first score finds no run
});

test('a step of reward 0 is still a step', () => {
  const { steps } = assignCredit({ ...golden, scores: [0, 0, 0], mode: 'step' });
  assert.equal(steps.length, 3);
  assert.deepEqual(steps.map(({ reward }) => reward), [0, 0, 0]);
});

test('when the start of a trajectory is cut off, the last steps keep their scores and weights', () => {
  const { tokenRewards, steps } = assignCredit({ ...golden, scores: [9, 0.8, 0.5, 1], stepWeight: 'remaining' });
  assert.deepEqual([...tokenRewards], [0, 1.6, 0, 0.5, 0, 0, 0]);
  assert.deepEqual(steps.map(({ score }) => score), [1, 2, 3]);
});

test('a masked token inside a step carries no reward: it lands on the last trainable one', () => {
  const { positions, tokenRewards } = assignCredit({ ...golden, steps: [{ start: 2, end: 7 }, { start: 7, end: 10 }, { start: 10, end: 15 }] });
  assert.deepEqual([...positions], [2, 3, 7, 8, 11, 12, 13]);
  assert.deepEqual([...tokenRewards], [0, 0.8, 0, 0.5, 0, 0, 1]);
});

test('only truncation bootstraps: with the value of what would have come', () => {
  for (const mode of creditModes) {
    const input: CreditInput = { ...golden, mask: [1, 1], values: [0, 0], scores: [0], mode, gamma: 0.5, lam: 1 };
    assert.deepEqual([...assignCredit(input).advantages], [0, 0]);
    const truncated = [...assignCredit({ ...input, bootstrap: 8 }).advantages];
    assert.deepEqual(truncated, mode === 'step' || mode === 'monteCarlo' ? [4, 4] : [2, 4]);
  }
});

test('return = advantage + value, for every step and, in the token modes, every token', () => {
  for (let seed = 0; seed < 100; seed++) {
    const input = randomCase(seed);
    const { steps, advantages, returns, positions } = assignCredit(input);
    for (const step of steps) assert.ok(Math.abs(step.return - step.advantage - step.value) < 1e-9);
    if (input.mode.startsWith('token')) close(returns, advantages.map((a, i) => a + input.values[positions[i]]), 1e-12, 'returns');
  }
});

test('step weights of three steps', () => {
  const weights = (weight: 'one' | 'remaining' | 'remainingInclusive'): number[] => [0, 1, 2].map((i) => weightOf(weight, i, 3));
  assert.deepEqual(weights('one'), [1, 1, 1]);
  assert.deepEqual(weights('remaining'), [2, 1, 0]);
  assert.deepEqual(weights('remainingInclusive'), [3, 2, 1]);
});

test('nothing to train on gives nothing', () => {
  const { tokenRewards, steps } = assignCredit({ ...golden, mask: Array.from(golden.mask, () => 0), scores: [] });
  assert.equal(tokenRewards.length, 0);
  assert.equal(steps.length, 0);
});

test('what would lose credit silently is an error that says where', () => {
  const wrong = (change: Partial<CreditInput>, message: RegExp): void => assert.throws(() => assignCredit({ ...golden, ...change }), message);
  wrong({ scores: [1, 1] }, /3 steps but 2 scores/);
  wrong({ steps: [{ start: 2, end: 4 }], scores: [1] }, /mask\[7\] is 1 but the token is in no step/);
  wrong({ steps: [{ start: 3, end: 4 }, { start: 7, end: 15 }] }, /mask\[2\] is 1 but the token is in no step/);
  wrong({ steps: [{ start: 0, end: 2 }, { start: 2, end: 15 }] }, /steps\[0\] \(0 to 2\) has no trainable token/);
  wrong({ steps: [{ start: 2, end: 9 }, { start: 8, end: 15 }] }, /steps\[1\] is 8 to 15/);
  wrong({ steps: [{ start: 2, end: 16 }] }, /steps\[0\] is 2 to 16/);
  wrong({ mask: [0, 0.5] , values: [0, 0] }, /mask\[1\] is 0.5/);
  wrong({ values: [1] }, /values has 1 entries but mask has 15/);
  wrong({ kl: [1] }, /kl has 1 entries but mask has 15/);
  wrong({ scores: [1, NaN, 1] }, /scores\[1\] is NaN/);
  wrong({ values: Array.from(golden.values, (v, t) => (t === 8 ? Infinity : v)) }, /values\[8\] is Infinity/);
  wrong({ gamma: NaN }, /gamma.*NaN/);
});

test('values and KL of masked tokens are never read', () => {
  const garbage = (array: ArrayLike<number>): number[] => Array.from(array, (x, t) => (golden.mask[t] === 1 ? x : NaN));
  for (const mode of creditModes) {
    const input = { ...golden, mode, beta: 0.3, kl: golden.values };
    const dirty = assignCredit({ ...input, values: garbage(golden.values), kl: garbage(golden.values) });
    assert.deepEqual(dirty, assignCredit(input));
  }
});
