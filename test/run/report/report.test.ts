import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bundlePages } from '../../../src/build/pages.mjs';
import { RunFolderError } from '../../../src/run/folder/errors.ts';
import type { MetricsLine } from '../../../src/run/folder/lines.ts';
import { buildReport } from '../../../src/run/report/build.ts';
import { embeddableJson, escapeHtml, reportHtml } from '../../../src/run/report/html.ts';
import { measuresOf, stagesOf } from '../../../src/run/report/stages.ts';
import { writeReport } from '../../../src/run/report/write.ts';
import { makeRunFolder } from '../../webview/fixture.ts';

test('a run folder becomes a report with its stages, curves, settings and a spread of trajectories', async (t) => {
  const run = makeRunFolder(11);
  t.after(run.remove);
  const { overview, curves, trajectories } = await buildReport(run.folder);
  assert.deepEqual(overview.stages.map((stage) => stage.label), ['Before', 'After warm start', 'After step-grained PPO']);
  assert.equal(overview.headline.tone, 'better');
  assert.match(overview.headline.sentence, /from 47\.0.* to 71\.\d.*On the same tasks that is \+24\.7 points \(19\.6 to 29\.8\)\.$/);
  const [passRate] = overview.measures;
  assert.deepEqual(passRate.rows.map((row) => row.split), ['phrasings', 'entities', 'combinations', 'macro']);
  assert.ok(passRate.rows.every((row) => row.cells.every((cell) => cell !== null && cell.low! < cell.value && cell.value < cell.high!)));
  assert.ok(passRate.rows.every(({ change, cells }) => change && Math.abs(change.value - (cells[2]!.value - cells[1]!.value)) < 1e-9), 'each row has its change');
  assert.deepEqual(overview.settings.filter((one) => one.chosen).map((one) => one.path), ['seed', 'algorithm.iterations', 'algorithm.learningRate']);
  assert.equal(trajectories.length, 60);
  assert.equal(overview.trajectoriesInRun, 40 * 16 + 4 * 6);
  assert.deepEqual([...new Set(trajectories.map((one) => one.outcome))].sort(), ['answered', 'gaveUp', 'truncatedTokens', 'truncatedTurns']);
  for (const [from, to] of [[1, 13], [14, 26], [27, 40]]) {
    assert.ok(trajectories.filter((one) => one.iteration >= from && one.iteration <= to).length >= 10, `iterations ${from} to ${to}`);
  }
  const order = trajectories.map((one) => one.iteration);
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
  assert.equal(curves.curves[0].title, 'Pass rate on held-out splits');
  assert.equal(curves.curves[0].series[0].low?.length, 6);
  assert.equal(curves.rows.iteration.length, 40 + 6);
});

test('every metric of an iteration is on some chart, and no chart is empty', async (t) => {
  const run = makeRunFolder(12, { iterations: 4 });
  t.after(run.remove);
  const { curves } = await buildReport(run.folder);
  const shown = new Set(curves.curves.flatMap((curve) => curve.series.map((series) => series.name)));
  const recorded = new Set(readFileSync(join(run.folder, 'metrics.jsonl'), 'utf8').trim().split('\n').flatMap((line) => Object.keys(JSON.parse(line) as object)));
  for (const name of recorded) {
    if (['iteration', 'updates', 'tokens', 'seconds'].includes(name) || name.startsWith('evaluate/')) continue;
    assert.ok(shown.has(name), `${name} is on no chart`);
  }
  assert.ok(curves.curves.every((curve) => curve.series.every((series) => series.y.length > 0 && series.y.length === series.at.length)));
});

test('the report is one file, under 1.5 MB, and names no address to fetch from', async (t) => {
  await bundlePages();
  const run = makeRunFolder(13);
  t.after(run.remove);
  const path = await writeReport(run.folder);
  assert.equal(path, join(run.folder, 'report.html'));
  assert.ok(statSync(path).size < 1_500_000, `${statSync(path).size} bytes`);
  const html = readFileSync(path, 'utf8');
  assert.match(html, /Content-Security-Policy" content="default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+' 'sha256-[^']+'; img-src data:; base-uri 'none'; form-action 'none'"/);
  assert.doesNotMatch(html, /<(script|link|img|iframe)[^>]+(src|href)="(?!data:)/i);
  const again = await writeReport(run.folder);
  assert.equal(readFileSync(again, 'utf8'), html, 'writing it again gives the same bytes');
});

test('enormous trajectories are cut until the report stays small, and say so', async (t) => {
  const run = makeRunFolder(14, { iterations: 6, change: (one) => ({ ...one, steps: one.steps.map((step) => ({ ...step, observation: '\u00e9'.repeat(50_000) })) }) });
  t.after(run.remove);
  const { trajectories } = await buildReport(run.folder);
  assert.ok(Buffer.byteLength(JSON.stringify(trajectories)) <= 800_000);
  assert.ok(trajectories.length > 20);
  assert.match(trajectories[0].steps[0].observation, /\[\d+ more characters are in trajectories\.jsonl\]$/);
});

test('damaged and torn lines are passed over and counted', async (t) => {
  const run = makeRunFolder(15, { iterations: 3 });
  t.after(run.remove);
  const whole = await buildReport(run.folder);
  appendFileSync(join(run.folder, 'metrics.jsonl'), 'no json\n{"iteration":"x"}\n{"iteration":4,"upd');
  appendFileSync(join(run.folder, 'trajectories.jsonl'), '{"id":1}\n{"id":"torn"');
  const damaged = await buildReport(run.folder);
  assert.deepEqual(damaged.overview.notes, ['2 damaged lines of metrics.jsonl were passed over.', '1 damaged line of trajectories.jsonl was passed over.']);
  assert.deepEqual(damaged.curves, whole.curves);
  assert.deepEqual(damaged.trajectories, whole.trajectories);
});

test('a run that has recorded nothing still has a report', async (t) => {
  const run = makeRunFolder(16, { iterations: 0 });
  t.after(run.remove);
  for (const name of ['metrics.jsonl', 'trajectories.jsonl']) rmSync(join(run.folder, name), { force: true });
  const { overview, curves, trajectories } = await buildReport(run.folder);
  assert.deepEqual([overview.stages, overview.measures, overview.pairs, curves.curves, trajectories], [[], [], [], [], []]);
  assert.equal(overview.headline.sentence, 'This run has recorded nothing yet.');
});

test('a folder that is no run is refused with what to do', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-no-run-'));
  t.after(() => rmSync(folder, { recursive: true }));
  await assert.rejects(writeReport(folder), (error) => error instanceof RunFolderError && error.code === 'notARun');
});

test('a stage that a line names wins over its counters; one unnamed start is not called a warm start', () => {
  const line = (updates: number, rate: number, stage?: string): MetricsLine => ({ iteration: updates, updates, tokens: 0, seconds: 0, 'evaluate/entities/passRate': rate, ...(stage ? { stage } : {}) }) as MetricsLine;
  const labels = (lines: MetricsLine[]): string[] => stagesOf(lines).map(({ stage }) => stage.label);
  assert.deepEqual(labels([line(0, 0.1, 'before'), line(0, 0.5, 'warmStart'), line(8, 0.6), line(9, 0.7, 'final')]), ['Before', 'After warm start', 'After step-grained PPO']);
  assert.deepEqual(labels([line(0, 0.5), line(9, 0.7)]), ['Before reinforcement learning', 'After step-grained PPO']);
  assert.deepEqual(labels([line(9, 0.7)]), ['After step-grained PPO']);
  const [measure] = measuresOf(stagesOf([line(0, 0.5), line(4, 0.6), line(9, 0.7)]));
  assert.deepEqual(measure.rows, [{ split: 'entities', cells: [{ value: 0.5 }, { value: 0.7 }] }]);
});

test('a recorded change is shown only if it is that between the stages shown, and only of numbers', () => {
  const line = (stage: string, rate: number, more: object = {}): MetricsLine => ({ iteration: 1, updates: 1, tokens: 0, seconds: 0, stage, 'evaluate/macro/passRate': rate, ...more }) as unknown as MetricsLine;
  const recorded = { 'evaluate/macro/change': 0.25, 'evaluate/macro/changeLow': 0.125, 'evaluate/macro/changeHigh': 0.375 };
  const shown = (...lines: MetricsLine[]): unknown => measuresOf(stagesOf(lines))[0]?.rows[0].change;
  const [before, start, final] = [line('before', 0), line('warmStart', 0.5), line('final', 0.75, recorded)];
  assert.deepEqual(shown(before, start, final), { value: 0.25, low: 0.125, high: 0.375 });
  assert.equal(shown(before, start, line('final', 0.75)), undefined, 'of an earlier version');
  assert.equal(shown(before, final), undefined, 'the line of the start is lost');
  assert.equal(shown(line('warmStart', 0.25), final), undefined, 'it is another start');
  assert.deepEqual(shown(start, line('final', 0.75, { ...recorded, 'evaluate/macro/changeHigh': Infinity })), { value: 0.25 }, 'an interval without an end is none');
  assert.equal(shown(start, line('final', 0.75, { ...recorded, 'evaluate/macro/change': Infinity })), undefined);
  assert.deepEqual(measuresOf(stagesOf([start, line('final', Infinity)]))[0].rows[0].cells, [{ value: 0.5 }, null]);
});

test('embedded text can end neither its element nor its attribute', async (t) => {
  const run = makeRunFolder(17, { iterations: 1, name: '</title><script>alert(1)</script>"&' });
  t.after(run.remove);
  const data = await buildReport(run.folder);
  const html = reportHtml(data, { script: 'run()', style: 'p{}' });
  assert.equal(html.match(/<script/g)?.length, 2);
  assert.equal(html.match(/<\/script>/g)?.length, 2);
  assert.deepEqual(JSON.parse(embeddableJson(data)), JSON.parse(JSON.stringify(data)));
  assert.equal(escapeHtml('<a b="c">&\u0000'), '&#60;a b=&#34;c&#34;&#62;&#38;\ufffd');
  assert.throws(() => reportHtml(data, { script: 'a="</script>"', style: '' }), /may not stand in a <script>.*npm run build/);
  assert.throws(() => reportHtml(data, { script: 'a="<!--";b="<script"', style: '' }), /may not stand/);
});
