import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalCdf, normalQuantile, studentCdf, studentQuantile } from '../../src/evaluate/distributions.ts';

const near = (actual: number, expected: number, within: number): void => assert.ok(Math.abs(actual - expected) <= within, `${actual} is not near ${expected}`);

test('normal quantiles of printed tables', () => {
  near(normalQuantile(0.5), 0, 1e-12);
  near(normalQuantile(0.95), 1.6448536269514722, 1e-9);
  near(normalQuantile(0.975), 1.959963984540054, 1e-9);
  near(normalQuantile(0.005), -2.5758293035489004, 1e-9);
});

test('normal probabilities', () => {
  near(normalCdf(1) - normalCdf(-1), 0.6826894921370859, 1e-12);
  assert.equal(normalCdf(40), 1);
  assert.equal(normalCdf(-40), 0);
});

test("Student's quantiles of printed tables", () => {
  near(studentQuantile(0.975, 1), 12.706, 5e-4);
  near(studentQuantile(0.975, 2), 4.303, 5e-4);
  near(studentQuantile(0.95, 10), 1.812, 5e-4);
  near(studentQuantile(0.995, 4), 4.604, 5e-4);
  near(studentQuantile(0.025, 30), -2.042, 5e-4);
});

test("Student's with one degree is Cauchy's, with many the normal", () => {
  for (const t of [-3, -0.5, 0, 1, 10]) near(studentCdf(t, 1), 0.5 + Math.atan(t) / Math.PI, 1e-12);
  near(studentQuantile(0.975, 1e6), normalQuantile(0.975), 1e-5);
});

test('there is no quantile outside of 0 to 1, nor without degrees of freedom', () => {
  for (const p of [0, 1, -1, NaN]) assert.throws(() => normalQuantile(p), RangeError);
  assert.throws(() => studentQuantile(0.9, 0), /degrees of freedom/);
});
