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
const rounded = (pairs: readonly Pair[], attempts = 1, confidence?: number): number[] => {
  const { estimate, low, high } = pairedDifference(pairs, attempts, confidence);
  return [estimate, low, high].map((x) => Math.round(x * 1000) / 1000);
};

test('with one attempt a task it is the textbook interval of two tasks more, one gained and one lost', () => {
  const chance = random('textbook');
  for (let round = 0; round < 50; round++) {
    const pairs = table(...([0, 0, 0, 0].map(() => Math.floor(chance() * 30)) as [number, number, number, number])).concat(table(1, 0, 0, 1));
    const differences = [...pairs, { a: 0, b: 1 }, { a: 1, b: 0 }].map(({ a, b }) => b - a);
    const centre = mean(differences);
    const half = 1.959964 * Math.sqrt(mean(differences.map((d) => (d - centre) ** 2)) / differences.length);
    const { estimate, low, high } = pairedDifference(pairs, 1);
    assert.ok(Math.abs(estimate - mean(pairs.map(({ a, b }) => b - a))) < 1e-12);
    assert.ok(Math.abs(low - Math.max(-1, centre - half)) < 1e-6 && Math.abs(high - Math.min(1, centre + half)) < 1e-6, `${low} to ${high}`);
  }
});

test('of 21 tasks 7 lost and 1 gained: (2 - 8)/23 and 1.96 times the root of (10/23 - (6/23)^2)/23 either way', () => {
  assert.deepEqual(rounded(table(1, 7, 1, 12)), [-0.286, -0.508, -0.013]);
  assert.deepEqual(rounded(table(1, 1, 7, 12)), [0.286, 0.013, 0.508], 'mirrored');
  const [, low, high] = rounded(table(1, 1, 7, 12), 1, 0.5);
  assert.ok(low > 0.15 && high < 0.4, 'narrower at a confidence of 50 %');
});

test('where no task changed nothing is certain yet, and less so with fewer tasks', () => {
  const thirds = Array.from({ length: 24 }, (_, i) => ({ a: (i % 3) / 3, b: (i % 3) / 3 }));
  for (const [pairs, attempts] of [[table(0, 0, 0, 24), 1], [table(24, 0, 0, 0), 1], [table(12, 0, 0, 12), 1], [thirds, 3]] as const) {
    const { estimate, low, high } = pairedDifference(pairs, attempts);
    const more = pairedDifference([...pairs, ...pairs], attempts);
    assert.ok(estimate === 0 && low < more.low && more.low < -0.01 && high > more.high && more.high > 0.01, `${low} to ${high}`);
  }
});

test('a few changes all one way are no proof, and what changed alike everywhere is none without a width', () => {
  const rest = (n: number): Pair[] => Array.from({ length: n }, () => ({ a: 0.5, b: 0.5 }));
  const few = pairedDifference([...Array.from({ length: 4 }, () => ({ a: 0.5, b: 0.75 })), ...rest(20)], 4);
  assert.ok(few.low < 0 && few.high > few.estimate, `${few.low} to ${few.high}`);
  const alike = pairedDifference(Array.from({ length: 24 }, (_, i) => ({ a: (i % 3) / 3, b: (i % 3 + 1) / 3 })), 3);
  assert.ok(alike.low > 0.2 && alike.low < 1 / 3 - 0.02 && alike.high > 1 / 3 && alike.high < 0.5, `${alike.low} to ${alike.high}`);
  for (const attempts of [3, 5, 10]) assert.ok(pairedDifference(Array.from({ length: 10 }, () => ({ a: 1 / attempts, b: 1 })), attempts).high <= 1);
});

test('it covers the truth about as often as it says or more, with few tasks and many, one attempt and several', () => {
  for (const [n, attempts, before, after] of [[24, 1, 0.05, 0.15], [24, 1, 0.3, 0.5], [200, 1, 0.2, 0.25], [24, 4, 0.3, 0.5], [12, 4, 0.3, 0.5], [24, 4, 0.01, 0.03], [200, 4, 0.2, 0.25], [24, 16, 0.3, 0.4], [8, 1, 0.5, 0.6]] as const) {
    const chance = random('coverage of pairs', n, attempts, `${before} ${after}`);
    const solved = (p: number): number => mean(Array.from({ length: attempts }, () => Number(chance() < p)));
    const trials = 1000;
    let [covered, above] = [0, 0];
    for (let trial = 0; trial < trials; trial++) {
      // half of the tasks are out of reach for both, which is what correlates them; so the means are those of the rest, halved
      const pairs = Array.from({ length: n }, () => (chance() < 0.5 ? { a: 0, b: 0 } : { a: solved(Math.min(1, 2 * before)), b: solved(Math.min(1, 2 * after)) }));
      const truth = (Math.min(1, 2 * after) - Math.min(1, 2 * before)) / 2;
      const { low, high } = pairedDifference(pairs, attempts);
      if (low <= truth && truth <= high) covered++;
      if (low > truth) above++;
    }
    assert.ok(covered >= 0.935 * trials, `${covered} of ${trials} with ${n} tasks, ${attempts} attempts, ${before} to ${after}`);
    assert.ok(above <= 0.04 * trials, `${above} of ${trials} claim too much`);
  }
});

test('with many tasks it is hardly wider than it must be', () => {
  const chance = random('width');
  const pairs = Array.from({ length: 600 }, () => ({ a: Number(chance() < 0.2), b: Number(chance() < 0.25) }));
  const { low, high } = pairedDifference(pairs, 1);
  const plain = bootstrap(pairs, (sample) => mean(sample.map(({ a, b }) => b - a)), { draw: random('plain') });
  assert.ok(Math.abs((high - low) / (plain.high - plain.low) - 1) < 0.06, `${low} to ${high}, ${plain.low} to ${plain.high}`);
});

test('on the same tasks a small, steady gain shows, although the two intervals overlap', () => {
  const chance = random('pairs');
  const pairs = Array.from({ length: 60 }, () => {
    const a = 0.9 * chance();
    return { a, b: a + 0.05 + 0.02 * chance() };
  });
  const difference = pairedDifference(pairs, 16);
  assert.ok(difference.low > 0.03 && difference.high < 0.09, `${difference.low} to ${difference.high}`);
  const [a, b] = (['a', 'b'] as const).map((side) => bootstrap(pairs.map((pair) => pair[side]), mean, { draw: random('paired', side) }));
  assert.ok(a.high > b.low);
});

test('no pairs are an error', () => {
  assert.throws(() => pairedDifference([], 1), RangeError);
});
