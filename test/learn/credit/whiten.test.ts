import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assignCredit } from '../../../src/learn/credit/assign.ts';
import { maskedWhiten, moments, whiten } from '../../../src/learn/credit/whiten.ts';
import { close, golden } from './cases.ts';

const { advantages } = assignCredit(golden);
const whitened = [1.3954, 1.3608, -0.0586, -0.1851, -0.6666, -0.8351, -1.0108];

test('the golden advantages whiten to the golden vector', () => {
  const { advantages: [white], mean, variance } = whiten([advantages]);
  assert.equal(mean.toFixed(6), '1.018417');
  assert.equal(variance.toFixed(6), '0.099241');
  close(white, whitened, 5e-5, 'whitened');
});

test('a batch has one mean and one variance, whatever the trajectories it comes in', () => {
  const parts = whiten([advantages.slice(0, 2), advantages.slice(2, 2), advantages.slice(2)]);
  close(parts.advantages.flatMap((array) => [...array]), whitened, 5e-5, 'whitened');
  assert.equal(parts.advantages.length, 3);
});

test('with a mask, masked entries count for nothing and come out as 0', () => {
  const full = Array.from(golden.mask, () => 1e6);
  let next = 0;
  for (let t = 0; t < full.length; t++) if (golden.mask[t] === 1) full[t] = advantages[next++];
  const white = maskedWhiten(full, golden.mask);
  close(white.filter((_, t) => golden.mask[t] === 1), whitened, 5e-5, 'whitened');
  assert.ok(white.every((x, t) => golden.mask[t] === 1 || x === 0));
});

test('a batch in which everything went alike teaches nothing, instead of its rounding errors', () => {
  const alike = Float64Array.of(0.5, 0.5 + 1e-7, 0.5 - 1e-7);
  assert.ok(whiten([alike]).advantages[0].every((a) => Math.abs(a) < 1e-4));
  const equal = whiten([Float64Array.of(0.5, 0.5)], { floor: 0 });
  assert.deepEqual([...equal.advantages[0]], [0, 0]);
});

test('one token or none is no reason for NaN', () => {
  assert.deepEqual([...whiten([Float64Array.of(3)]).advantages[0]], [0]);
  assert.deepEqual(whiten([]), { advantages: [], mean: 0, variance: 0 });
});

test('moments survive a mean that is large beside the spread', () => {
  assert.deepEqual(moments([[1e9, 1e9 + 1], [1e9 + 2]]), { count: 3, mean: 1e9 + 1, variance: 1 });
});
