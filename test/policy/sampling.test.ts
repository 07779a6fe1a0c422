import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greedyToken, sampleToken } from '../../src/policy/sampling.ts';
import { slowSoftmax } from './slow-decoder.ts';
import { random } from '../../src/world/random.ts';

/** Pearson's statistic of counts against shares, and the value it exceeds once in ten thousand times (Wilson and Hilferty). */
function chiSquare(counts: readonly number[], shares: readonly number[]): { statistic: number; limit: number } {
  const all = counts.reduce((a, b) => a + b, 0);
  const used = shares.map((_, i) => i).filter((i) => shares[i] > 0);
  const statistic = used.reduce((sum, i) => sum + (counts[i] - all * shares[i]) ** 2 / (all * shares[i]), 0);
  const n = used.length - 1;
  return { statistic, limit: n * (1 - 2 / (9 * n) + 3.719 * Math.sqrt(2 / (9 * n))) ** 3 };
}

const vocabulary = 30;
const distribution = (seed: number): Float32Array => Float32Array.from(slowSoftmax(Float64Array.from({ length: vocabulary }, random('distribution', seed)).map((u) => 3 * u)));

/** Draws from row 1 of three, each of its own distribution. */
function draws(topP: number, seed: number, n = 20_000): { counts: number[]; row: Float32Array } {
  const rows = [distribution(seed + 100), distribution(seed), distribution(seed + 200)];
  const all = Float32Array.from(rows.flatMap((row) => [...row]));
  const draw = random('uniform', seed);
  const counts = new Array<number>(vocabulary).fill(0);
  for (let i = 0; i < n; i++) counts[sampleToken(all, 1, vocabulary, draw(), topP)]++;
  return { counts, row: rows[1] };
}

test('tokens are drawn with the probabilities of their row', () => {
  for (const seed of [1, 2, 3]) {
    const { counts, row } = draws(1, seed);
    const { statistic, limit } = chiSquare(counts, [...row]);
    assert.ok(statistic < limit, `chi-square ${statistic} of at most ${limit}`);
    const other = chiSquare(counts, [...distribution(seed + 100)]);
    assert.ok(other.statistic > other.limit, 'the test cannot tell one distribution from another');
  }
});

test('top-p draws from the likeliest tokens that reach the share, with their probabilities among themselves', () => {
  for (const topP of [0.3, 0.8, 0.95]) {
    const { counts, row } = draws(topP, 7);
    const order = Array.from(row.keys()).sort((a, b) => row[b] - row[a]);
    let mass = 0;
    const nucleus = new Set(order.filter((i) => { const inside = mass < topP; if (inside) mass += row[i]; return inside; }));
    const shares = Array.from(row, (p, i) => (nucleus.has(i) ? p / mass : 0));
    counts.forEach((count, i) => { if (!nucleus.has(i)) assert.equal(count, 0, `token ${i} is not in the nucleus of ${topP}`); });
    const { statistic, limit } = chiSquare(counts, shares);
    assert.ok(statistic < limit, `chi-square ${statistic} of at most ${limit} for top-p ${topP}`);
  }
});

test('a tiny share leaves the likeliest token alone; impossible tokens are never drawn; the ends of the unit interval work', () => {
  const row = Float32Array.of(0, 0.25, 0, 0.5, 0.25, 0);
  const last = 1 - 2 ** -32;
  for (const uniform of [0, 0.3, 0.999, last]) {
    assert.equal(sampleToken(row, 0, 6, uniform, 1e-6), 3);
    assert.ok([1, 3, 4].includes(sampleToken(row, 0, 6, uniform, 1)));
  }
  assert.equal(sampleToken(row, 0, 6, 0, 1), 1);
  assert.equal(sampleToken(row, 0, 6, last, 1), 4);
  // probabilities that add up to a little less or more than 1, as rounded ones do
  assert.equal(sampleToken(row.map((p) => p * 0.999999), 0, 6, last, 1), 4);
  assert.equal(sampleToken(row.map((p) => p * 1.000001), 0, 6, last, 0.9999999), 4);
});

test('greedy takes the first of equals, within its own row', () => {
  assert.equal(greedyToken(Float32Array.of(0.9, 0.1, 0, 0, 0.1, 0.4, 0.4, 0.1), 1, 4), 1);
  assert.equal(greedyToken(Float32Array.of(0.25, 0.25, 0.25, 0.25), 0, 4), 0);
});
