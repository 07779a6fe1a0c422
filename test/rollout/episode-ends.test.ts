// How turns and episodes end: by themselves, or by running out of tokens, turns or time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observationIds } from '../../src/policy/format.ts';
import { isTruncated } from '../../src/world/trajectory.ts';
import { assertSound, callIds, end, open, prompt, seen, tokenizer, write } from './scripted.ts';

test('a turn that runs out of tokens is unreadable even if what it says so far is a call; it is closed for the policy, unmasked', () => {
  const ids = callIds('look', '{}');
  const episode = open({ maxTokensPerTurn: ids.length - 1 });
  const turn = write(episode, ids);
  assert.equal(turn.action.kind, 'unreadable');
  assert.match(turn.thought, /Action: look/);
  const read = episode.observe(turn, seen('unreadableCall', 'no'))!;
  assert.deepEqual(read, [ids.at(-2), end, ...observationIds(tokenizer, 'no')]);
  assert.equal(episode.tokens.mask[episode.steps[0].tokens.end], 0, 'the policy did not write this end');
  assert.equal(episode.steps[0].tokens.end - episode.steps[0].tokens.start, ids.length - 1);
  assertSound(episode);
});

test('an end written as the very last token a turn may have is an end', () => {
  const ids = callIds('look', '{}');
  assert.equal(write(open({ maxTokensPerTurn: ids.length }), ids).action.kind, 'call');
  assert.equal(write(open({ maxTokens: prompt.length + ids.length }), ids).action.kind, 'call');
});

test('turns: the last one allowed is observed, then the episode is cut, with something to read for its bootstrap', () => {
  const episode = open({ maxTurns: 2 });
  assert.ok(episode.observe(write(episode, callIds('a', '{}')), seen('ok')));
  assert.equal(episode.outcome, undefined);
  const read = episode.observe(write(episode, callIds('a', '{}')), seen('ok'));
  assert.equal(episode.outcome, 'truncatedTurns');
  assert.equal(read?.at(-1), tokenizer.id('<|assistant|>'));
  assert.equal(episode.bootstrap, 0, 'not known before the policy has read');
});

test('an answer on the last turn, at the last token or after the last second is an answer', () => {
  const ids = callIds('Finish', '{"return_type": "give_answer", "final_answer": "1"}');
  let clock = 0;
  const episode = open({ maxTurns: 1, maxTokens: prompt.length + ids.length, maxSeconds: 1 }, () => clock);
  const turn = write(episode, ids);
  clock = 100;
  assert.equal(episode.observe(turn, seen('answered')), undefined);
  assert.equal(episode.outcome, 'answered');
  assert.equal(episode.tokens.ids.at(-1), end);
  assert.ok(!isTruncated('answered') && !isTruncated('gaveUp') && isTruncated('truncatedTime'));
  const other = open();
  assert.equal(other.observe(write(other, ids), seen('gaveUp')), undefined);
  assert.equal(other.outcome, 'gaveUp');
  const invalid = open();
  assert.ok(invalid.observe(write(invalid, ids), seen('invalidFinish')), 'a Finish that is not valid ends nothing');
  assert.equal(invalid.outcome, undefined);
});

test('time: an episode that took too long is cut after its observation', () => {
  let clock = 0;
  const episode = open({ maxSeconds: 10 }, () => clock);
  const first = write(episode, callIds('a', '{}'));
  clock = 10;
  assert.ok(episode.observe(first, seen('ok')));
  assert.equal(episode.outcome, undefined, 'ten seconds are allowed');
  const second = write(episode, callIds('a', '{}'));
  clock = 10.5;
  assert.ok(episode.observe(second, seen('ok')));
  assert.equal(episode.outcome, 'truncatedTime');
  assert.deepEqual(episode.steps.map(({ seconds }) => seconds), [10, 0.5]);
});

test('tokens: an observation that just fits is read; one that does not is left out, and the step keeps its first value', () => {
  const ids = callIds('a', '{}');
  const room = prompt.length + ids.length + observationIds(tokenizer, 'some words').length;
  for (const spare of [1, 0, -1]) {
    const episode = open({ maxTokens: room + spare });
    const read = episode.observe(write(episode, ids), seen('ok', 'some words'));
    assertSound(episode);
    if (spare === 1) {
      assert.equal(episode.outcome, undefined, 'there is room for one token more');
      assert.equal(write(episode, [5]).action.kind, 'unreadable');
    } else if (spare === 0) {
      assert.equal(episode.outcome, 'truncatedTokens');
      assert.equal(read!.length, 1 + observationIds(tokenizer, 'some words').length);
    } else {
      assert.equal(read, undefined);
      assert.equal(episode.outcome, 'truncatedTokens');
      assert.equal(episode.length, episode.steps[0].tokens.end);
      assert.equal(episode.bootstrap, prompt.length, 'value of the state the step began in');
    }
  }
});
