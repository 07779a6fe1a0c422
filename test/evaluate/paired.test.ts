import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootstrap } from '../../src/evaluate/bootstrap.ts';
import { mean } from '../../src/evaluate/intervals.ts';
import { pairedDifference, type Pair } from '../../src/evaluate/paired.ts';
import { random } from '../../src/world/random.ts';

/** Pairs of tasks attempted once: solved by both, by the first alone, by the second alone, by none. */
const table = (both: number, first: number, second: number, none: number): Pair[] => [
  ...Array.from({ length: both }, () => ({ a: 1, b: 1 })), ...Array.from({ length: first }, () => ({ a: 1, b: 0 })),
  ...Array.from({ length: second }, () => ({ a: 0, b: 1 })), ...Array.from({ length: none }, () => ({ a: 0, b: 0 })),
];
const draw = random('unused');
const rounded = (pairs: readonly Pair[]): number[] => {
  const { estimate, low, high } = pairedDifference(pairs, { draw });
  return [estimate, low, high].map((x) => Math.round(x * 1000) / 1000);
};

test('the worked example of Altman and others, Statistics with Confidence (2000), table 6.2', () => {
  assert.deepEqual(rounded(table(14, 0, 5, 22)), [0.122, 0.011, 0.226]);
  assert.deepEqual(rounded(table(14, 5, 0, 22)), [-0.122, -0.226, -0.011]);
});

test('where no task changed nothing is certain yet, and less so with fewer tasks', () => {
  for (const pairs of [table(0, 0, 0, 24), table(24, 0, 0, 0), table(12, 0, 0, 12), Array.from({ length: 24 }, () => ({ a: 0.25, b: 0.25 }))]) {
    const { estimate, low, high } = pairedDifference(pairs, { draw });
    const more = pairedDifference([...pairs, ...pairs], { draw });
    assert.ok(Math.abs(estimate) < 1e-12 && low < more.low && more.low < -0.01 && high > more.high && more.high > 0.01, `${low} to ${high}`);
  }
  assert.deepEqual(rounded(table(0, 0, 9, 0)).slice(0, 1), [1]);
  assert.ok(pairedDifference(table(0, 0, 9, 0), { draw }).high <= 1 + 1e-12);
});

test('it covers the truth about as often as it says, also near 0 and with few tasks', () => {
  for (const [n, easy, gain] of [[24, 0.05, 0.1], [24, 0.3, 0.2], [200, 0.2, 0.05], [200, 0.5, 0]] as const) {
    const chance = random('coverage of pairs', n, `${easy} ${gain}`);
    let covered = 0;
    const trials = 1000;
    for (let trial = 0; trial < trials; trial++) {
      // a task is easy or hard for both, which is what correlates them
      const pairs = Array.from({ length: n }, () => {
        const p = chance() < easy ? 0.8 : 0.1;
        return { a: Number(chance() < p), b: Number(chance() < p + gain) };
      });
      const { low, high } = pairedDifference(pairs, { draw });
      if (low <= gain && gain <= high) covered++;
    }
    assert.ok(covered >= 0.935 * trials && covered <= 0.99 * trials, `${covered} of ${trials} with ${n} tasks, ${easy}, ${gain}`);
  }
});

test('on the same tasks a small, steady gain shows, although the two intervals overlap', () => {
  const chance = random('pairs');
  const pairs = Array.from({ length: 60 }, () => {
    const a = chance();
    return { a, b: a + 0.05 + 0.02 * chance() };
  });
  const difference = pairedDifference(pairs, { draw: random('paired') });
  assert.ok(difference.low > 0.05 && difference.high < 0.07);
  const [a, b] = (['a', 'b'] as const).map((side) => bootstrap(pairs.map((pair) => pair[side]), mean, { draw: random('paired', side) }));
  assert.ok(a.high > b.low);
});

test('no pairs are an error', () => {
  assert.throws(() => pairedDifference([], { draw }), RangeError);
});
