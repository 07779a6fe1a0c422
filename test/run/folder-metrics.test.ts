import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeMetric, evaluationMetrics, evaluationName, iterationMetrics, metricGroups, withoutWallClock } from '../../src/run/metrics.ts';
import { metrics, trajectory } from './folder-help.ts';

test('every metric has one name, a group, and a description of one line', () => {
  assert.equal(new Set(iterationMetrics.map((metric) => metric.name)).size, iterationMetrics.length);
  for (const metric of [...iterationMetrics, ...evaluationMetrics.map((name) => describeMetric(evaluationName('unseen', name)))]) {
    assert.ok(metric);
    assert.ok(metricGroups.includes(metric.group), `${metric.name} has no group`);
    assert.match(metric.description, /^[A-Z|][^\n]{9,}[^.]$/);
    assert.deepEqual(describeMetric(metric.name)?.description, metric.description);
  }
});

test('families take their part from the experiment, and nothing else passes', () => {
  assert.equal(describeMetric('reward/myJudge')?.group, 'reward');
  assert.equal(describeMetric('rollout/outcome/transient')?.unit, 'share');
  assert.equal(describeMetric('evaluate/unseen/passRate')?.better, 'higher');
  for (const name of ['policy/k1', 'reward/', 'reward/a/b', 'reward/a b', 'rollout/outcome/', 'rollout/outcome', 'evaluate/unseen', 'evaluate/unseen/toString', 'evaluate//passRate', 'evaluate/a/b/passRate', 'toString', 'other/kl', '']) {
    assert.equal(describeMetric(name), undefined, name);
  }
});

test('without its wall clock, a line of a run equals that of the same run on another day', () => {
  const line = (seconds: number) => ({ ...metrics(3, 0.5), seconds, 'speed/seconds.update': seconds, 'memory/residentMB': seconds, 'compute/compilations': seconds });
  assert.notDeepEqual(line(1), line(2));
  assert.deepEqual(withoutWallClock(line(1)), withoutWallClock(line(2)));
  assert.deepEqual(withoutWallClock(line(1)), { iteration: 3, updates: 3, tokens: 12, 'reward/step': 0.5 });
  const attempt = trajectory(1, 0, 'x');
  const later = { ...attempt, steps: attempt.steps.map((step) => ({ ...step, seconds: 9 })) };
  assert.deepEqual(withoutWallClock({ ...later }), withoutWallClock({ ...attempt }));
  assert.notDeepEqual(withoutWallClock({ ...trajectory(1, 0, 'y') }), withoutWallClock({ ...attempt }));
});
