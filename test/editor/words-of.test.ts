/** Trouble in the editor's language: what kind it is comes translated, the exact words stay; in English nothing is said twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Translate } from '../../src/editor/host.ts';
import { validateExperiment } from '../../src/config/validate.ts';
import { changeWords, problemWords, wordsOf } from '../../src/editor/words-of.ts';
import { RunFolderError } from '../../src/run/folder/errors.ts';
import { inEnglish } from './fake-parts.ts';

const german: Translate = (message) => ({
  'The run was written by another version of StepTool.': 'Der Lauf ist von einer anderen Version von StepTool.', 'There is no such field.': 'Dieses Feld gibt es nicht.',
} as Record<string, string>)[message] ?? message;

const newer = new RunFolderError('badVersion', '/r/run.json has format version 2; this StepTool reads version 1.', '/r/run.json');
const problem = { code: 'unknown-key', message: 'There is no "gama" in "credit". Did you mean "gamma"?' } as const;

test('in English the exact words, once', () => {
  assert.equal(wordsOf(newer, inEnglish), newer.message);
  assert.equal(problemWords(problem, inEnglish), problem.message);
});

test('in another language its kind first; what has no translation stays as it is', () => {
  assert.equal(wordsOf(newer, german), 'Der Lauf ist von einer anderen Version von StepTool. /r/run.json has format version 2; this StepTool reads version 1.');
  assert.equal(problemWords(problem, german), 'Dieses Feld gibt es nicht. There is no "gama" in "credit". Did you mean "gamma"?');
  assert.equal(wordsOf(new RunFolderError('corrupt', 'run.json is damaged.', '/r'), german), 'run.json is damaged.');
  assert.equal(wordsOf(new Error('EACCES'), german), 'EACCES');
  assert.equal(wordsOf('thrown', german), 'thrown');
});

test('fixes are called in English as validate calls them, and can be called otherwise', () => {
  const fixes = ['{ "credit": { "gama": 1, "lambda": 7 } }', '{ "credit": { "mode": "monteCarlo", "lambda": 0.5 }, "rollout": { "topP": 0.9 } }'].flatMap((text) => { const { diagnostics, notes } = validateExperiment(text); return [...diagnostics, ...notes].flatMap(({ fix }) => fix ?? []); });
  assert.deepEqual([...new Set(fixes.map(({ change: { kind } }) => kind))].sort(), ['remove', 'replace', 'set']);
  for (const { title, change } of fixes) assert.equal(changeWords(change, inEnglish), title);
  assert.equal(changeWords({ kind: 'remove', path: 'seed' }, (message, ...values) => inEnglish(message === 'Remove "{0}"' ? '"{0}" entfernen' : message, ...values)), '"seed" entfernen');
});
