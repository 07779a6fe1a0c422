import assert from 'node:assert/strict';
import { test } from 'node:test';
import { painter } from '../../src/cli/paint.ts';
import { labelled, safeLine, safeText } from '../../src/cli/plain-text.ts';
import { table } from '../../src/cli/table.ts';
import { transcript } from '../../src/cli/transcript.ts';
import type { Step, Trajectory } from '../../src/world/trajectory.ts';

const step = (more: Partial<Step>): Step => ({
  index: 0, thought: 'I look it up.', action: 'area_for_globe', arguments: '{"country": "Fotroup"}', observation: '{"error": "", "response": 12}', toolOutcome: 'ok',
  tokens: { start: 5, end: 9 }, reward: { succCalling: 1, contribution: 0.5, step: 0.75 }, seconds: 0.1, ...more,
});
const trajectory = (steps: Step[], more: Partial<Trajectory> = {}): Trajectory => ({
  id: 'play0/train/7/0', iteration: 0, taskId: 'train/7', split: 'train', level: 'I1', query: 'How large is Fotroup?', tools: ['area_for_globe', 'star_for_cinema'],
  sample: 0, seed: 1, weightsVersion: 0, outcome: 'answered', solved: true, steps, ...more,
});

test('an attempt reads as a dialogue with its outcomes and reward parts', () => {
  const last = step({ index: 1, thought: '', action: 'Finish', arguments: '{"return_type": "give_answer", "final_answer": "12"}', observation: '', toolOutcome: 'answered', reward: { isSolved: 1, step: 1 } });
  assert.equal(transcript(trajectory([step({}), last]), painter(false)), `train/7  I1, train
  Query: How large is Fotroup?
  Tools: area_for_globe, star_for_cinema
  Step 1
    Thought:      I look it up.
    Action:       area_for_globe
    Action Input: {"country": "Fotroup"}
    Observation:  {"error": "", "response": 12}
    Outcome:      ok
    Reward:       succCalling 1, contribution 0.5, together 0.75
  Step 2
    Thought:      -
    Action:       Finish
    Action Input: {"return_type": "give_answer", "final_answer": "12"}
    Observation:  -
    Outcome:      answered
    Reward:       isSolved 1, together 1
  Solved (answered), 2 steps`);
});

test('what a policy or a tool wrote cannot drive the terminal, forge a line at the margin, or turn the writing around', () => {
  const hostile = 'a\u001b]0;title\u0007\u001b[2J\u009b31m\rSolved\nOutcome: ok\u202eevil\u2066\u0000\u007f\u0085';
  const text = transcript(trajectory([step({ thought: hostile, action: hostile, arguments: hostile, observation: hostile })], { query: hostile, tools: [hostile], taskId: hostile, solved: false, outcome: 'truncatedTurns' }), painter(false));
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  const forged = text.split('\n').filter((line) => /^ {0,4}(Outcome: ok|Solved$)/.test(line));
  assert.deepEqual(forged, []);
  assert.match(text, /\n {2}Not solved \(truncated turns\), 1 step$/);
});

test('colours are there when asked for, and around this program\'s words only', () => {
  const text = transcript(trajectory([step({})]), painter(true));
  assert.match(text, /\u001b\[36mok\u001b\[39m/);
  assert.equal(text.replace(/\u001b\[\d+m/g, ''), transcript(trajectory([step({})]), painter(false)));
});

test('line ends of every kind stay line ends, and one line stays one', () => {
  assert.equal(safeText('a\r\nb\rc\td'), 'a\nb\nc\td');
  assert.equal(safeLine('a\r\n\tb\u001bc'), 'a b·c');
  assert.equal(labelled('x: ', 'a\nb'), 'x: a\n   b');
});

test('a table lines its columns up', () => {
  assert.equal(table([['Split', 'Rate'], ['entities', '5.0 %'], ['b']]), 'Split      Rate\nentities   5.0 %\nb');
  assert.equal(table([['Split', 'Rate'], ['b', '5']], 'right'), 'Split   Rate\nb          5');
});
