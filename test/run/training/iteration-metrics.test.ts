/** The figures of an iteration say what they are called. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { iterationMetrics } from '../../../src/run/training/iteration-metrics.ts';

/** Of trajectories given by their task and the sum of their rewards. */
function lineOf(...given: readonly (readonly [taskId: string, reward: number])[]) {
  const trajectories = given.map(([taskId]) => ({ taskId, outcome: 'answered', solved: false, steps: [] }));
  const episodes = given.map(() => ({ length: 1, tokens: { mask: [1], entropies: [0] } }));
  return iterationMetrics({ trajectories, episodes, scores: given.map(([, reward]) => [reward]), learnt: { loss: {} }, seconds: {}, traffic: {}, replaced: [] } as never, { epochs: 1 }, 0);
}

test('tasks whose samples all got the same are counted among those that have several', () => {
  assert.equal(lineOf(['a', 1], ['a', 1], ['b', 0], ['b', 1])['rollout/zeroVarianceRate'], 0.5);
  assert.equal(lineOf(['a', 1], ['b', 0], ['b', 1])['rollout/zeroVarianceRate'], 0, 'a task with one sample is none of them');
  assert.ok(!('rollout/zeroVarianceRate' in lineOf(['a', 1], ['b', 0])), 'with one sample a task there is no such share');
});
