/** What the trajectory page's host side is made of, without an editor: reading, filtering, scoring, tokens. */
import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cutTexts, pieceOf, textLimit } from '../../src/editor/trajectory-page/cut.ts';
import { pageHtml } from '../../src/editor/page-html.ts';
import { firstLineOf } from '../../src/editor/trajectory-page/iterations.ts';
import { readLenient } from '../../src/editor/trajectory-page/lenient.ts';
import { readMessage } from '../../src/editor/trajectory-page/messages.ts';
import { rowOf } from '../../src/editor/trajectory-page/row.ts';
import { authorOf, Scores } from '../../src/editor/trajectory-page/scores.ts';
import { idTest, testOf } from '../../src/editor/trajectory-page/search.ts';
import { Selection } from '../../src/editor/trajectory-page/selection.ts';
import { toTokens } from '../../src/editor/trajectory-page/tokens.ts';
import { TrajectoryFile } from '../../src/editor/trajectory-page/trajectory-file.ts';
import { parseVocabulary } from '../../src/editor/trajectory-page/vocabulary.ts';
import { AnnotationFile } from '../../src/run/folder/annotations.ts';
import type { Annotation } from '../../src/run/folder/lines.ts';
import { bytesSource, fileSource } from '../../src/run/folder/source.ts';
import { parseRange } from '../../webview/shared/format.ts';
import { temporaryFolder, trajectory } from '../run/folder-help.ts';
import { inEnglish } from './fake-parts.ts';

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const one = trajectory(3, 1, 'I look for "Z\u00fcrich"');

test('a line of another program is shown as far as it goes, and what it lacks is named', () => {
  const whole = readLenient(JSON.parse(JSON.stringify(one)) as Record<string, unknown>, 0);
  assert.ok(whole);
  assert.deepEqual(whole.lacks, []);
  const foreign = readLenient({ steps: [{ action: 'find', arguments: { city: 'Oslo' }, reward: { good: 1, odd: 'x' } }, 'no step'] }, 6);
  assert.ok(foreign);
  assert.equal(foreign.trajectory.id, 'line 7');
  assert.equal(foreign.trajectory.steps[0].arguments, '{"city":"Oslo"}');
  assert.deepEqual(foreign.trajectory.steps.map(({ index, reward, toolOutcome }) => [index, reward, toolOutcome]), [[0, { good: 1 }, 'unknown'], [1, {}, 'unknown']]);
  assert.ok(foreign.lacks.includes('solved') && foreign.lacks.includes('steps[].tokens'));
  assert.equal(readLenient({ id: 'a' }, 6), undefined);
});

test('a row sums the combined reward where there is one, else all parts, and counts failed steps', () => {
  const found = readLenient({ ...one, steps: [{ ...one.steps[0], toolOutcome: 'timeout', reward: { a: 1, step: 0.5 } }, { ...one.steps[0], toolOutcome: 'empty', reward: { b: 2 } }] }, 0);
  assert.ok(found);
  assert.deepEqual([rowOf(found.trajectory, 9).reward, rowOf(found.trajectory, 9).failed, rowOf(found.trajectory, 9).line], [0.5, 1, 9]);
  assert.equal(rowOf({ ...found.trajectory, steps: [] }, 0).reward, null);
});

test('texts are cut for the page, never through a character, and what was cut is said', () => {
  const long = `${'x'.repeat(textLimit - 1)}\u{1f600}tail`;
  const { trajectory: cut, cuts } = cutTexts({ ...one, query: long, steps: one.steps.map((step) => ({ ...step, observation: 'y'.repeat(50_000) })) });
  assert.equal(cut.query.length, textLimit - 1);
  assert.equal(pieceOf(long, cut.query.length), '\u{1f600}tail');
  assert.deepEqual(cuts, [{ step: 0, field: 'observation', length: 50_000 }, { step: undefined, field: 'query', length: long.length }]);
});

test('a filter looks at the fields before the steps, at called tools, and anywhere for a text', () => {
  const line = bytes(one);
  const passes = (filter: Parameters<typeof testOf>[0], what = line): boolean => testOf(filter)(what);
  assert.ok(passes({ iteration: 3, solved: one.solved, outcome: one.outcome, split: one.split, taskId: one.taskId }));
  assert.ok(!passes({ iteration: 4 }) && !passes({ solved: !one.solved }));
  assert.ok(passes({ tool: one.steps[0].action }) && !passes({ tool: `${one.steps[0].action}.` }));
  assert.ok(passes({ search: 'look FOR "z\u00dcRICH"' }) && !passes({ search: 'Geneva' }));
  assert.ok(passes({ search: 'Z\u00fcrich' }, bytes(JSON.stringify(one).replace('\u00fc', '\\u00fc'))), 'a writer that escapes all beyond ASCII');
  assert.ok(passes({ iteration: 3 }, bytes({ steps: [], meta: { a: 1, steps: [] }, solved: true, iteration: 3 })), 'fields in any order');
  assert.ok(!passes({ iteration: 3 }, bytes('{"iteration":3,')), 'a broken line passes no filter');
  assert.ok(idTest(one.id)(line) && !idTest(one.taskId)(line));
  assert.ok(idTest('a"(b').call(null, bytes({ id: 'a"(b', steps: [] })));
});

test('a range of rewards lets pass what the list shows as within it, whoever wrote the line; without a reward nothing passes', () => {
  const line = (reward: object, more = {}): Uint8Array => bytes({ ...one, ...more, steps: one.steps.map((step) => ({ ...step, reward })) });
  const [half, foreign] = [line({ a: 9, step: 0.5 }), bytes({ steps: [{ action: 'x', reward: { good: 0.25, better: 0.25, odd: 'x' } }] })];
  const passes = (range: string, what: Uint8Array): boolean => testOf({ reward: parseRange(range) })(what);
  for (const what of [half, foreign]) assert.deepEqual(['0.5', '0.5..', '..0.5', '0..1', '0.51..', '..0.49'].map((range) => passes(range, what)), [true, true, true, true, false, false]);
  assert.ok(!passes('..9', bytes({ steps: [{ action: 'x' }] })) && !passes('..9', bytes('{"steps":[')));
  assert.ok(testOf({ reward: { low: 0 }, iteration: 3 })(half) && !testOf({ reward: { low: 0 }, iteration: 4 })(half));
});

test('a file is read by lines: broken ones say why, a torn end is no line, what is appended is found, what is replaced is noticed', async (t) => {
  const path = join(temporaryFolder(t), 'trajectories.jsonl');
  const line = (iteration: number): string => `${JSON.stringify(trajectory(iteration, 0, 'x'))}\n`;
  writeFileSync(path, `${line(1)}{"steps":\n[1]\n${line(2)}{"id":"torn`);
  const file = new TrajectoryFile(fileSource(path), inEnglish);
  assert.deepEqual(await file.refresh(), { added: 4, restarted: false });
  assert.deepEqual((await file.rows([0, 1, 2, 3, 4])).map((row) => (row.kind === 'bad' ? row.why : row.iteration)), [1, 'line 2 is no JSON', 'line 3 holds no JSON object', 2]);
  await assert.rejects(file.trajectory(1), /cannot be shown: line 2 is no JSON\. The other lines can/);
  await assert.rejects(file.trajectory(9), /has no line 10 any more: it has 4/);
  const selection = new Selection(file, { iteration: 2 });
  await selection.look(() => {});
  assert.deepEqual(selection.lines(0, 9), [3]);
  appendFileSync(path, `"}\n${line(2)}`);
  await file.refresh();
  await selection.look(() => {});
  assert.deepEqual(selection.lines(0, 9), [3, 5]);
  assert.deepEqual([selection.count, selection.looked], [2, 6]);
  writeFileSync(path, line(7));
  assert.equal((await file.refresh()).restarted, true);
  assert.deepEqual((await file.rows([0])).map((row) => row.kind === 'trajectory' && row.iteration), [7]);
});

test('an iteration is found without a look at all lines, where iterations rise; else the search starts at the first line', async () => {
  const fileOf = (iterations: readonly number[]): TrajectoryFile => new TrajectoryFile(bytesSource(bytes(iterations.map((iteration) => `{"iteration":${iteration},"solved":true,"outcome":"answered","steps":[]}\n`).join(''))), inEnglish);
  const rising = fileOf(Array.from({ length: 3000 }, (_, index) => Math.floor(index / 10)));
  await rising.refresh();
  assert.deepEqual(await Promise.all([0, 137, 299, 300].map((iteration) => firstLineOf(rising, iteration))), [0, 1370, 2990, 3000]);
  const mixed = fileOf(Array.from({ length: 3000 }, (_, index) => (index * 7) % 300));
  await mixed.refresh();
  assert.equal(await firstLineOf(mixed, 137), 0);
  const selection = new Selection(rising, { iteration: 137 });
  await selection.look(() => {});
  assert.deepEqual(selection.lines(0, 99), Array.from({ length: 10 }, (_, index) => 1370 + index));
});

test('scores are appended, undone and redone, each as a line; the latest of an author counts', async (t) => {
  const path = join(temporaryFolder(t), 'annotations.jsonl');
  const scores = new Scores('human:ada', (lines) => appendFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join('')), () => new Date('2026-03-01T12:00:00Z'));
  const file = new AnnotationFile(fileSource(path));
  const target = { line: 4, trajectory: 't', step: 1, part: 'contribution' };
  const now = async (): Promise<Annotation[]> => { await file.refresh(); return file.of('t'); };
  assert.deepEqual(await now(), []);
  scores.set(target, 0.5, '', undefined);
  const [first] = await now();
  scores.set(target, 0.9, 'better', first);
  assert.deepEqual((await now()).map(({ value, reason, at }) => [value, reason, at]), [[0.9, 'better', '2026-03-01T12:00:00.000Z']]);
  assert.deepEqual(scores.undo(), target);
  assert.deepEqual((await now()).map(({ value }) => value), [0.5]);
  scores.undo();
  assert.deepEqual(await now(), []);
  assert.equal(scores.undo(), undefined);
  scores.redo();
  scores.redo();
  assert.deepEqual((await now()).map(({ value }) => value), [0.9]);
  assert.equal(scores.redo(), undefined);
  assert.deepEqual(scores.depth, { undo: 2, redo: 0 });
  appendFileSync(path, '{"trajectory":"t","step":1,"part":"contribution","author":"judge:m","value":-1}\nnonsense\n{"trajectory":"u","step":null,"part":"p","author":"human:b","value":1}\n');
  assert.deepEqual((await now()).map(({ author, value }) => [author, value]), [['human:ada', 0.9], ['judge:m', -1]]);
  assert.deepEqual((await file.of('u')).length, 1);
  writeFileSync(path, '');
  assert.equal(await file.refresh(), -1);
  assert.deepEqual(await file.of('t'), []);
});

test('a score that cannot be written changes nothing that could be undone', () => {
  const scores = new Scores('human:ada', () => { throw new Error('The disk is full.'); });
  assert.throws(() => scores.set({ line: 0, trajectory: 't', step: 0, part: 'p' }, 1, '', undefined), /disk is full/);
  assert.deepEqual(scores.depth, { undo: 0, redo: 0 });
});

test('authors are one line, and never none', () => {
  assert.deepEqual(['ada', ' a\nb\u202e ', '', 'x'.repeat(99)].map(authorOf), ['human:ada', 'human:a b', 'human:unnamed', `human:${'x'.repeat(60)}`]);
});

test('tokens: the log-ratio is made of both log-probabilities, and what is not known is null', () => {
  const tokens = toTokens({ id: 'a', ids: [5, 6], mask: [0, 1], logProb: [0, -1], refLogProb: [0, -1.5], value: [NaN, 2] });
  assert.deepEqual(tokens, { ids: [5, 6], mask: [false, true], channels: { logProb: [0, -1], value: [null, 2], logRatio: [0, 0.5] } });
});

test('a vocabulary reads tokens as text, halves of characters as bytes, and ids that it does not have as numbers', () => {
  const read = parseVocabulary(JSON.stringify({ added_tokens: [{ id: 0, content: '<|end|>' }], model: { vocab: { '<|end|>': 0, '\u0120Oslo': 1, '\u00c3': 2, '\u00c3\u00bc': 3, '\u010a': 4 } } }), 'x', inEnglish);
  assert.deepEqual([0, 1, 2, 3, 4, 9].map(read), ['<|end|>', ' Oslo', '<C3>', '\u00fc', '\n', '#9']);
  assert.throws(() => parseVocabulary('{', 'tokenizer.json', inEnglish), /tokenizer\.json is no JSON/);
  assert.throws(() => parseVocabulary('[]', 'tokenizer.json', inEnglish), /no "model\.vocab"/);
});

test('only messages of ours are heard', () => {
  const ask = (what: unknown): unknown => readMessage({ type: 'ask', id: 1, ask: what });
  assert.deepEqual(readMessage({ type: 'ready', more: 1 }), { type: 'ready' });
  for (const noise of [null, 'x', [], {}, { type: 'ask' }, { type: 'ask', id: -1, ask: { kind: 'undo' } }]) assert.equal(readMessage(noise), undefined);
  for (const bad of [
    { kind: 'other' }, { kind: 'rows', from: 0, count: 1e9 }, { kind: 'rows', from: -1, count: 1 }, { kind: 'trajectory', file: 0, line: '../../etc' }, { kind: 'text', file: 0, line: 0, field: '__proto__', from: 0 },
    { kind: 'filter', filter: { search: 5 } }, { kind: 'filter', filter: { search: 'x'.repeat(20_000) } }, { kind: 'score', line: 0, step: 0, part: ' ', value: 1, reason: '' }, { kind: 'score', line: 0, step: 0, part: 'p', value: '1', reason: '' },
    { kind: 'score', line: 0, step: 0, part: 'p', value: NaN, reason: '' }, { kind: 'filter', filter: { reward: '0..1' } }, { kind: 'filter', filter: { reward: { low: '0' } } },
  ]) assert.equal(ask(bad), undefined, JSON.stringify(bad));
  assert.deepEqual(ask({ kind: 'score', line: 0, step: null, part: ' p ', value: null, reason: ' r ', author: 'human:other' }), { type: 'ask', id: 1, ask: { kind: 'score', line: 0, step: null, part: 'p', value: null, reason: 'r' } });
});

test('the document admits one script by a fresh nonce, its own style sheet, and nothing else', () => {
  const files = { script: 'x:/a"b.js', style: 'x:/a.css', source: 'x:' };
  const html = pageHtml(files, 'en', 'NONCE');
  assert.match(html, /default-src &#39;none&#39;; script-src &#39;nonce-NONCE&#39;; style-src x: /);
  assert.doesNotMatch(html, /unsafe|a"b/);
  assert.notEqual(pageHtml(files, 'en'), pageHtml(files, 'en'));
});
