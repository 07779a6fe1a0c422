import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Estimate, Measure, Stage } from '../../../webview/report/model.ts';
import { cutText } from '../../../src/run/report/cut.ts';
import { headlineOf } from '../../../src/run/report/headline.ts';
import type { Candidate } from '../../../src/run/report/pick.ts';
import { evenly, pickIds, pickPairs } from '../../../src/run/report/pick.ts';
import { randomFrom } from '../../webview/fixture.ts';

const candidate = (line: number, iteration: number, taskId: string, solved: boolean, outcome = 'answered'): Candidate => ({ line, id: `t${line}`, taskId, iteration, outcome, solved });

test('pairs are the earliest and the latest attempt of a task, whatever came of them', () => {
  const all = [candidate(0, 1, 'b', true), candidate(1, 2, 'b', false), candidate(2, 9, 'b', false), candidate(3, 1, 'a', false), candidate(4, 5, 'a', true), candidate(5, 8, 'a', false), candidate(6, 9, 'c', true)];
  assert.deepEqual(pickPairs(all, 5), [{ taskId: 'a', early: 't3', late: 't5' }, { taskId: 'b', early: 't0', late: 't2' }]);
  const flipped = all.map((one) => ({ ...one, solved: !one.solved }));
  assert.deepEqual(pickPairs(flipped, 5), pickPairs(all, 5));
});

test('a rare outcome is shown even among thousands, and the number stays bounded', () => {
  const random = randomFrom(1);
  for (let round = 0; round < 20; round++) {
    const n = 200 + Math.floor(random() * 2000);
    const all = Array.from({ length: n }, (_, i) => candidate(i, 1 + Math.floor((30 * i) / n), `task${i % 50}`, random() < 0.9));
    const rare = Math.floor(random() * n);
    all[rare] = { ...all[rare], outcome: 'truncatedTime', solved: false };
    const ids = pickIds(all, pickPairs(all, 6), 60);
    assert.equal(ids.size, 60);
    assert.ok(ids.has(`t${rare}`));
  }
  assert.equal(pickIds([], [], 60).size, 0);
  const few = [candidate(0, 1, 'a', true), candidate(1, 1, 'b', false)];
  assert.deepEqual([...pickIds(few, [], 60)].sort(), ['t0', 't1']);
});

test('evenly keeps order, ends apart, and everything when there is room', () => {
  assert.deepEqual(evenly([1, 2, 3], 5), [1, 2, 3]);
  assert.deepEqual(evenly(Array.from({ length: 100 }, (_, i) => i), 4), [12, 37, 62, 87]);
});

test('a text is never cut inside a character', () => {
  assert.equal(cutText('abc', 3), 'abc');
  assert.equal(cutText('ab\u{1f600}cd', 3), 'ab\n[4 more characters are in trajectories.jsonl]');
});

const stages: Stage[] = [{ id: 'warmStart', label: 'After warm start', iteration: 0 }, { id: 'final', label: 'After step-grained PPO', iteration: 9 }];
const headline = (first: [number, number, number] | null, last: [number, number, number] | null, iterations = 9, change?: Estimate) => {
  const cell = (one: [number, number, number] | null) => one && { low: one[0], value: one[1], high: one[2] };
  const measures: Measure[] = [{ name: 'passRate', label: 'Pass rate', description: '', format: 'percent', rows: [{ split: 'macro', cells: [cell(first), cell(last)], change }] }];
  return headlineOf({ stages, measures, confidence: 0.95, iterations, seconds: 90, engine: 'onnx:cpu' });
};

test('the headline claims a change only where the intervals do not touch', () => {
  assert.equal(headline([0.4, 0.45, 0.5], [0.51, 0.6, 0.7]).tone, 'better');
  assert.equal(headline([0.4, 0.45, 0.5], [0.5, 0.6, 0.7]).tone, 'unclear');
  assert.match(headline([0.4, 0.45, 0.5], [0.5, 0.6, 0.7]).sentence, /was .* before and .* after training .* The intervals overlap: this run alone does not show a change\.$/);
  assert.equal(headline([0.6, 0.65, 0.7], [0.4, 0.45, 0.5]).tone, 'worse');
  assert.match(headline([0.6, 0.65, 0.7], null).sentence, /nothing was measured after it\.$/);
  assert.match(headline(null, [0.6, 0.65, 0.7]).sentence, /nothing was measured before/);
  assert.match(headline(null, null).sentence, /nothing is known about unseen tasks\.$/);
  assert.equal(headline(null, null, 0).sentence, 'This run has recorded nothing yet.');
});

test('where a run compared task by task, that decides, whatever the two intervals do', () => {
  const compared = (value: number, low: number, high: number) => headline([0.4, 0.45, 0.5], [0.4 + value, 0.45 + value, 0.5 + value], 9, { value, low, high });
  assert.deepEqual([compared(0.06, 0.01, 0.11).tone, compared(0.06, -0.01, 0.13).tone, compared(-0.06, -0.11, -0.01).tone], ['better', 'unclear', 'worse']);
  assert.match(compared(0.06, 0.01, 0.11).sentence, /^Training raised .* On the same tasks that is \+6\.0 points \(1\.0 to 11\.0\)\.$/);
  assert.match(compared(0.06, -0.01, 0.13).sentence, /was .* before and .* after .* On the same tasks that is \+6\.0 points \(\u22121\.0 to 13\.0\): this run alone does not show a change\.$/);
  assert.match(compared(-0.06, -0.11, -0.01).sentence, /^Training lowered .* that is \u22126\.0 points \(\u221211\.0 to \u22121\.0\): the policy got worse\.$/);
  assert.match(compared(0.0001, -0.02, 0.02).sentence, /that is 0\.0 points/);
});

test('the headline says of which tasks it speaks', () => {
  const sentence = (...splits: string[]): string => headlineOf({
    stages, confidence: 0.95, iterations: 9, seconds: 90, engine: 'onnx:cpu',
    measures: [{ name: 'passRate', label: 'Pass rate', description: '', format: 'percent', rows: splits.map((split) => ({ split, cells: [{ value: 0.4 }, { value: 0.4 }] })) }],
  }).sentence;
  assert.match(sentence('entities', 'phrasings', 'macro'), /left the mean pass rate of the held-out splits at 40/);
  assert.match(sentence('entities', 'train', 'macro'), /left the mean pass rate of the splits \(training tasks among them\) at 40/);
  assert.match(sentence('train', 'macro'), /left the pass rate on "train" at 40/);
});
