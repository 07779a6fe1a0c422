// A run's own trajectories.jsonl as something to learn from.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOwn } from '../../../src/rollout/recorded/own.ts';
import type { Tool } from '../../../src/world/tool.ts';

const known: Tool = { name: 'a_for_b', category: 'C', tool: 'b', api: 'a', description: 'What it does.', required: [{ name: 'x', type: 'string', description: '' }], optional: [] };
const step = { index: 0, thought: 't', action: 'a_for_b', arguments: '{}', observation: 'o', toolOutcome: 'ok', tokens: { start: 1, end: 2 }, reward: { step: 1 }, seconds: 0 };
const trajectory = { id: 't1/train/1/0', iteration: 1, taskId: 'train/1', split: 'train', level: 'I1', query: 'q?', tools: ['a_for_b', 'new'], sample: 2, seed: 7, weightsVersion: 0, outcome: 'answered', solved: true, steps: [step] };
const line = (change: object = {}): string => `${JSON.stringify({ ...trajectory, ...change })}\n`;
const read = (text: string) => [...readOwn(text, 'x.jsonl', (name) => (name === known.name ? known : undefined))];

test('trajectories of the training split, their tools as the world has them', () => {
  const [first, second, ...more] = read(`${line()}${line({ split: 'phrasings' })}\r\n${line()}${line().slice(0, 50)}`);
  assert.deepEqual(more, [], 'held-out tasks and a torn last line are left out');
  assert.deepEqual([first.id, second.id], ['t1/train/1/0', 't1/train/1/0~2'], 'runs put together may repeat a name');
  assert.equal(first.task.tools[0], known);
  assert.deepEqual(first.task.tools[1], { name: 'new', category: '', tool: '', api: 'new', description: '', required: [], optional: [] });
  assert.deepEqual(first.spans, [{ start: 1, end: 2 }]);
  for (const tokens of [undefined, { start: 2, end: 2 }, { start: 0, end: 2 }, { start: 1, end: '2' }]) assert.equal(read(line({ steps: [{ ...step, tokens }] }))[0].spans, undefined);
  assert.deepEqual(first.steps, [{ thought: 't', action: 'a_for_b', arguments: '{}', observation: 'o', toolOutcome: 'ok' }]);
  assert.deepEqual([first.outcome, first.solved, first.sample, first.seed, first.scores, first.framed], ['answered', true, 2, 7, undefined, undefined]);
});

test('a last line without an end counts where it is whole, as in a file written by hand; torn anywhere it is passed over', () => {
  const two = `${line()}${line({ id: 'last' })}`;
  assert.deepEqual(read(two.trimEnd()).map(({ id }) => id), ['t1/train/1/0', 'last']);
  assert.deepEqual(read(`${two.trimEnd()}\r`).map(({ id }) => id), ['t1/train/1/0', 'last']);
  assert.equal(read(line().trimEnd()).length, 1);
  const last = line({ id: 'last' }).trimEnd();
  for (let end = 0; end < last.length; end++) assert.equal(read(line() + last.slice(0, end)).length, 1, last.slice(0, end));
  assert.throws(() => read(`${line()}{}`), /^RecordedError: x\.jsonl:2:1: "split" should be a text\./, 'whole, and no trajectory');
});

test('what is no trajectory is refused with its line, and what is wrong', () => {
  const refusal = (text: string): string => {
    try {
      return `read ${read(text).length}`;
    } catch (error) {
      return (error as Error).message.replace(/ A line should be.*/, '');
    }
  };
  assert.deepEqual([
    `${line()}{"id": 1,,}\n`, '[]\n', line({ split: 3 }), line({ taskId: 3 }), line({ level: 'I4' }), line({ outcome: 'won' }), line({ tools: 'a' }), line({ solved: 1 }), line({ sample: 0.5 }), line({ steps: [] }), line({ steps: [3] }),
    line({ steps: [{ ...step, thought: null }] }), line({ steps: [step, { ...step, toolOutcome: 'great' }] }), '\n',
  ].map(refusal), [
    'x.jsonl:2:10: The line is no JSON.', 'x.jsonl:1:1: The line is no JSON object.', 'x.jsonl:1:1: "split" should be a text.', 'x.jsonl:1:1: "id", "taskId" and "query" should be texts.', 'x.jsonl:1:1: "level" should be one of I1, I2, I3.',
    'x.jsonl:1:1: "outcome" should be one of answered, gaveUp, truncatedTurns, truncatedTokens, truncatedTime.', 'x.jsonl:1:1: "tools" should be a list of names.', 'x.jsonl:1:1: "solved" should be true or false, "sample" and "seed" counts.',
    'x.jsonl:1:1: "solved" should be true or false, "sample" and "seed" counts.', 'x.jsonl:1:1: "steps" should be a list of one step at least.', 'x.jsonl:1:1: steps[0] is no object.', 'x.jsonl:1:1: steps[0].thought should be a text.',
    'x.jsonl:1:1: steps[1].toolOutcome should be one of ok, empty, notFound, invalidArguments, unknownTool, unreadableCall, transient, timeout, error, invalidFinish, answered, gaveUp.', 'read 0',
  ]);
});
