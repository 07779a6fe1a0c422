import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asksForHelp, parseArguments, type Arguments } from '../../src/cli/arguments.ts';
import { UsageError } from '../../src/cli/failure.ts';

const takes = { least: 1, most: 2, what: 'the file' };
const options = {
  samples: { short: 'n', value: 'n', help: '' },
  split: { value: 'split', multiple: true, help: '' },
  quiet: { short: 'q', help: '' },
};
const parse = (...words: string[]): Arguments => parseArguments({ options, takes }, words);

test('options are read in every spelling, before and after words', () => {
  const args = parse('--samples=4', 'a', '--split', 'x', '-q', '--split=y', 'b');
  assert.deepEqual(args.words, ['a', 'b']);
  assert.equal(args.number('samples', { least: 1, whole: true }), 4);
  assert.deepEqual(args.texts('split'), ['x', 'y']);
  assert.equal(args.flag('quiet'), true);
  assert.equal(parse('a', '-n', '2').text('samples'), '2');
  assert.equal(parse('a').number('samples', { least: 1 }), undefined);
  assert.equal(parse('a').flag('quiet'), false);
});

test('after two dashes everything is a word, and a lone dash always is one', () => {
  assert.deepEqual(parse('--', '--quiet', '-x').words, ['--quiet', '-x']);
  assert.deepEqual(parse('-').words, ['-']);
  assert.equal(asksForHelp(['a', '--', '--help']), false);
  assert.equal(asksForHelp(['a', '-h']), true);
});

test('a value may be a negative number or a dash, and is checked for its range', () => {
  assert.equal(parse('a', '-n', '-0.5').number('samples', { least: -1 }), -0.5);
  for (const text of ['-1', '2.5', 'x', '', ' ', '1e99', 'Infinity', 'NaN', '1,5']) {
    assert.throws(() => parse('a', `--samples=${text}`).number('samples', { least: 0, most: 10, whole: true }), { name: 'UsageError', message: `--samples is '${text}': give a whole number from 0 to 10.` });
  }
});

const slips: [words: string[], message: string][] = [
  [['a', '--sample', '3'], 'There is no option --sample. Did you mean --samples?'],
  [['a', '--QUIET'], 'There is no option --QUIET. Did you mean --quiet?'],
  [['a', '-x'], 'There is no option -x.'],
  [['a', '--nothing-like-it'], 'There is no option --nothing-like-it.'],
  [['a', '--quiet=yes'], '--quiet takes no value.'],
  [['a', '--samples'], '--samples needs a value: --samples <n>.'],
  [['a', '--samples', '--quiet'], '--samples needs a value: --samples <n>.'],
  [['a', '--samples', '1', '-n', '2'], '-n is given twice. Give it once.'],
  [[], 'the file is missing.'],
  [['a', 'b', 'c'], "'c' is one word too many: the file is all it takes."],
  [['a', '--__proto__', '1'], 'There is no option --__proto__.'],
  [['a', '--constructor'], 'There is no option --constructor.'],
];
for (const [words, message] of slips) {
  test(`a slip is named: ${words.join(' ') || 'no words'}`, () => assert.throws(() => parse(...words), (error) => error instanceof UsageError && error.message === message));
}

test('a command that reads an option that it does not declare is a bug, not an absent option', () => {
  assert.throws(() => parse('a').flag('json'), /does not declare/);
});
