import assert from 'node:assert/strict';
import { test } from 'node:test';
import { succCalling } from '../../src/reward/succ-calling.ts';
import type { SuccCallingRule } from '../../src/reward/settings.ts';
import { toolOutcomes } from '../../src/world/tool.ts';

const byText = (rule: SuccCallingRule) => (observation: string): number => succCalling({ observation, toolOutcome: 'error' }, rule);
const released = byText('released');
const strict = byText('strict');

test('by typed outcome, data is the only success', () => {
  const successes = toolOutcomes.filter((toolOutcome) => succCalling({ observation: '{"error": "", "response": 1}', toolOutcome }, 'outcome') === 1);
  assert.deepEqual(successes, ['ok']);
});

test('released: the prefix without an error is a success, whatever follows', () => {
  for (const response of ['"Paris"', '"something went wrong"', '{"status": 400}', '"Please log in"', '[1, 2', '']) {
    assert.equal(released(`{"error": "", "response": ${response}`), 1, response);
  }
});

test('an error is a failure, also when its text was cut', () => {
  for (const rule of [released, strict]) {
    assert.equal(rule('{"error": "Unknown city: Foo", "response": ""}'), 0);
    assert.equal(rule('{"error": "API not working err...'), 0);
    assert.equal(rule('{"error": "No such func'), 0);
  }
});

test('strict: the response is looked at even though the error is empty', () => {
  const response = (text: string): number => strict(`{"error": "", "response": ${text}}`);
  assert.equal(response('{"temp": 20}'), 1);
  assert.equal(response('{"status": 400, "temp": 20}'), 0);
  assert.equal(response('{"status": 200}'), 1);
  assert.equal(response('[]'), 1); // as released: a list is a success
  assert.equal(response('true'), 1);
  assert.equal(response('3.5'), 1);
  assert.equal(response('null'), 0);
  assert.equal(response('"20 degrees"'), 1);
  assert.equal(response('"The result is empty"'), 0);
  assert.equal(response('"something wrong"'), 0);
  assert.equal(response('"an error occurred"'), 0);
  assert.equal(response('"Please give a city"'), 0);
  assert.equal(response('"It will Please you"'), 1);
});

test('strict: a long response that was cut is judged by its text', () => {
  assert.equal(strict('{"error": "", "response": {"name": "Blue Hill", "text": "once upo...'), 1);
  assert.equal(strict('{"error": "", "response": "Please subscribe to the pl...'), 0);
});

test('rules 4 and 5 decide as released where the spacing of the JSON hides the prefix', () => {
  assert.equal(released('{"error":"","response":{"status":400}}'), 0);
  assert.equal(released('{"error":"","response":"20 degrees"}'), 1);
});

test('what is not in the form of ToolBench fails, and nothing throws', () => {
  for (const text of ['', 'no JSON', '[1]', '3', 'null', '{"temp": 20}', '{"error": 5}', '{"error"', '{"error": "a"}}']) {
    assert.equal(released(text), 0, text);
    assert.equal(strict(text), 0, text);
  }
});
