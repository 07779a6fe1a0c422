import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closest } from '../../src/config/spelling.ts';

test('a name cut short means the one that it begins', () => {
  assert.equal(closest('evaluation.tasks', ['evaluation.splits', 'evaluation.tasksPerSplit', 'evaluation.samplesPerTask']), 'evaluation.tasksPerSplit');
  assert.equal(closest('gama', ['gamma', 'gamaRay']), 'gamma', 'a slip is nearer');
  assert.equal(closest('mini', ['miniA', 'minimum']), 'miniA', 'a slip is nearer than any of several beginnings');
  assert.equal(closest('max', ['maxTokens']), undefined, 'three letters begin too much');
});
