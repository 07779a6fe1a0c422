/** Rows of trajectories: what the quick way reads is what parsing reads, and the index goes on where it stopped. */
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TrajectoryLine } from '../../src/run/folder/lines.ts';
import { bytesSource, fileSource } from '../../src/run/folder/source.ts';
import { TrajectoryIndex } from '../../src/run/folder/trajectory-index.ts';
import { readRow } from '../../src/run/folder/trajectory-row.ts';
import { makeRunFolder } from '../webview/fixture.ts';
import { temporaryFolder, trajectory } from './folder-help.ts';

const bytes = (value: unknown): Uint8Array => Buffer.from(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`);
const jsonl = (...lines: unknown[]): Uint8Array => Buffer.concat(lines.map(bytes));

/** What a row should be, by parsing the line and nothing clever. */
function slowRow(line: number, one: TrajectoryLine): unknown {
  const isCombined = one.steps.some(({ reward }) => 'step' in reward);
  const reward = one.steps.reduce((sum, step) => sum + Object.entries(step.reward).reduce((of, [name, value]) => (!isCombined || name === 'step' ? of + value : of), 0), 0);
  const { id, iteration, taskId, split, level, outcome, solved, steps } = one;
  return { line, id, iteration, taskId, split, level, outcome, solved, steps: steps.length, reward, tools: [...new Set(steps.map(({ action }) => action).filter((name) => one.tools.includes(name)))].sort() };
}

test('rows of a run equal what parsing each line gives', async (t) => {
  const run = makeRunFolder(3, { iterations: 4 });
  t.after(() => run.remove());
  const path = join(run.folder, 'trajectories.jsonl');
  const index = new TrajectoryIndex(fileSource(path));
  await index.refresh();
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as TrajectoryLine);
  assert.ok(lines.length > 50);
  assert.deepEqual([...index.rows()], lines.map((one, line) => slowRow(line, one)));
  assert.deepEqual(index.find(lines[7].id), index.row(7));
  for (const { iteration, count } of index.iterations()) {
    const expected = lines.flatMap((one, line) => (one.iteration === iteration ? [line] : []));
    assert.deepEqual([...index.rowsOf(iteration)].map(({ line }) => line), expected);
    assert.equal(count, expected.length);
  }
});

test('marks inside of texts, odd spacing and odd shapes mislead nobody', () => {
  const base = trajectory(2, 1, 'hm');
  const step = base.steps[0];
  const tricky: TrajectoryLine[] = [
    { ...base, query: '"steps":[{"action":"x","reward":{"step":9}}]' },
    { ...base, steps: [{ ...step, thought: '"reward":{"step":9},"action":"look"', observation: '\\"reward\\":{"a":1}"' }] },
    { ...base, steps: [{ ...step, action: 'quote " and \\' }, { ...step, index: 1, reward: { 'a}b': 2 } }] },
    { ...base, steps: [] },
    { steps: base.steps, ...Object.fromEntries(Object.entries(base).filter(([name]) => name !== 'steps')) } as unknown as TrajectoryLine,
    { ...base, steps: [{ ...step, judge: { action: 'deep', reward: { step: 7 } } } as typeof step] },
    { ...base, steps: [{ index: 0, judge: { reward: { step: 7 } }, ...Object.fromEntries(Object.entries(step).slice(1)) } as unknown as typeof step, { ...step, index: 1 }] },
    { ...base, extra: { steps: [{ action: 'other', reward: { step: 5 } }] } } as unknown as TrajectoryLine,
    { ...base, tools: ['look', 'überprüfen'], steps: [{ ...step, action: 'überprüfen', reward: { 'Größe': 0.5, step: -0.25 } }] },
  ];
  for (const one of tricky) {
    assert.deepEqual(readRow(0, bytes(one)), slowRow(0, one), JSON.stringify(one));
    assert.deepEqual(readRow(0, bytes(JSON.stringify(one, null, 1).replaceAll('\n', ' '))), slowRow(0, one));
  }
  for (const bad of ['', '{', '[]', 'null', '{"id":1}', JSON.stringify(base).slice(0, -5), '{"steps":[]}', `${JSON.stringify(base)} x`]) assert.equal(readRow(0, bytes(bad)), undefined, bad);
});

test('a broken line keeps its place, a torn last line waits, and a file cut back starts over', async (t) => {
  const path = join(temporaryFolder(t), 'trajectories.jsonl');
  const index = new TrajectoryIndex(fileSource(path));
  await index.refresh();
  assert.equal(index.count, 0, 'no file yet');
  const third = bytes(trajectory(2, 0, 'third'));
  writeFileSync(path, Buffer.concat([jsonl(trajectory(1, 0, 'first'), '{"id": broken'), third.subarray(0, 50)]));
  await index.refresh();
  assert.deepEqual([index.count, index.bad, index.row(0)?.id, index.row(1), index.row(2)], [2, 1, '1.0', undefined, undefined]);
  appendFileSync(path, third.subarray(50));
  await index.refresh();
  assert.deepEqual([index.count, index.row(2)?.id, index.latest], [3, '2.0', 2]);
  writeFileSync(path, jsonl(trajectory(1, 9, 'anew')));
  await index.refresh();
  assert.deepEqual([index.count, index.bad, index.latest, index.find('2.0'), index.find('1.9')?.line], [1, 0, 1, undefined, 0]);
});

test('lines across blocks, and one larger than several blocks, are rows like all others', async () => {
  const long = 'x'.repeat(3_000_000);
  const lines = Array.from({ length: 40 }, (_, i) => trajectory(i, 0, i === 20 ? long : 'y'.repeat(90_000 + 977 * i)));
  const index = new TrajectoryIndex(bytesSource(jsonl(...lines)));
  await index.refresh();
  assert.deepEqual([...index.rows()].map(({ id }) => id), lines.map(({ id }) => id));
});

test('reading that fails midway goes on later without doubling a line', async () => {
  const all = jsonl(...Array.from({ length: 30 }, (_, i) => trajectory(i, 0, 'z'.repeat(100_000))));
  const real = bytesSource(all);
  let reads = 0;
  const index = new TrajectoryIndex({ ...real, read: (position, length) => (++reads === 4 ? Promise.reject(new Error('EIO')) : real.read(position, length)) });
  await assert.rejects(index.refresh(), /EIO/);
  await index.refresh();
  assert.deepEqual([...index.rows()].map(({ id, line }) => [id, line]), Array.from({ length: 30 }, (_, i) => [`${i}.0`, i]));
});
