/** What pages are made of, without a browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Step } from '../../src/world/trajectory.ts';
import { smooth } from '../../webview/curves/smooth.ts';
import { styleOf } from '../../webview/curves/style.ts';
import type { ReportData } from '../../webview/report/model.ts';
import { answer } from '../../webview/shared/embedded.ts';
import { duration, formatted, interval, plain, signed, words } from '../../webview/shared/format.ts';
import type { PageMessage } from '../../webview/shared/protocol.ts';
import { channelSource } from '../../webview/shared/source.ts';
import { matches } from '../../webview/trajectory/filter.ts';
import { segmentsOf } from '../../webview/trajectory/mask.ts';
import { columnsOf } from '../../webview/trajectory/rewards.ts';
import { oneLine, pretty } from '../../webview/trajectory/text.ts';
import { randomFrom } from './fixture.ts';

const step = (index: number, start: number, end: number, reward: Record<string, number> = {}): Step =>
  ({ index, thought: 'Think', action: 'find', arguments: '{}', observation: 'Seen', toolOutcome: 'ok', tokens: { start, end }, reward, seconds: 0 });
const trajectory = (id: string, solved: boolean, iteration: number): ReportData['trajectories'][number] =>
  ({ id, iteration, taskId: 'task', split: 'train', level: 'I1', query: `Query ${id}`, tools: ['find'], sample: 0, seed: 1, weightsVersion: 0, outcome: solved ? 'answered' : 'gaveUp', solved, steps: [step(0, 5, 9)] });
const trajectories = [trajectory('a', true, 1), trajectory('b', false, 1), trajectory('c', false, 2)];
const data = { trajectories } as unknown as ReportData;

test('smoothing keeps a constant, starts unbiased, stays within the values, and passes over gaps', () => {
  assert.deepEqual([...smooth([2, 2, 2], 0.9)].map((y) => Math.round(y * 1e9) / 1e9), [2, 2, 2]);
  assert.deepEqual([...smooth([3, 5], 0)], [3, 5]);
  assert.ok(Number.isNaN(smooth([1, NaN, 1], 0.5)[1]));
  const random = randomFrom(2);
  const values = Array.from({ length: 200 }, () => random() * 10 - 5);
  const smoothed = smooth(values, 0.8);
  assert.equal(smoothed[0].toFixed(9), values[0].toFixed(9));
  smoothed.forEach((y, i) => assert.ok(y >= Math.min(...values.slice(0, i + 1)) - 1e-9 && y <= Math.max(...values.slice(0, i + 1)) + 1e-9));
});

test('no two of fifteen series look the same, with colour or, within the first five, without it', () => {
  const styles = Array.from({ length: 15 }, (_, i) => styleOf(i));
  assert.equal(new Set(styles.map((one) => JSON.stringify(one))).size, 15);
  assert.equal(new Set(styles.slice(0, 5).map((one) => one.dash.join())).size, 5);
  assert.equal(new Set(styles.slice(0, 5).map((one) => one.marker)).size, 5);
});

test('numbers are written for people', () => {
  assert.deepEqual([0, 12, 1234567, 0.01234, 0.00001, -1.5].map(plain), ['0', '12', '1,234,567', '0.012', '1.0e-5', '\u22121.5']);
  assert.deepEqual([0.04, 4.25, 161, 11_100].map(duration), ['0 s', '4.3 s', '2 min 41 s', '3 h 05 min']);
  assert.equal(formatted(0.4821, 'percent'), '48.2\u2009%');
  assert.equal(interval({ value: 0.5, low: 0.44, high: 0.56 }, 'percent'), '44.0\u201356.0');
  assert.equal(interval({ value: 0.5 }, 'percent'), '');
  assert.deepEqual([1, -0.25, 0].map(signed), ['+1', '\u22120.25', '0']);
  assert.equal(words('unreadableCall'), 'unreadable call');
});

test('the mask is made of the policy\u2019s tokens and what lies between them', () => {
  assert.deepEqual(segmentsOf([step(0, 10, 14), step(1, 20, 23), step(2, 23, 23)]), [
    { start: 0, end: 10 }, { start: 10, end: 14, step: 0 }, { start: 14, end: 20 }, { start: 20, end: 23, step: 1 },
  ]);
  assert.deepEqual(segmentsOf([]), []);
});

test('the matrix has the known parts first, the combined reward last, and only the credit that was recorded', () => {
  const steps: Step[] = [{ ...step(0, 0, 1, { step: 1, kl: 0, mine: 2, contribution: 1 }), advantage: 0.5 }, step(1, 2, 3, { isSolved: 1, succCalling: 0 })];
  assert.deepEqual(columnsOf(steps).map((column) => column.name), ['succCalling', 'contribution', 'isSolved', 'mine', 'kl', 'step', 'advantage']);
});

test('text: JSON is laid out, anything else stays, and a list gets one line', () => {
  assert.equal(pretty('{"a":1}'), '{\n  "a": 1\n}');
  assert.equal(pretty('{"a":'), '{"a":');
  assert.equal(pretty('7'), '7');
  assert.equal(oneLine('a\n\u202eb   c', 20), 'a \ufffdb c');
  assert.equal(oneLine('abcdef', 3), 'abc\u2026');
});

test('filters combine, and search looks everywhere without regard to case', () => {
  const ids = (filter: Parameters<typeof matches>[1]): string => trajectories.filter((one) => matches(one, filter)).map((one) => one.id).join('');
  assert.equal(ids({}), 'abc');
  assert.equal(ids({ solved: false, iteration: 1 }), 'b');
  assert.equal(ids({ outcome: 'answered' }), 'a');
  assert.equal(ids({ search: ' QUERY C ' }), 'c');
  assert.equal(ids({ search: 'seen' }), 'abc');
  assert.equal(ids({ level: 'I3' }), '');
});

test('a window holds what was asked for, of all that pass', () => {
  const window = answer(data, { kind: 'trajectories', filter: { solved: false }, from: 1, count: 5 });
  assert.ok('heads' in window);
  assert.deepEqual([window.from, window.total, window.all, window.heads.map((head) => head.id)], [1, 2, 3, ['c']]);
  assert.deepEqual(window.facets, { outcome: ['answered', 'gaveUp'], level: ['I1'], split: ['train'], iteration: [1, 2] });
  assert.throws(() => answer(data, { kind: 'trajectory', id: 'z' }), /"z" is not among the 3/);
});

test('a page at the end of a channel pairs answers with questions in any order, and hears of failures and changes', async () => {
  const posted: PageMessage[] = [];
  let tell: (message: unknown) => void = () => assert.fail('nobody listens');
  const source = channelSource({ post: (message) => void posted.push(message), listen: (listener) => { tell = listener; return () => undefined; } });
  const changes: string[] = [];
  const stop = source.onChanged((kinds) => void changes.push(kinds.join()));
  const first = source.ask({ kind: 'trajectory', id: 'a' });
  const second = source.ask({ kind: 'trajectory', id: 'b' });
  const third = source.ask({ kind: 'overview' });
  assert.deepEqual(posted.map((message) => (message.type === 'request' ? message.id : message.type)), ['ready', 1, 2, 3]);
  for (const noise of [null, 'text', { type: 'answer' }, { type: 'other', id: 1 }]) tell(noise);
  tell({ type: 'answer', id: 2, answer: trajectories[1] });
  tell({ type: 'failed', id: 3, message: 'The run is gone.' });
  tell({ type: 'answer', id: 1, answer: trajectories[0] });
  tell({ type: 'changed', kinds: ['curves'] });
  stop();
  tell({ type: 'changed', kinds: ['overview'] });
  assert.equal((await first).id, 'a');
  assert.equal((await second).id, 'b');
  await assert.rejects(third, /The run is gone/);
  assert.deepEqual(changes, ['curves']);
});
