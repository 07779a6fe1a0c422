import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDiagnostic, formatDiagnostics } from '../../src/config/format.ts';
import { Positions } from '../../src/config/positions.ts';
import { validateExperiment } from '../../src/config/validate.ts';

const render = (text: string): string => formatDiagnostics(validateExperiment(text).diagnostics, 'my.steptool.json', text);

test('a problem is shown with its line, carets under it, and what to do', () => {
  const text = '{\n\t"credit": {\n\t\t"gama": 0.9, "lambda": 2\n\t},\n\t"rollout": { "topP": 0.9 }\n}';
  assert.equal(render(text.replace(', "lambda": 2', '')), [
    'my.steptool.json:3:3 error unknown-key: There is no "gama" in "credit". Did you mean "gamma"?',
    '  3 |   "gama": 0.9',
    '    |   ^^^^^^',
    '  fix: Change to "gamma"',
    '',
    'my.steptool.json:5:23 warning off-policy-sampling: "rollout.topP" 0.9 never samples the unlikely tokens, while the update optimises the whole distribution.',
    '  5 |  "rollout": { "topP": 0.9 }',
    '    |                       ^^^',
    '  fix: Set "rollout.topP" to 1',
    '',
    '1 error, 1 warning',
  ].join('\n'));
  assert.equal(render(text).split('\n').at(-1), '2 errors');
});

test('nothing is shown when nothing is wrong', () => assert.equal(render('{}'), ''));

test('a range over several lines is underlined to the end of its first', () => {
  assert.equal(render('{ "credit": [\n1, 2\n] }'), [
    'my.steptool.json:1:13 error wrong-type: "credit" takes an object, { … }; found a list.',
    '  1 | { "credit": [',
    '    |             ^',
    '',
    '1 error',
  ].join('\n'));
});

test('of a very long line only the part around the problem is shown', () => {
  const text = `{ "name": "x", ${' '.repeat(5000)} "sed": 1, ${' '.repeat(5000)} }`;
  const [, source, carets] = formatDiagnostic(validateExperiment(text).diagnostics[0], 'x', text).split('\n');
  assert.ok(source.length < 120);
  assert.equal(source.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1), '"sed"');
});

test('what could drive a terminal never reaches it', () => {
  const text = '{ "\u001b[31m": 1, "\u202e": 2 }';
  assert.ok(!/[\u001b\u202e]/.test(render(text)));
});

test('positions count lines over every kind of line end, and a byte order mark has no column', () => {
  const positions = new Positions('\uFEFFa\r\nb\rc\n');
  assert.deepEqual([0, 1, 2, 4, 6, 8, 99].map((offset) => positions.at(offset)), [
    { line: 1, column: 1 }, { line: 1, column: 1 }, { line: 1, column: 2 }, { line: 2, column: 1 }, { line: 3, column: 1 }, { line: 4, column: 1 },
    { line: 4, column: 1 },
  ]);
  assert.deepEqual([1, 2, 3, 4].map((line) => positions.line(line)), ['a', 'b', 'c', '']);
});
