import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootstrap, percentile } from '../../src/evaluate/bootstrap.ts';
import { mean, meanOfIntervals, meanOverSeeds, variance, wilson } from '../../src/evaluate/intervals.ts';
import type { Interval } from '../../src/evaluate/intervals.ts';
import { random } from '../../src/world/random.ts';

const near = ({ low, high }: Interval, expected: readonly [number, number], within: number): void =>
  assert.ok(Math.abs(low - expected[0]) <= within && Math.abs(high - expected[1]) <= within, `${low} to ${high} is not near ${expected.join(' to ')}`);

test("Wilson's interval for the examples of R. Newcombe (Statistics in Medicine 17, 1998, table I, method 3)", () => {
  near(wilson(81, 263), [0.2553, 0.3662], 5e-5);
  near(wilson(15, 148), [0.0624, 0.1605], 5e-5);
  near(wilson(0, 20), [0, 0.1611], 5e-5);
  near(wilson(1, 29), [0.0061, 0.1718], 5e-5);
});

test("Wilson's interval stays within 0 and 1 and mirrors successes and failures", () => {
  for (const n of [1, 7, 100]) {
    for (let k = 0; k <= n; k++) {
      const interval = wilson(k, n);
      assert.ok(0 <= interval.low && interval.low <= interval.estimate && interval.estimate <= interval.high && interval.high <= 1);
      near(wilson(n - k, n), [1 - interval.high, 1 - interval.low], 1e-12);
    }
  }
  assert.throws(() => wilson(0, 0), /no trials/);
  assert.throws(() => wilson(3, 2), /3 successes in 2 trials/);
});

test('more confidence or fewer trials: a wider interval', () => {
  const width = ({ low, high }: Interval): number => high - low;
  assert.ok(width(wilson(30, 60, 0.99)) > width(wilson(30, 60, 0.95)));
  assert.ok(width(wilson(3, 6)) > width(wilson(30, 60)));
});

test('the mean over three seeds with the t of two degrees of freedom', () => {
  // mean 0.6, standard deviation 0.1: 0.6 ± 4.3027 · 0.1 / √3
  near(meanOverSeeds([0.5, 0.6, 0.7]), [0.6 - 0.24841, 0.6 + 0.24841], 1e-5);
  assert.deepEqual(meanOverSeeds([0.5]), { estimate: 0.5, low: -Infinity, high: Infinity });
  assert.throws(() => meanOverSeeds([]), /no seeds/);
  assert.ok(Math.abs(variance([2, 4, 4, 4, 5, 5, 7, 9]) - 32 / 7) < 1e-12);
});

test('the mean of splits has a narrower interval than its splits, and width where all of them are at 1', () => {
  const split = wilson(50, 100);
  const all = meanOfIntervals([split, split, split, split]);
  assert.ok(Math.abs((all.high - all.estimate) - (split.high - split.estimate) / 2) < 1e-12);
  const perfect = meanOfIntervals([wilson(100, 100), wilson(100, 100)]);
  assert.equal(perfect.high, 1);
  assert.ok(perfect.low < 0.99 && perfect.low > wilson(100, 100).low);
  assert.throws(() => meanOfIntervals([]), /no splits/);
});

test('percentiles interpolate between neighbours', () => {
  assert.equal(percentile([1, 2, 3, 4], 0.5), 2.5);
  assert.equal(percentile([1, 2, 3, 4], 0), 1);
  assert.equal(percentile([1, 2, 3, 4], 1), 4);
  assert.equal(percentile([10, 20], 0.25), 12.5);
});

test('the bootstrap of a mean agrees with the formula for large samples, and repeats with its seed', () => {
  const draw = random('bootstrap data');
  const values = Array.from({ length: 400 }, () => draw());
  const interval = bootstrap(values, mean, { draw: random('bootstrap', 1) });
  const half = 1.96 * Math.sqrt(variance(values) / values.length);
  near(interval, [mean(values) - half, mean(values) + half], 0.2 * half);
  assert.deepEqual(bootstrap(values, mean, { draw: random('bootstrap', 1) }), interval);
});

test('a bootstrap interval covers the truth about as often as it says', () => {
  let covered = 0;
  for (let trial = 0; trial < 200; trial++) {
    const draw = random('coverage', trial);
    const values = Array.from({ length: 60 }, () => draw());
    const { low, high } = bootstrap(values, mean, { draw, resamples: 300, confidence: 0.9 });
    if (low <= 0.5 && 0.5 <= high) covered++;
  }
  assert.ok(covered > 160 && covered < 197, `${covered} of 200`);
});

test('resamples on which the statistic is undefined are skipped', () => {
  const ratio = (sample: readonly number[]): number => mean(sample.filter((x) => x > 0));
  const interval = bootstrap([0, 0, 3], ratio, { draw: random('skips') });
  assert.deepEqual(interval, { estimate: 3, low: 3, high: 3 });
  assert.deepEqual(bootstrap([0], ratio, { draw: random('skips') }), { estimate: NaN, low: -Infinity, high: Infinity });
  assert.throws(() => bootstrap([], mean, { draw: random('skips') }), /at least one unit/);
});
