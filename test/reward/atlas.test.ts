// Contribution by use, on attempts whose every step is known to be needed or not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoreTrajectory } from '../../src/reward/score.ts';
import type { Parts } from '../../src/reward/settings.ts';
import { createAtlas } from '../../src/world/atlas/atlas.ts';
import type { DemonstratedStep } from '../../src/world/world.ts';
import { attempt, settings } from './attempt.ts';

const atlas = createAtlas({ seed: 1 });
const oracle = { redundantCall: 0, wrongArgument: 0, surrender: 0 };
const demonstrations = atlas.splits.flatMap((split) => Array.from({ length: 40 }, (_, index) => {
  const task = atlas.task(split, index);
  return { query: task.query, steps: atlas.demonstrate(task, 0, oracle) };
}));

const score = (query: string, steps: readonly DemonstratedStep[]): Parts[] => scoreTrajectory(
  attempt(query, 'answered', ...steps.map(({ action, arguments: input, observation }) => ({ action, arguments: input, observation: observation.text, toolOutcome: observation.outcome }))),
  settings, true,
);

test('99 of 100 steps that the oracle gets data from count as contributing', () => {
  let [withData, contributing] = [0, 0];
  for (const { query, steps } of demonstrations) {
    score(query, steps).forEach(({ contribution }, t) => {
      if (steps[t].observation.outcome !== 'ok') return;
      withData++;
      contributing += contribution!;
    });
  }
  assert.ok(withData > 200);
  assert.ok(contributing >= 0.99 * withData, `${contributing} of ${withData}`);
});

test('of a call made twice, one contributes', () => {
  for (const { query, steps } of demonstrations) {
    const twice = steps.flatMap((step) => (step.observation.outcome === 'ok' ? [step, step] : [step]));
    const contributions = score(query, twice).reduce((sum, { contribution = 0 }) => sum + contribution, 0);
    assert.equal(contributions, score(query, steps).reduce((sum, { contribution = 0 }) => sum + contribution, 0));
  }
});

test('failed and empty calls never contribute', () => {
  for (const { query, steps } of demonstrations) {
    score(query, steps).forEach(({ contribution = 0 }, t) => assert.ok(contribution === 0 || steps[t].observation.outcome === 'ok'));
  }
});
