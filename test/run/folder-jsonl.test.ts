import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { annotate } from '../../src/run/folder/annotate.ts';
import { Appender } from '../../src/run/folder/appender.ts';
import { nodeDisk } from '../../src/run/folder/disk.ts';
import { checked, JsonlFile } from '../../src/run/folder/jsonl.ts';
import { ScoreReader } from '../../src/run/folder/score.ts';
import { isAnnotation, isMetricsLine, isTrajectoryLine, latestAnnotations } from '../../src/run/folder/lines.ts';
import type { Annotation } from '../../src/run/folder/lines.ts';
import { bytesSource, fileSource } from '../../src/run/folder/source.ts';
import { metrics, numbers, temporaryFolder, trajectory } from './folder-help.ts';

const values = (lines: Awaited<ReturnType<JsonlFile['window']>>): unknown[] => lines.map((line) => (line.kind === 'value' ? line.value : line.why));

test('an index grows with its file, reads new bytes only, and does not see a torn last line', async (t) => {
  const path = join(temporaryFolder(t), 'x.jsonl');
  let read = 0;
  const source = fileSource(path);
  const file = new JsonlFile({ ...source, read: (position, length) => ((read += length), source.read(position, length)) });
  assert.deepEqual(await file.refresh(), { added: 0, restarted: false }, 'a missing file is an empty one');
  writeFileSync(path, `${'{"a":1}\n'.repeat(100_000)}{"torn`);
  assert.deepEqual(await file.refresh(), { added: 100_000, restarted: false });
  read = 0;
  appendFileSync(path, '":2}\n{"a":3}\n');
  assert.deepEqual(await file.refresh(), { added: 2, restarted: false });
  assert.ok(read < 2000, `${read} bytes read for 12 new ones`);
  assert.deepEqual(values(await file.window(99_999, 10)), [{ a: 1 }, { torn: 2 }, { a: 3 }]);
  assert.deepEqual(values(await file.window(200_000, 10)), []);
  assert.deepEqual(values(await file.window(-5, 6)), [{ a: 1 }]);
});

test('windows equal a plain reading of the file, on random files and windows', async () => {
  const random = numbers(3);
  for (let round = 0; round < 30; round++) {
    const lines = Array.from({ length: random() % 40 }, (_, index) => ({ index, text: 'é'.repeat(random() % 5 === 0 ? random() % 400_000 : random() % 50) }));
    const file = new JsonlFile(bytesSource(Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))));
    assert.equal((await file.refresh()).added, lines.length);
    for (let window = 0; window < 5; window++) {
      const first = random() % 45;
      const count = random() % 45;
      assert.deepEqual(values(await file.window(first, count)), lines.slice(first, first + count));
    }
  }
});

test('a file that was cut back and grew again is indexed anew, even when it is longer than before', async (t) => {
  const path = join(temporaryFolder(t), 'x.jsonl');
  writeFileSync(path, '{"a":1}\n{"a":2}\n{"a":3}\n{"torn":');
  const file = new JsonlFile(fileSource(path));
  await file.refresh();
  truncateSync(path, 8);
  assert.deepEqual(await file.refresh(), { added: 1, restarted: true });
  writeFileSync(path, '{"a":1}\n{"b":2}\n{"b":3}\n{"b":4}\n{"b":5}\n');
  assert.deepEqual(await file.refresh(), { added: 4, restarted: false }, 'the part already seen is the same');
  writeFileSync(path, '{"a":1}\n{"c":2}\n{"c":3}\n{"c":4}\n{"c":5}\n{"c":6}\n');
  assert.deepEqual(await file.refresh(), { added: 6, restarted: true });
  assert.deepEqual(values(await file.window(4, 9)), [{ c: 5 }, { c: 6 }]);
});

test('bad lines keep their place and say what is wrong; the others are read', async () => {
  const parts: (string | Uint8Array)[] = ['{"ok":1,"new field":[1]}', '{broken', '[1]', '', Uint8Array.of(0x22, 0xff, 0x22), '{"nul":"\0"}', `{"long":"${'x'.repeat(2000)}"}`, '\uFEFF{"bom":1}', '{"ok":2}'];
  const bytes = Buffer.concat(parts.flatMap((part) => [Buffer.from(part as string), Buffer.from('\n')]));
  const file = new JsonlFile(bytesSource(bytes), { lineLimit: 1000 });
  assert.equal((await file.refresh()).added, parts.length);
  assert.deepEqual(values(await file.window(0, 99)), [
    { ok: 1, 'new field': [1] }, 'line 2 is no JSON', 'line 3 holds no JSON object', 'line 4 is no JSON', 'line 5 is no valid UTF-8',
    'line 6 is no JSON', 'line 7 has more than 1000 bytes, too much to read', { bom: 1 }, { ok: 2 },
  ]);
});

test('a scan gives the bytes of each line in order, stops where it is told, and passes over one too long', async () => {
  const parts = ['{"a":1}', 'x'.repeat(3_000_000), ...Array.from({ length: 3000 }, (_, n) => `{"n":${n},"more":"${'y'.repeat(1000)}"}`)];
  const file = new JsonlFile(bytesSource(Buffer.from(`${parts.join('\n')}\n`)), { lineLimit: 1_500_000 });
  await file.refresh();
  const seen: (string | undefined)[] = [];
  assert.equal(await file.scan(0, (_, bytes) => { seen.push(bytes && Buffer.from(bytes).toString().trim()); return true; }), parts.length);
  assert.deepEqual(seen, [parts[0], undefined, ...parts.slice(2)]);
  const some: number[] = [];
  assert.equal(await file.scan(5, (line) => { some.push(line); return line < 8; }), 9);
  assert.equal(await file.scan(5, () => true, 7), 7);
  assert.equal(await file.scan(9999, () => assert.fail('there is no such line')), 9999);
  assert.deepEqual(some, [5, 6, 7, 8]);
});

test('the score of a run: what was measured last and best, anew where the file was cut back, none where there is none', async (t) => {
  const path = join(temporaryFolder(t), 'metrics.jsonl');
  const reader = new ScoreReader(fileSource(path));
  assert.equal(await reader.refresh(), undefined);
  const line = (iteration: number, rate: number): string => `${JSON.stringify({ ...metrics(iteration, 1), 'rollout/passRate': rate })}\n`;
  writeFileSync(path, `${line(1, 0.5)}no JSON\n${line(2, 0.25)}${line(3, 0.75).slice(0, 20)}`);
  const brief = async (): Promise<unknown> => { const score = await reader.refresh(); return [score?.kind, score?.best.passRate, score?.last.iteration]; };
  assert.deepEqual(await brief(), ['rollout', 0.5, 2]);
  appendFileSync(path, line(3, 0.75).slice(20));
  assert.deepEqual(await brief(), ['rollout', 0.75, 3]);
  writeFileSync(path, `${line(1, 0.5)}${line(2, 0.3)}`);
  assert.deepEqual(await brief(), ['rollout', 0.5, 2]);
});

test('what was measured on held-out tasks counts before anything else, with its interval and that of its change', async (t) => {
  const path = join(temporaryFolder(t), 'metrics.jsonl');
  const line = (iteration: number, more: object): string => `${JSON.stringify({ ...metrics(iteration, 1), ...more })}\n`;
  const measured = { 'evaluate/macro/passRate': 0.5, 'evaluate/macro/low': 0.4, 'evaluate/macro/high': 0.6 };
  writeFileSync(path, line(0, { stage: 'before', 'evaluate/macro/passRate': 0 }) + line(0, measured) + line(1, { 'rollout/passRate': 0.9 })
    + line(2, { ...measured, 'evaluate/macro/change': 0, 'evaluate/macro/changeLow': -0.1, 'evaluate/macro/changeHigh': 0.1 }));
  const start = { iteration: 0, passRate: 0.5, low: 0.4, high: 0.6 };
  assert.deepEqual(await new ScoreReader(fileSource(path)).refresh(), { kind: 'evaluation', first: start, best: start, last: { ...start, iteration: 2, change: { estimate: 0, low: -0.1, high: 0.1 } } });
  writeFileSync(path, line(0, measured) + line(1, { ...measured, 'evaluate/macro/change': 0.2, 'evaluate/macro/changeLow': 0.1, 'evaluate/macro/changeHigh': 8 }).replace(':8', ':1e999'));
  assert.deepEqual((await new ScoreReader(fileSource(path)).refresh())?.last, { ...start, iteration: 1 }, 'an infinite end is none');
});

test('lines are checked at the border, and unknown fields are kept', () => {
  const good = { ...trajectory(1, 0, 'x'), later: 'field' };
  assert.ok(isTrajectoryLine(JSON.parse(JSON.stringify(good))));
  const step = good.steps[0];
  for (const wrong of [
    { ...good, id: 1 }, { ...good, steps: undefined }, { ...good, steps: [{ ...step, index: 1 }] }, { ...good, steps: [{ ...step, reward: { x: 'y' } }] },
    { ...good, steps: [{ ...step, tokens: { start: 3, end: 2 } }] }, { ...good, tools: [1] }, null, [],
  ]) assert.equal(isTrajectoryLine(wrong), false, JSON.stringify(wrong));
  assert.ok(isMetricsLine({ ...metrics(1, 2), 'policy/kl': null }));
  assert.equal(isMetricsLine({ ...metrics(1, 2), 'policy/kl': '2' }), false);
  assert.equal(isMetricsLine({ iteration: 1 }), false);
  const lines = [{ kind: 'value', index: 0, value: { ...metrics(1, 2) } }, { kind: 'value', index: 1, value: {} }, { kind: 'bad', index: 2, fault: 'noJson', why: 'line 3 is no JSON' }] as const;
  assert.deepEqual(checked(lines, isMetricsLine, 'metrics line'), { lines: [metrics(1, 2)], problems: ['line 2 is no metrics line', 'line 3 is no JSON'] });
});

const score = (author: string, value: number | null, step: number | null = 0): Annotation => ({ trajectory: 't', step, part: 'contribution', author, value });

test('of the scores of one author for one step the latest wins, and null takes it back', () => {
  const lines = [score('human:a', 1), score('human:b', 2), score('human:a', 3), score('human:c', 4), score('human:c', null), score('human:a', 5, null)];
  assert.deepEqual(latestAnnotations(lines), [score('human:b', 2), score('human:a', 3), score('human:a', 5, null)]);
});

test('people score while the trainer writes: no line of either is lost or torn', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'annotations.jsonl');
  const trainer = new Appender(nodeDisk, path, { shared: true });
  trainer.append(score('judge:x', 1));
  trainer.flush();
  annotate(folder, [score('human:a', 2)]);
  trainer.append(score('judge:x', 3));
  trainer.flush();
  appendFileSync(path, '{"trajectory":"to'); // Someone died while scoring.
  annotate(folder, [score('human:a', 4)]);
  trainer.append(score('judge:x', 5));
  trainer.flush();
  trainer.close();
  const file = new JsonlFile(fileSource(path));
  await file.refresh();
  const { lines, problems } = checked(await file.window(0, 99), isAnnotation, 'annotation');
  assert.deepEqual(lines.map((line) => line.value), [1, 2, 3, 4, 5]);
  assert.deepEqual(problems, ['line 4 is no JSON']);
  assert.throws(() => annotate(folder, [score('judge:x', 6)]), /"judge:x" is no person/);
});

test('nothing is written through a link, or into what is no file', (t) => {
  const folder = temporaryFolder(t);
  const outside = join(folder, 'outside');
  writeFileSync(outside, 'precious\n');
  const link = join(folder, 'metrics.jsonl');
  try {
    symlinkSync(outside, link);
  } catch {
    t.skip('SKIPPED: links need a privilege here');
    return;
  }
  assert.throws(() => new Appender(nodeDisk, link), { code: 'corrupt' });
  // Even if the link appears between the look and the opening.
  if (process.platform !== 'win32') assert.throws(() => nodeDisk.open(link, 'append'), { code: 'ELOOP' });
  assert.equal(readFileSync(outside, 'utf8'), 'precious\n');
  mkdirSync(join(folder, 'log.jsonl'));
  assert.throws(() => new Appender(nodeDisk, join(folder, 'log.jsonl')), /should be a file and is not/);
});
