/** What the trajectory page is made of, without a browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Step } from '../../src/world/trajectory.ts';
import { stringsFor } from '../../src/editor/trajectory-page/strings.ts';
import { outcomeName as nameInTree } from '../../src/editor/sidebar/outcome-name.ts';
import { capital } from '../../webview/shared/format.ts';
import { speech } from '../../webview/shared/speech.ts';
import { align } from '../../webview/trajectory/align.ts';
import { connect, isToPage, type News } from '../../webview/trajectory/connection.ts';
import { levelOf, scaleOf } from '../../webview/trajectory/levels.ts';
import { endingOptions, isFailure, outcomeName } from '../../webview/trajectory/outcome.ts';
import { readState } from '../../webview/trajectory/page-state.ts';
import type { FromPage, Tokens } from '../../webview/trajectory/protocol.ts';
import { english } from '../../webview/trajectory/strings.ts';
import { stretchesOf } from '../../webview/trajectory/stretches.ts';
import { inEnglish } from '../editor/fake-parts.ts';

const calls = (...names: readonly string[]): { action: string; arguments: string }[] => names.map((name) => ({ action: name[0], arguments: `{"n": ${name.slice(1) || 0}}` }));
const aligned = (left: readonly string[], right: readonly string[]): string => align(calls(...left), calls(...right))
  .map(({ left: i, right: j, same }) => `${i === undefined ? '-' : left[i]}${same ? '=' : '/'}${j === undefined ? '-' : right[j]}`).join(' ');

test('attempts are aligned by their calls: what one has more stands alone, other arguments stand side by side', () => {
  assert.equal(aligned(['a', 'b', 'c'], ['a', 'b', 'c']), 'a=a b=b c=c');
  assert.equal(aligned(['a', 'b', 'c'], ['a', 'c']), 'a=a b/- c=c');
  assert.equal(aligned(['a1', 'c'], ['x', 'a2', 'c']), '-/x a1/a2 c=c');
  assert.equal(aligned(['a', 'q'], ['a', 'z']), 'a=a q/z');
  assert.equal(aligned([], ['a']), '-/a');
  assert.deepEqual(align([{ action: 'a', arguments: '{"n":1}' }], [{ action: 'a', arguments: '{ "n": 1 }' }]), [{ left: 0, right: 0, same: true }]);
  const many = Array.from({ length: 700 }, () => 'a');
  assert.equal(align(calls(...many), calls(...many, 'b')).length, 701);
});

test('every step of both attempts is in the alignment once, in order', () => {
  let state = 7;
  const random = (n: number): number => (state = (state * 48271) % 2147483647) % n;
  for (let round = 0; round < 50; round++) {
    const [left, right] = [0, 1].map(() => Array.from({ length: random(8) }, () => `${'abc'[random(3)]}${random(2)}`));
    const rows = align(calls(...left), calls(...right));
    assert.deepEqual(rows.flatMap((row) => row.left ?? []), left.map((_, index) => index));
    assert.deepEqual(rows.flatMap((row) => row.right ?? []), right.map((_, index) => index));
  }
});

test('levels: one outlier does not flatten the rest, signs have sides, what is not known has none', () => {
  const scale = scaleOf('advantage', [...Array.from({ length: 99 }, (_, index) => (index - 49) / 49), 1000, null]);
  assert.deepEqual(scale, { signed: true, most: 1 });
  assert.deepEqual([0, 0.01, 0.5, 1, 1000, -0.01, -1, null, undefined].map((value) => levelOf(value, scale)), [0, 1, 3, 6, 6, -1, -6, undefined, undefined]);
  assert.equal(levelOf(-3, scaleOf('logProb', [-3, -1])), 6);
  assert.equal(levelOf(0, scaleOf('entropy', [])), 0);
});

test('stretches of tokens are the steps\u2019 and what lies between, to the last token', () => {
  const step = (index: number, start: number, end: number): Step => ({ index, thought: '', action: '', arguments: '', observation: '', toolOutcome: 'ok', tokens: { start, end }, reward: {}, seconds: 0 });
  const tokens: Tokens = { ids: [1, 2, 3, 4, 5, 6], mask: [], channels: {} };
  assert.deepEqual(stretchesOf(tokens, [step(0, 1, 3), step(1, 4, 5)]), [{ start: 0, end: 1 }, { start: 1, end: 3, step: 0 }, { start: 3, end: 4 }, { start: 4, end: 5, step: 1 }, { start: 5, end: 6 }]);
  assert.deepEqual(stretchesOf(tokens, [step(0, 4, 99)]), [{ start: 0, end: 4 }, { start: 4, end: 6, step: 0 }]);
  assert.deepEqual(stretchesOf(tokens, []), [{ start: 0, end: 6 }]);
});

test('what the page remembers of an earlier time is taken where it makes sense', () => {
  assert.deepEqual(readState(undefined), { filter: {} });
  assert.deepEqual(readState({ filter: { solved: 'yes', iteration: 3, search: 'x', outcome: 5 }, line: 1.5, tokens: 'entropy' }), { filter: { iteration: 3, search: 'x' }, tokens: 'entropy' });
  assert.deepEqual(readState({ filter: { reward: { low: -0.5, more: 1 } } }), { filter: { reward: { low: -0.5 } } });
  for (const reward of ['0..1', {}, { low: 'x' }, { low: 2, high: 1 }, { high: Infinity }]) assert.deepEqual(readState({ filter: { reward } }), { filter: {} });
  assert.deepEqual(readState({ filter: [], line: 4, tokens: 'colours' }), { filter: {}, line: 4 });
});

test('asks are paired with answers in any order; news passes on; noise is ignored', async () => {
  const posted: FromPage[] = [];
  const news: News[] = [];
  let tell: (message: unknown) => void = () => assert.fail('nobody listens');
  const connection = connect({ post: (message) => void posted.push(message), listen: (listener) => { tell = listener; }, getState: () => undefined, setState: () => undefined }, (one) => void news.push(one));
  const [first, second] = [connection.ask('undo', {}), connection.ask('redo', {})];
  assert.deepEqual(posted, [{ type: 'ready' }, { type: 'ask', id: 1, ask: { kind: 'undo' } }, { type: 'ask', id: 2, ask: { kind: 'redo' } }]);
  for (const noise of [null, 'x', { type: 'answer', id: 'a' }, { type: 'other' }, { type: 'state', state: {} }]) { assert.equal(isToPage(noise), false); tell(noise); }
  tell({ type: 'failed', id: 2, message: 'The disk is full.' });
  tell({ type: 'changed', what: 'scores' });
  tell({ type: 'answer', id: 1, answer: null });
  assert.equal(await first, null);
  await assert.rejects(second, /disk is full/);
  assert.deepEqual(news, [{ type: 'changed', what: 'scores' }]);
});

test('texts are filled in, and a place without a value stays; the host\u2019s strings are taken where it has them', () => {
  const { say, speak } = speech({ found: '{0} of {1}', none: 'none' });
  assert.equal(say('found', 3, 'x{0}'), '3 of x{0}');
  assert.equal(say('found', 3), '3 of {1}');
  speak({ found: '{1}: {0}', none: 5, other: 'x' });
  assert.deepEqual([say('found', 3, 4), say('none')], ['4: 3', 'none']);
});

test('the sidebar and the page have the same words for outcomes, and show what they do not know', () => {
  for (const outcome of ['ok', 'empty', 'notFound', 'transient', 'invalidArguments', 'unknownTool', 'unreadableCall', 'timeout', 'error', 'invalidFinish', 'answered', 'gaveUp']) assert.equal(nameInTree(inEnglish, outcome), outcomeName(outcome));
  for (const [outcome, name] of endingOptions()) assert.equal(capital(nameInTree(inEnglish, outcome)), name);
  assert.deepEqual([nameInTree(inEnglish, 'ofTomorrow'), outcomeName('ofTomorrow'), isFailure('ofTomorrow'), isFailure('timeout')], ['ofTomorrow', 'of tomorrow', false, true]);
});

test('the host hands over every string of the page, and in English they are the page\u2019s own', () => {
  assert.deepEqual(stringsFor(inEnglish), english);
});
