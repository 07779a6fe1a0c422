import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toneOf } from '../../webview/report/tone.ts';

const around = (value: number, half: number): { value: number; low: number; high: number } => ({ value, low: value - half, high: value + half });

test('a recorded change has a colour where its interval leaves out 0, whatever the two intervals do', () => {
  const [first, last] = [around(0.4, 0.1), around(0.46, 0.1)];
  assert.equal(toneOf(first, last, around(0.06, 0.05), 'higher'), 'good');
  assert.equal(toneOf(first, last, around(0.06, 0.07), 'higher'), '');
  assert.equal(toneOf(last, first, around(-0.06, 0.05), 'higher'), 'bad');
  assert.equal(toneOf(first, last, around(0.06, 0.05), 'lower'), 'bad');
  assert.equal(toneOf(first, last, around(0.06, 0.05), undefined), '');
  assert.equal(toneOf(around(0.1, 0.01), around(0.9, 0.01), { value: 0.8 }, 'higher'), '', 'recorded without an interval');
});

test('without one the two intervals must not touch; without intervals nothing is claimed', () => {
  assert.equal(toneOf(around(0.4, 0.1), around(0.61, 0.1), undefined, 'higher'), 'good');
  assert.equal(toneOf(around(0.4, 0.1), around(0.6, 0.11), undefined, 'higher'), '');
  assert.equal(toneOf(around(0.61, 0.1), around(0.4, 0.1), undefined, 'higher'), 'bad');
  assert.equal(toneOf({ value: 4 }, { value: 2 }, undefined, 'lower'), '');
});
