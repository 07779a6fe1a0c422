// The released training tables: rows read as trajectories, what is framed told from what is said, faults named by line and column.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Fragment } from '../../../src/policy/dialogue/dialogue.ts';
import type { Recording } from '../../../src/rollout/recorded/recording.ts';
import { readReleased } from '../../../src/rollout/recorded/released.ts';
import { RecordedError } from '../../../src/rollout/recorded/table.ts';
import { numbers } from '../../run/folder-help.ts';
import { authors, table } from './tables.ts';

/** Control tokens in guillemets, so that those that are only spelt show as themselves. */
const shown = (fragments: readonly Fragment[]): string => fragments.map((part) => (part.kind === 'control' ? `«${part.token}»` : part.text)).join('');
const read = (text: string): Recording[] => [...readReleased(text, 'x.csv')];
const refusal = (text: string): string => {
  try {
    read(text);
  } catch (error) {
    assert.ok(error instanceof RecordedError, String(error));
    return error.message;
  }
  return 'read';
};
const header = 'prompt\tresponse\treward\n';
const opening = "System:\\nAPIs: ['a_for_b']\\nUser:\\nWhy?\\nBegin!\\n\\nAssistant:\\n";

test('three formats of the same dialogues give the same trajectories', () => {
  const all = (['toolllama', 'qwen2', 'llama3-1'] as const).map((name) => read(table(name)));
  const said = all.map((recordings) => recordings.map(({ framed: _, steps, ...rest }) => ({ ...rest, steps: steps.map(({ thought: __, ...step }) => step) })));
  assert.deepEqual(said[1], said[0]);
  assert.deepEqual(said[2], said[0]);
  assert.deepEqual(all[2].map(({ steps }) => steps), all[1].map(({ steps }) => steps));
  assert.deepEqual(all[1].map(({ id, outcome, solved, scores, task, steps }) => [id, outcome, solved, scores?.join(' '), task.level, task.tools.length, steps.map(({ toolOutcome }) => toolOutcome).join(' ')]), [
    ['row-1', 'answered', true, '0.8 0.5333333333333333 1', 'I2', 3, 'ok ok answered'],
    ['row-2', 'gaveUp', false, '0 0', 'I2', 3, 'error gaveUp'],
    ['row-3', 'answered', false, '1 0.3 0.5', 'I2', 3, 'ok ok answered'],
    ['row-4', 'truncatedTurns', false, '0.6 0.1', 'I2', 3, 'ok ok'],
    ['row-5', 'answered', false, '0.5', 'I2', 3, 'answered'],
  ]);
  const [{ task, steps }] = all[1];
  assert.equal(task.query, 'When is high tide in Møre?\nAnd "who" has a berth?');
  assert.deepEqual(task.tools.map(({ name, tool, api }) => [name, tool, api])[0], ['tides_for_harbour', 'harbour', 'tides']);
  assert.deepEqual(steps[0], { thought: 'high tide first', action: 'tides_for_harbour', arguments: '{"port": "Møre"}', observation: '{"error": "", "response": {"high": "06:40\\t\\u00e9"}}', toolOutcome: 'ok' });
});

test('only the frame has control tokens: what an observation spells stays text', () => {
  const framed = read(table('qwen2'))[2].framed!;
  assert.equal(shown(framed[1].before), "«<|im_start|>»function\n{\"error\": \"\", \"response\": \"<|im_end|> said the \\\\ harbour, 'closed'\"}«<|im_end|>»\n«<|im_start|>»assistant\n");
  assert.deepEqual(framed[1].turn, { body: 'Thought: \nAction: tides_for_harbour\nAction Input: {"port": "Bodø"}', end: '<|im_end|>', after: '\n' });
  assert.equal(shown(framed[2].before), '«<|im_start|>»function\n«<|im_end|>»\n«<|im_start|>»assistant\n');
  const [plain] = read(table('toolllama'))[0].framed!;
  assert.equal(shown(plain.before), "System:\nSpecifically, you have access to the following APIs: ['tides_for_harbour', 'berths_for_harbour', 'ferries_for_timetable', 'Finish']\nUser:\nWhen is high tide in Møre?\nAnd \"who\" has a berth?\nBegin!\n\nAssistant:\n");
  assert.deepEqual(plain.turn, { body: 'Action: tides_for_harbour\nAction Input: {"port": "Møre"}\n', after: '' });
});

test('columns in another order, lines of Windows, a mark of byte order and empty lines change nothing', () => {
  const text = table('llama3-1');
  const moved = `\uFEFF${text.split('\n').map((line) => { const [a, b, c] = line.split('\t'); return c === undefined ? '' : [c, 'more', a, b].join('\t'); }).join('\r\n\r\n')}`.replace('reward\tmore', 'reward\tother');
  assert.deepEqual(read(moved), read(text));
});

test('faults are named by line and column', () => {
  assert.deepEqual([
    '', 'prompt\tresponse\n', `${header}a\tb\n`, `${header}"['x']"\t"['y]"\t[1]`, `${header}"['x']\t[]\t[]`, `${header}"['x']" \t[]\t[]`, `${header}['x']\t{}\t[]`, `${header}['x']\t['y']\t[1, 2]`, `${header}[]\t[]\t[]`,
    `${header}['x', 1]\t['y', 'z']\t[1, 2]`, `${header}['x']\t['y']\t['1']`, `${header}['x']\t['y']\t[1e999]`, `${header}['x']\t['y']\t[1]`, `${header}["${opening}"]\t['']\t[1]`,
    `${header}["${opening}"]\t['Action: a']\t[1]\n["${opening}", 'b']\t['Action: a',  'c']\t[1, 1]`, `${header}["${opening}"]\t['Action: a']\t[1]\n['b']\t['c']\t[1]`, `${header}"[""${opening}"",\n ""b"",\n\n x]"\t[]\t[]`, `${header}["${'a'.repeat(300_000)}"]\t['a']\t[1]`,
  ].map(refusal), [
    'x.csv:1:1: There is no column "prompt", "response", "reward". The first line should be the names prompt, response, reward with a tab between them.',
    'x.csv:1:1: There is no column "reward". The first line should be the names prompt, response, reward with a tab between them.',
    'x.csv:2:1: The row has 2 cells, and there are 3 columns.',
    'x.csv:2:11: "response" is no Python literal. The string is not closed by \'.',
    'x.csv:2:1: The quote that begins the cell is not closed.',
    'x.csv:2:8: Behind a cell in quotes there should be a tab or the end of the line. A quote within it is written twice.',
    'x.csv:2:7: "response" should be a list, and is a dict.',
    'x.csv:2:1: The lists have different lengths: 1 in "prompt", 1 in "response", 2 in "reward". Each step has one of each.',
    'x.csv:2:1: The trajectory has no steps.',
    'x.csv:2:7: prompt[1] should be a string, and is a number.',
    'x.csv:2:14: reward[0] should be a number, and is a string.',
    'x.csv:2:14: reward[0] should be a number, and is not finite.',
    'x.csv:2:2: prompt[0] is not framed in a known way (toolllama, qwen2, llama3-1).',
    'x.csv:2:70: response[0] is empty.',
    'x.csv:3:69: prompt[1] is not one observation, framed as toolllama has it.',
    'x.csv:3:2: prompt[0] is not framed as toolllama has it, as in the rows before.',
    'x.csv:5:2: "prompt" is no Python literal. x is a name and no literal; None, True and False are.',
    'x.csv:2:2: prompt[0] has 300000 characters; at most 262144 are read.',
  ]);
});

test('rows are read as they are asked for: a fault further down does not keep from the first', () => {
  const rows = readReleased(`${table('qwen2')}broken\n`, 'x.csv');
  assert.equal(rows.next().value?.id, 'row-1');
  assert.throws(() => [...rows], /x\.csv:7:1: The row has 1 cells/);
});

test('a table damaged at random is read or refused with a place', () => {
  const draw = numbers(7);
  const whole = table('qwen2');
  const found = { read: 0, refused: 0 };
  for (let round = 0; round < 1500; round++) {
    const [at, length] = [draw() % whole.length, draw() % 4];
    const said = refusal(whole.slice(0, at) + `"'\\\t\n,[]<|x`.charAt(draw() % 12) + whole.slice(at + length));
    if (said === 'read') found.read++;
    else {
      assert.match(said, /^x\.csv:\d+:\d+: /);
      found.refused++;
    }
  }
  assert.ok(found.read > 50 && found.refused > 50, JSON.stringify(found));
});

test("the authors' ten rows of each model", { skip: authors === undefined && 'their example files are not beside this repository (set STEPTOOL_EXAMPLES)' }, () => {
  for (const name of ['toolllama', 'qwen2', 'llama3-1']) {
    const path = `${authors}/${name}__step_grained_for_ppo_example.csv`;
    assert.ok(existsSync(path), path);
    const recordings = read(readFileSync(path, 'utf8'));
    assert.equal(recordings.length, 10);
    for (const { task, steps, scores, outcome } of recordings) {
      assert.equal(scores?.length, steps.length);
      assert.ok(scores.every((score) => score >= 0 && score <= 1 && Math.abs(score * 30 - Math.round(score * 30)) < 1e-9), 'on the grid of thirtieths');
      assert.ok(task.tools.length > 0 && task.query.length > 20 && !task.query.includes('Begin!'));
      assert.equal(outcome, 'answered');
      assert.ok(steps.every(({ action, toolOutcome }) => action !== '' && toolOutcome !== 'unreadableCall'));
    }
  }
});
