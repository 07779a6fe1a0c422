import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meanOfRounds } from '../../src/reward/rounds.ts';
import type { AnnotationRound } from '../../src/reward/rounds.ts';
import { combine, rewardTrajectory, scoreTrajectory } from '../../src/reward/score.ts';
import type { RewardSettings } from '../../src/reward/settings.ts';
import { answer, attempt, call, giveUp, settings } from './attempt.ts';

const query = 'How warm is it in the capital of Norland?';
const capital = call('capital_for_globe', { country: 'Norland' }, { city: 'Tulville' });
const lost = call('now_for_sky', { city: 'Tulvile' }, '', 'notFound', 'Unknown city: Tulvile');
const warm = call('now_for_sky', { city: 'Tulville' }, { temp: 21 });

test('a solved task: two parts on calls, one on the answer', () => {
  const solved = attempt(query, 'answered', capital, lost, warm, answer('21'));
  assert.deepEqual(scoreTrajectory(solved, settings, true), [
    { succCalling: 1, contribution: 1 },
    { succCalling: 0, contribution: 0 },
    { succCalling: 1, contribution: 1 },
    { isSolved: 1 },
  ]);
  assert.deepEqual(rewardTrajectory(solved, settings, true), [1, 0, 1, 1]);
  assert.deepEqual(solved.steps.map(({ reward }) => reward), scoreTrajectory(solved, settings, true));
});

test('a wrong answer and giving up end with isSolved 0', () => {
  assert.deepEqual(rewardTrajectory(attempt(query, 'answered', capital, warm, answer('21')), settings, false), [1, 1, 0]);
  assert.deepEqual(rewardTrajectory(attempt(query, 'gaveUp', capital, giveUp), settings, true), [0.5, 0]);
});

test('truncated: the last step is a call like the others, with isSolved 0 besides', () => {
  for (const outcome of ['truncatedTurns', 'truncatedTokens', 'truncatedTime'] as const) {
    assert.deepEqual(scoreTrajectory(attempt(query, outcome, capital, warm), settings, true), [
      { succCalling: 1, contribution: 1 },
      { succCalling: 1, contribution: 0, isSolved: 0 },
    ]);
  }
  assert.deepEqual(scoreTrajectory(attempt(query, 'truncatedTokens'), settings, false), []);
});

test('being cut off costs something where that has a weight, on the last step alone; answering and giving up do not', () => {
  const costly: RewardSettings = { ...settings, cutOff: { weight: 0.5 } };
  for (const outcome of ['truncatedTurns', 'truncatedTokens', 'truncatedTime'] as const) {
    const cut = attempt(query, outcome, capital, lost, warm);
    assert.deepEqual(rewardTrajectory(cut, costly, false), [1, 0, 0]);
    assert.deepEqual(cut.steps.map(({ reward }) => reward.cutOff), [undefined, undefined, -1]);
    assert.deepEqual(rewardTrajectory(attempt(query, outcome, capital, lost), { ...costly, normaliser: 'none' }, false), [1, -0.5], 'in both formulas');
    assert.deepEqual(rewardTrajectory(attempt(query, outcome, capital, warm), settings, false), [1, 0.5], 'by default it costs nothing');
  }
  for (const last of [answer('22'), giveUp]) {
    const finished = attempt(query, last === giveUp ? 'gaveUp' : 'answered', capital, last);
    assert.deepEqual(rewardTrajectory(finished, costly, false).at(-1), 0);
    assert.deepEqual(finished.steps.map(({ reward }) => reward.cutOff), [undefined, 0], 'recorded, so that its mean tells how often');
  }
  assert.deepEqual(scoreTrajectory(attempt(query, 'truncatedTokens'), costly, false), []);
});

test('an invalid Finish in the middle is a failed step, and the last one counts', () => {
  const invalid = call('Finish', { return_type: 'done' }, '', 'invalidFinish', 'return_type must be give_answer or give_up_and_restart');
  assert.deepEqual(rewardTrajectory(attempt(query, 'answered', capital, invalid, warm, answer('21')), settings, true), [1, 0, 1, 1]);
});

test('the released rules on the same attempt', () => {
  const released: RewardSettings = { ...settings, succCalling: { weight: 1, rule: 'released' }, contribution: { weight: 1, rule: 'lcs', lcsThreshold: 0.3 } };
  const parts = scoreTrajectory(attempt(query, 'answered', capital, lost, warm, answer('It is 21 degrees: {"temp": 21}')), released, true);
  // The city is not in the answer; brackets and quotes alone make up 30 % of its response.
  assert.deepEqual(parts, [{ succCalling: 1, contribution: 1 }, { succCalling: 0, contribution: 0 }, { succCalling: 1, contribution: 1 }, { isSolved: 1 }]);
  const unanswered = scoreTrajectory(attempt(query, 'truncatedTurns', capital, warm), released, false);
  assert.deepEqual(unanswered.map(({ contribution }) => contribution), [0, 0]);
});

test('parts combine as the paper and as the released data have it', () => {
  const both = { succCalling: 1, contribution: 0.6 };
  assert.equal(combine(both, settings), 0.8);
  assert.equal(combine(both, { ...settings, normaliser: 'none', alpha: 0.5 }), 1.1);
  assert.equal(combine(both, { ...settings, alpha: 0.5 }), 0.8); // alpha belongs to `none`
  assert.equal(combine({ isSolved: 1 }, settings), 1);
  assert.equal(combine({ isSolved: 1 }, { ...settings, isSolved: { weight: 3, rule: 'checker' } }), 3);
  assert.equal(combine({}, settings), 0);
  const weighted: RewardSettings = { ...settings, succCalling: { weight: 0.5, rule: 'outcome' }, contribution: { weight: 2, rule: 'usedLater', lcsThreshold: 0.3 } };
  assert.equal(combine(both, weighted), 0.85);
  assert.equal(combine(both, { ...weighted, normaliser: 'none', alpha: 2 }), 2.2);
});

test('a part of weight 0 is still recorded', () => {
  const [first] = scoreTrajectory(attempt(query, 'answered', capital, answer('Tulville')), { ...settings, succCalling: { weight: 0, rule: 'outcome' } }, true);
  assert.deepEqual(first, { succCalling: 1, contribution: 1 });
});

test('rounds of annotation: the golden map', () => {
  const rounds: AnnotationRound[] = [
    { succCalling: [0, 0], contribution: [1, 2], status: 'Unsure' },
    { succCalling: [0, 1], contribution: [1, 3], status: 'Unsolved' },
    { succCalling: [0, 0], contribution: [2, 3], status: 'Unsure' },
  ];
  const { steps, final } = meanOfRounds(rounds);
  assert.deepEqual(steps.map((reward) => reward.toFixed(6)), ['0.133333', '0.433333']);
  assert.equal(final.toFixed(6), '0.333333');
});

test('one round, and a trajectory of one step', () => {
  assert.deepEqual(meanOfRounds([{ succCalling: [1], contribution: [5], status: 'Solved' }]), { steps: [1], final: 1 });
  assert.deepEqual(meanOfRounds([{ succCalling: [], contribution: [], status: 'Unsolved' }]), { steps: [], final: 0 });
});

test('judgements that do not fit the trajectory are refused', () => {
  const good: AnnotationRound = { succCalling: [1], contribution: [5], status: 'Solved' };
  assert.throws(() => meanOfRounds([]), /no annotation rounds/);
  assert.throws(() => meanOfRounds([good, { ...good, contribution: [1, 2] }]), /round 1: contribution has 2 entries but the trajectory has 1/);
  assert.throws(() => meanOfRounds([{ ...good, contribution: [6] }]), /round 0: contribution\[0\] is 6: must be from 0 to 5/);
  assert.throws(() => meanOfRounds([{ ...good, succCalling: [NaN] }]), /succCalling\[0\] is NaN/);
});
