// What attempts that try nothing honest earn: the reward function, probed before anything is trained on it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rewardTrajectory } from '../../src/reward/score.ts';
import type { Attempt } from '../../src/reward/score.ts';
import type { RewardSettings } from '../../src/reward/settings.ts';
import { answer, attempt, call, giveUp, settings } from './attempt.ts';

const query = 'How warm is it in Tulville?';
const warm = call('now_for_sky', { city: 'Tulville' }, { temp: 21, sky: 'foggy' });
const wind = call('wind_for_meteo', { city: 'Tulville' }, { wind: 77 });
const mayor = call('mayor_for_map', { city: 'Tulville' }, { mayor: 'Rudi Carr' });
const honest = attempt(query, 'answered', warm, answer('21'));
const total = (probe: Attempt, solved: boolean, how: RewardSettings = settings): number =>
  rewardTrajectory(probe, how, solved).reduce((sum, reward) => sum + reward, 0);

test('the honest attempt earns everything there is', () => assert.equal(total(honest, true), 2));

test('empty: no steps, no words, empty calls and empty results earn nothing', () => {
  const nothing = { ...call('', {}, '', 'unreadableCall', 'No call found'), arguments: '' };
  assert.equal(total(attempt(query, 'truncatedTokens'), false), 0);
  assert.equal(total(attempt(query, 'truncatedTurns', nothing, nothing, nothing), false), 0);
  assert.equal(total(attempt(query, 'answered', answer(' ')), false), 0);
  assert.equal(total(attempt(query, 'gaveUp', giveUp), false), 0);
  const empty = call('now_for_meteo', { city: 'Tulville' }, [], 'empty');
  assert.equal(total(attempt(query, 'truncatedTurns', empty, empty, empty), false), 0);
});

test('repeated: the same call again and again earns SuccCalling each time, and Contribution once', () => {
  const repeated = rewardTrajectory(attempt(query, 'answered', warm, warm, warm, warm, answer('21')), settings, true);
  assert.deepEqual(repeated, [1, 0.5, 0.5, 0.5, 1]);
  // What is left to exploit is SuccCalling; with its weight at 0 repeating earns nothing at all.
  const contributionOnly: RewardSettings = { ...settings, succCalling: { weight: 0, rule: 'outcome' } };
  assert.equal(total(attempt(query, 'answered', warm, warm, warm, warm, answer('21')), true, contributionOnly), total(honest, true, contributionOnly));
});

test('all answers: listing every result earns Contribution for each, and never IsSolved', () => {
  const dump = attempt(query, 'answered', warm, wind, mayor, answer('21, foggy, 77, Rudi Carr'));
  const rewards = rewardTrajectory(dump, settings, false); // the checker refuses answers that list what was seen
  assert.deepEqual(rewards, [1, 1, 1, 0]);
});

test('all answers in one call earn no more than the one that was asked for', () => {
  assert.ok(total(attempt(query, 'answered', warm, answer('21 foggy 20 22 19')), false) < total(honest, true));
});

test('copied prompt: query, tool names or the own arguments for an answer earn nothing', () => {
  assert.equal(total(attempt(query, 'answered', answer(query)), false), 0);
  const copied = rewardTrajectory(attempt(query, 'answered', warm, answer(query)), settings, false);
  assert.deepEqual(copied, [0.5, 0]); // the call itself did work
  assert.equal(rewardTrajectory(attempt(query, 'answered', warm, answer('{"city": "Tulville"} now_for_sky')), settings, false)[0], 0.5);
});

test('guessing without a call earns nothing but what the checker gives', () => {
  assert.deepEqual(rewardTrajectory(attempt(query, 'answered', answer('21')), settings, false), [0]);
});

test('the released lcs rule is easily pleased: a pasted observation contributes wherever it is pasted, a repeated one each time', () => {
  const lcs: RewardSettings = { ...settings, contribution: { weight: 1, rule: 'lcs', lcsThreshold: 0.3 } };
  const pasted = attempt(query, 'answered', warm, warm, wind, answer('{"temp": 21, "sky": "foggy"} {"wind": 77}'));
  assert.deepEqual(rewardTrajectory(pasted, lcs, false), [1, 1, 1, 0]);
  const terse = attempt(query, 'answered', warm, answer('21'));
  assert.deepEqual(rewardTrajectory(terse, lcs, true), [0.5, 1]); // and an answer that says just enough gets nothing
});
