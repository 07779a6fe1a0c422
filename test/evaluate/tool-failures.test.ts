/** Failed calls: the same share, of the same steps, in collecting and in measuring. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callsOf, toolFailureRate } from '../../src/evaluate/tool-failures.ts';
import { resultOf } from '../../src/evaluate/attempts.ts';
import { summarize } from '../../src/evaluate/summary.ts';
import { iterationMetrics } from '../../src/run/training/iteration-metrics.ts';
import type { ToolOutcome } from '../../src/world/tool.ts';

const stepsWith = (...outcomes: ToolOutcome[]): { toolOutcome: ToolOutcome }[] => outcomes.map((toolOutcome) => ({ toolOutcome }));

test('a step that ended its episode is no call, an empty result no failure; a Finish that was not well-formed is both', () => {
  assert.deepEqual(callsOf(stepsWith('ok', 'empty', 'error', 'answered')), { calls: 3, toolFailures: 1 });
  assert.deepEqual(callsOf(stepsWith('invalidFinish', 'unreadableCall', 'gaveUp')), { calls: 2, toolFailures: 2 });
  assert.equal(toolFailureRate([callsOf(stepsWith('ok', 'timeout')), callsOf(stepsWith('ok', 'answered'))]), 1 / 3);
  assert.equal(toolFailureRate([callsOf(stepsWith('gaveUp'))]), null, 'of no calls there is no share');
});

test('the same steps have one share, collected or measured', () => {
  const steps = stepsWith('error', 'ok', 'answered').map((step, index) => ({ ...step, index, reward: {} }));
  const task = { id: 'a', split: 'phrasings', level: 'I1', query: '', tools: [] } as const;
  const world = { isSolved: () => true, oracleSteps: () => 2 };
  const result = resultOf(world as never, { task, sample: 0, steps, outcome: 'answered' } as never);
  assert.equal(summarize([result]).splits[0].failureShare, 0.5);
  const episode = { steps, length: 3, tokens: { mask: [], entropies: [] } };
  const line = iterationMetrics({ episodes: [episode], trajectories: [{ taskId: 'a', outcome: 'answered', solved: true, steps }], scores: [[0, 0, 1]], learnt: { loss: {} }, seconds: {}, traffic: {}, replaced: [] } as never, { epochs: 1 }, 0);
  assert.equal(line['rollout/toolFailureRate'], 0.5);
});
