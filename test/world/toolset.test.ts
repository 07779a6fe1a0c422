import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut } from '../../src/world/arguments.ts';
import type { Json, Observation, Tool } from '../../src/world/tool.ts';
import { act, observation, signature, spacedJson } from '../../src/world/toolset.ts';
import type { Action, CallLimits } from '../../src/world/toolset.ts';
import type { Session, Task } from '../../src/world/world.ts';

const parameter = (name: string, type: 'string' | 'integer' | 'number' | 'boolean') => ({ name, type, description: '' });
const weather: Tool = {
  name: 'weather_for_sky', category: 'Weather', tool: 'sky', api: 'weather', description: '',
  required: [parameter('city', 'string'), parameter('day', 'integer')], optional: [parameter('wind', 'boolean'), parameter('height', 'number')],
};
const task: Task = { id: 't/0', split: 't', level: 'I1', query: 'Rain?', tools: [weather] };
const echoing: Session = { call: (name, args) => observation('ok', '', { name, args }) };
const call = (name: string, args: string): Action => ({ kind: 'call', name, args });
const good = call('weather_for_sky', '{"city": "Velm", "day": 2}');
const limits = (changes: Partial<CallLimits> = {}): CallLimits => ({ observationCharacters: 500, seconds: 5, ...changes });
const does = (answer: () => Observation | Promise<Observation>): Session => ({ call: answer });

test('a good call reaches the tool with its parsed arguments', async () => {
  const seen = await act(echoing, task, good);
  assert.equal(seen.outcome, 'ok');
  assert.equal(seen.text, '{"error": "", "response": {"name": "weather_for_sky", "args": {"city": "Velm", "day": 2}}}');
});

test('arguments that do not fit are told apart, and none reaches the tool', async () => {
  const never = does(() => assert.fail('the tool was called'));
  const cases: [string, string][] = [
    ['', 'Missing parameter: city'],
    ['{"city": "Velm"}', 'Missing parameter: day'],
    ['{"city": "Velm", "day": 2, "month": 3}', 'Unknown parameter: month'],
    ['{"city": "Velm", "day": 2, "__proto__": 3}', 'Unknown parameter: __proto__'],
    ['{"city": "Velm", "day": "2"}', 'Parameter day must be integer'],
    ['{"city": "Velm", "day": 2.5}', 'Parameter day must be integer'],
    ['{"city": ["Velm"], "day": 2}', 'Parameter city must be string'],
    ['{"city": null, "day": 2}', 'Parameter city must be string'],
    ['{"city": "Velm", "day": 2, "wind": "true"}', 'Parameter wind must be boolean'],
    ['{"city": "Velm", "day": 2, "height": 1e999}', 'Parameter height must be number'],
    ['{"city": "Velm", "day": 2', 'Arguments are not a JSON object'],
    ['["Velm", 2]', 'Arguments are not a JSON object'],
    ['null', 'Arguments are not a JSON object'],
  ];
  for (const [args, error] of cases) {
    assert.deepEqual(await act(never, task, call('weather_for_sky', args)), observation('invalidArguments', error), args);
  }
});

test('a name must match exactly: no suffix, no case, no inherited property', async () => {
  for (const name of ['sky', '', 'r_for_sky', 'Weather_for_sky', ' weather_for_sky', 'constructor', 'finish']) {
    const seen = await act(echoing, task, call(name, '{"city": "Velm", "day": 2}'));
    assert.equal(seen.outcome, 'unknownTool');
    assert.equal(seen.text, `{"error": "No such function name: ${name}", "response": ""}`);
  }
  const long = await act(echoing, task, call('x'.repeat(500), '{}'));
  assert.ok(long.text.length < 100 && long.text.includes('xxx...'));
});

test('text that is no call is a step with an outcome of its own', async () => {
  assert.equal((await act(echoing, task, { kind: 'unreadable', text: 'hm' })).outcome, 'unreadableCall');
});

test('Finish ends the episode only if it says how', async () => {
  const outcomes: [string, string][] = [
    ['{"return_type": "give_answer", "final_answer": "42"}', 'answered'],
    ['{"return_type": "give_up_and_restart"}', 'gaveUp'],
    ['{"return_type": "give_up_and_restart", "final_answer": ""}', 'gaveUp'],
    ['{"return_type": "give_answer"}', 'invalidFinish'],
    ['{"return_type": "give_answer", "final_answer": ""}', 'invalidFinish'],
    ['{"return_type": "give_answer", "final_answer": 42}', 'invalidFinish'],
    ['{"return_type": "give answer", "final_answer": "42"}', 'invalidFinish'],
    ['{"final_answer": "42"}', 'invalidFinish'],
    ['', 'invalidFinish'],
    ['{"return_type": "give_answer", "final_answer": "42', 'invalidFinish'],
  ];
  for (const [args, outcome] of outcomes) assert.equal((await act(echoing, task, call('Finish', args))).outcome, outcome, args);
});

test('a tool that throws, rejects or answers with rubbish has the outcome error', async () => {
  const rubbish: Json = { outcome: 'fine', text: 'x' };
  for (const session of [
    does(() => { throw new Error('boom'); }),
    does(() => Promise.reject(new Error('boom'))),
    does(async () => { throw 'boom'; }),
    does(() => rubbish as unknown as Observation),
    does(() => Promise.resolve(undefined as unknown as Observation)),
  ]) {
    const seen = await act(session, task, good);
    assert.equal(seen.outcome, 'error');
    assert.match(seen.text, /^\{"error": "Tool failed: /);
  }
});

test('a tool that takes too long times out, is told to stop, and may fail later without harm', async () => {
  let told: AbortSignal | undefined;
  let failLate: (reason: Error) => void = () => undefined;
  const slow: Session = { call: (_name, _args, signal) => { told = signal; return new Promise((_, reject) => { failLate = reject; }); } };
  const seen = await act(slow, task, good, limits({ seconds: 0.01 }));
  assert.equal(seen.outcome, 'timeout');
  assert.equal(told?.aborted, true);
  failLate(new Error('late')); // an unhandled rejection would fail this test file
  await new Promise(setImmediate);
});

test('an unlimited time-out waits instead of firing at once', async () => {
  const later = does(() => new Promise((resolve) => { setImmediate(() => resolve(observation('ok', '', 1))); }));
  assert.equal((await act(later, task, good, limits({ seconds: Number.POSITIVE_INFINITY }))).outcome, 'ok');
});

test('stopping the run rejects a waiting call with its reason, and calls after it', async () => {
  const stop = new AbortController();
  let told: AbortSignal | undefined;
  const waiting: Session = { call: (_name, _args, signal) => { told = signal; return new Promise(() => undefined); } };
  const pending = act(waiting, task, good, limits({ signal: stop.signal }));
  stop.abort(new Error('the run stops'));
  await assert.rejects(pending, /the run stops/);
  assert.equal(told?.aborted, true);
  await assert.rejects(act(echoing, task, good, limits({ signal: stop.signal })), /the run stops/);
});

test('long observations are cut to the limit, never through a surrogate pair', async () => {
  const long = does(() => ({ outcome: 'ok', text: 'x'.repeat(1000) }));
  const seen = await act(long, task, good, limits({ observationCharacters: 40 }));
  assert.equal(seen.text, `${'x'.repeat(37)}...`);
  assert.equal(seen.outcome, 'ok');
  assert.equal(cut('ab😀cd', 6), 'ab😀cd');
  assert.equal(cut('ab😀cdef', 6), 'ab...');
  assert.equal(cut('abcdef', 2), '..');
});

test('JSON is spaced as in ToolBench, signatures mark optional parameters', () => {
  assert.equal(spacedJson({ a: [1, 'x: {'], b: { c: null } }), '{"a": [1, "x: {"], "b": {"c": null}}');
  assert.equal(signature(weather), 'weather_for_sky(city, day, wind?, height?)');
});
