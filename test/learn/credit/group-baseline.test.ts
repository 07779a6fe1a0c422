import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assignCredit } from '../../../src/learn/credit/assign.ts';
import { withGroupBaseline } from '../../../src/learn/credit/group-baseline.ts';
import type { Credit } from '../../../src/learn/credit/input.ts';
import { random } from '../../../src/world/random.ts';

/** An episode of steps of two tokens each, with a gap between them, whose advantages are the scores. */
function episode(...scores: number[]): Credit {
  const mask = scores.flatMap(() => [1, 1, 0]);
  return assignCredit({ mode: 'step', gamma: 0, lam: 0, beta: 0, stepWeight: 'one', mask, values: mask.map(() => 0), scores });
}
const advantages = (credits: readonly Credit[]): number[][] => credits.map((credit) => credit.steps.map(({ advantage }) => advantage));

test('each step is judged against the same step of the other samples of its task', () => {
  const credits = withGroupBaseline([episode(1, 5), episode(3, 9), episode(8)], ['a', 'a', 'a']);
  assert.deepEqual(advantages(credits), [[1 - 5.5, 5 - 9], [3 - 4.5, 9 - 5], [8 - 2]]);
  assert.deepEqual([...credits[0].advantages], [-4.5, -4.5, -4, -4], 'on all tokens of the step');
});

test('other tasks do not count, and a step that no other sample reached keeps its advantage', () => {
  const given = [episode(1), episode(7, 2), episode(3, 4)];
  assert.deepEqual(advantages(withGroupBaseline(given, ['a', 'b', 'b'])), [[1], [4, -2], [-4, 2]]);
  assert.deepEqual(advantages(withGroupBaseline(given, ['a', 'b', 'c'])), advantages(given));
});

test('targets of the value head and what was given stay as they are', () => {
  const given = [episode(1, 5), episode(3)];
  const before = JSON.stringify(given);
  const credits = withGroupBaseline(given, ['a', 'a']);
  assert.equal(JSON.stringify(given), before);
  credits.forEach((credit, i) => assert.deepEqual(credit.returns, given[i].returns));
});

test('the gradient of a policy keeps its expectation: over many draws the two estimates agree, and the noise is less', () => {
  // A softmax of two actions, one step an episode; reward is what the task is worth plus the action. The score function is a - p.
  const p = 0.3;
  const draw = random('group baseline', 1);
  const plain: number[] = [];
  const lessened: number[] = [];
  for (let batch = 0; batch < 4000; batch++) {
    const worth = 10 * draw();
    const actions = Array.from({ length: 4 }, () => (draw() < p ? 1 : 0));
    const credits = actions.map((action) => episode(worth + action));
    const estimate = (all: readonly Credit[]): number => all.reduce((sum, { advantages: [a] }, i) => sum + a * (actions[i] - p), 0) / all.length;
    plain.push(estimate(credits));
    lessened.push(estimate(withGroupBaseline(credits, actions.map(() => 'task'))));
  }
  const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;
  const spread = (xs: readonly number[]): number => mean(xs.map((x) => (x - mean(xs)) ** 2));
  const error = (xs: readonly number[]): number => Math.sqrt(spread(xs) / xs.length);
  assert.ok(Math.abs(mean(lessened) - p * (1 - p)) < 4 * error(lessened), `${mean(lessened)} is not ${p * (1 - p)}`);
  assert.ok(Math.abs(mean(plain) - mean(lessened)) < 4 * error(plain));
  assert.ok(spread(lessened) < spread(plain) / 20);
});
