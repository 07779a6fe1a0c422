import assert from 'node:assert/strict';
import { appendFileSync, existsSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { columnsOf, isEvaluation } from '../../src/editor/curves-page/columns.ts';
import { Follower, type Change } from '../../src/editor/curves-page/follow.ts';
import { parseFromPage, parseRuns } from '../../src/editor/curves-page/messages.ts';
import { pageHtml } from '../../src/editor/page-html.ts';
import { createRunStore } from '../../src/editor/runs/workspace-store.ts';
import { registerCurves } from '../../src/editor/curves-page/register.ts';
import { fileName } from '../../src/editor/curves-page/save.ts';
import { inLanguage } from '../../src/editor/curves-page/strings.ts';
import { runFiles } from '../../src/editor/curves-page/run-files.ts';
import { pause } from '../../src/editor/curves-page/session.ts';
import { commands } from '../../src/editor/ids.ts';
import { iterationMetrics } from '../../src/run/metrics.ts';
import { chartsOf } from '../../src/run/report/plans.ts';
import type { MetricsLine } from '../../src/run/folder/lines.ts';
import type { RunWriter } from '../../src/run/folder/writer.ts';
import type { ToPage } from '../../webview/curves/protocol.ts';
import { metrics, newRun, quickDisk, temporaryFolder, checkpoint } from '../run/folder-help.ts';
import { english } from '../webview/english.ts';
import { settled } from './fake-parts.ts';
import { withPanels, type FakePanel } from './fake-panel.ts';
import { Editor } from './fake.ts';
import { say } from '../../webview/curves/strings.ts';

function run(t: TestContext): RunWriter {
  const writer = newRun(join(temporaryFolder(t), 'runs'), quickDisk);
  return writer;
}
const add = (writer: RunWriter, ...iterations: readonly number[]): void => {
  for (const iteration of iterations) writer.metrics(metrics(iteration, iteration / 10));
  writer.commit();
};
const told = (change: Change | ToPage): string => {
  if ('kind' in change) return change.kind === 'info' ? `info ${change.info.status || 'unreadable'}${change.info.problem ? `: ${change.info.problem.split('. ')[0]}` : ''}` : `rows ${change.restart ? 'anew ' : ''}${Array.from(change.columns['iteration']).join()}`;
  switch (change.type) {
    case 'start': return `start ${change.runs.map(({ name }) => name).join()}`;
    case 'run': return `run ${change.run} ${change.info.status || 'unreadable'}`;
    case 'charts': return `charts ${change.charts.map(({ title }) => title).join()}`;
    case 'rows': return `rows of ${change.run} ${change.restart ? 'anew ' : ''}${Array.from(change.columns['iteration']).join()}`;
    case 'said': return `said ${change.message}`;
  }
};
async function look(follower: Follower): Promise<string[]> {
  const seen: string[] = [];
  for await (const change of follower.changes()) seen.push(told(change));
  return seen;
}
const plain = (message: string, ...values: (string | number)[]): string => message.replace(/\{(\d)\}/g, (_, index) => String(values[Number(index)]));

test('a run is followed: first what is there, then only what was appended', async (t) => {
  const writer = run(t);
  add(writer, 1, 2, 3);
  const follower = new Follower(runFiles(new Editor().host.api, writer.folder), plain);
  assert.deepEqual(await look(follower), ['info running', 'rows 1,2,3']);
  assert.equal(follower.isLive, true);
  assert.deepEqual([...follower.metrics], ['reward/step']);
  assert.deepEqual(await look(follower), []);
  add(writer, 4);
  assert.deepEqual(await look(follower), ['rows 4']);
  checkpoint(writer, { weight: 1 }, 4);
  assert.deepEqual(await look(follower), ['info running']);
  assert.deepEqual(follower.info().checkpoints, [4]);
  writer.end('finished');
  assert.deepEqual(await look(follower), ['info finished']);
  assert.equal(follower.isLive, false);
  assert.deepEqual(follower.info().settings, [['seed', '7']]);
});

test('a torn last line waits for its end; a broken one in the middle is counted and the rest is shown', async (t) => {
  const writer = run(t);
  add(writer, 1);
  writer.end('stopped');
  const file = join(writer.folder, 'metrics.jsonl');
  appendFileSync(file, 'no JSON\n{"iteration":"2","updates":2,"tokens":8,"seconds":0}\n{"iteration":3,"updates":3,"tok');
  const follower = new Follower(runFiles(new Editor().host.api, writer.folder), plain);
  assert.deepEqual(await look(follower), ['info stopped', 'rows 1', 'info stopped: 2 damaged line(s) of metrics.jsonl were passed over.']);
  appendFileSync(file, 'ens":12,"seconds":0,"reward/step":1}\n');
  assert.deepEqual(await look(follower), ['rows 3']);
});

test('a file that was cut back and grew anew is sent anew', async (t) => {
  const writer = run(t);
  add(writer, 1, 2, 3);
  writer.end('stopped');
  const follower = new Follower(runFiles(new Editor().host.api, writer.folder), plain);
  await look(follower);
  const file = join(writer.folder, 'metrics.jsonl');
  truncateSync(file, 0);
  appendFileSync(file, '{"iteration":1,"updates":1,"tokens":4,"seconds":9,"reward/step":0.5}\n');
  assert.deepEqual(await look(follower), ['rows anew 1']);
});

test('a run that is deleted while it is open: the reason is told, and what was drawn stays', async (t) => {
  const writer = run(t);
  add(writer, 1);
  writer.end('finished');
  const follower = new Follower(runFiles(new Editor().host.api, writer.folder), plain);
  await look(follower);
  rmSync(writer.folder, { recursive: true });
  const [line, ...more] = await look(follower);
  assert.match(line, /^info unreadable: .* is no run folder/);
  assert.deepEqual(more, []);
  assert.equal(follower.info().name, 'pretend', 'it keeps its name');
});

test('a run of a newer format is refused with the reason', async (t) => {
  const writer = run(t);
  writer.end('finished');
  writeFileSync(join(writer.folder, 'run.json'), '{"formatVersion": 9}');
  assert.match((await look(new Follower(runFiles(new Editor().host.api, writer.folder), plain)))[0], /^info unreadable: .*format version 9/);
});

test('of a run too long for a page every 2nd, 4th... iteration is sent, evaluations all', async (t) => {
  const writer = run(t);
  add(writer, 1, 2, 3, 4);
  writer.metrics({ iteration: 4, updates: 4, tokens: 16, seconds: 0, 'evaluate/macro/passRate': 0.5 } as MetricsLine);
  writer.commit();
  const follower = new Follower(runFiles(new Editor().host.api, writer.folder), plain, 6);
  assert.deepEqual(await look(follower), ['info running', 'rows 1,2,3,4,4']);
  add(writer, 5, 6, 7);
  assert.deepEqual(await look(follower), ['rows anew 1,3,4,5,7', 'info running']);
  assert.equal(follower.info().every, 2);
  assert.ok(isEvaluation({ iteration: 1, updates: 1, tokens: 1, seconds: 1, 'evaluate/a/passRate': 1 } as MetricsLine) && !isEvaluation(metrics(1, 1)));
});

test('columns: NaN where a row has no value, and names that objects have of their own do no harm', () => {
  const { count, columns } = columnsOf([{ ...metrics(1, 0.5), '__proto__/x': 1 } as MetricsLine, { iteration: 2, updates: 0, tokens: 0, seconds: 0, 'reward/step': null, note: 'x' } as unknown as MetricsLine]);
  assert.equal(count, 2);
  assert.deepEqual(Object.keys(columns).sort(), ['__proto__/x', 'iteration', 'reward/step', 'seconds', 'tokens', 'updates']);
  assert.deepEqual(Array.from(columns['reward/step']), [0.5, NaN]);
});

function open(): ReturnType<typeof withPanels> & { editor: Editor } {
  const editor = new Editor();
  const panels = withPanels(editor);
  registerCurves(editor.host, createRunStore(editor.host));
  return { editor, ...panels };
}
/** Waits until the page was sent something that holds `wanted`; reading takes the disk's time, and `pass` lets the editor's pass. */
async function until(panel: FakePanel, wanted: string, pass = (): void => {}): Promise<string> {
  for (const end = Date.now() + 120_000; Date.now() < end; ) {
    pass();
    await settled();
    const seen = panel.posted.map(told).join('\n');
    if (seen.includes(wanted)) {
      panel.taken();
      return seen;
    }
  }
  return assert.fail(`never saw ${wanted}, but ${panel.posted.map(told).join('\n')}`);
}

test('Open Curves shows runs live, and a point leads to the trajectories of its iteration', async (t) => {
  const [one, two] = [run(t), run(t)];
  add(one, 1, 2);
  add(two, 1);
  two.end('finished');
  const { editor, panels } = open();
  await editor.run(commands.openCurves, { runs: [one.folder, two.folder] });
  const [panel] = panels;
  assert.deepEqual(panel.taken(), [], 'nothing is sent before the page is ready');
  panel.say({ type: 'ready' });
  await until(panel, 'rows of 1 1');
  add(one, 3);
  assert.equal(await until(panel, 'rows', () => editor.pass(pause.live)), 'rows of 0 3');
  panel.say({ type: 'open', run: 1, iteration: 1 });
  panel.say({ type: 'open', run: 2, iteration: 1 });
  await settled();
  await editor.run(commands.openCurves, { runs: [one.folder, two.folder] });
  assert.equal(editor.seen(), [
    'opens steptool.curves: Compare 2 Runs',
    `runs steptool.openTrajectory ${JSON.stringify({ run: two.folder, iteration: 1 })}`,
    'reveals Compare 2 Runs',
  ].join('\n'));
});

test('a hidden page is sent nothing; shown again it says that it is ready, and gets everything', async (t) => {
  const writer = run(t);
  add(writer, 1);
  const { editor, panels } = open();
  await editor.run(commands.openCurves, { runs: [writer.folder] });
  const [panel] = panels;
  panel.say({ type: 'ready' });
  await until(panel, 'rows of 0 1');
  panel.show(false);
  add(writer, 2);
  editor.pass(60_000);
  await settled();
  assert.deepEqual(panel.taken(), []);
  panel.show(true);
  panel.say({ type: 'ready' });
  const seen = await until(panel, 'rows of 0');
  assert.match(seen, /^start pretend\nrun 0 running\ncharts Combined reward\nrows of 0 1,2$/);
  panel.dispose();
  add(writer, 3);
  editor.pass(60_000);
  await settled();
  assert.deepEqual(panel.taken(), []);
});

test('every metric that StepTool records has a chart with a title of its own, written for people', () => {
  const charts = chartsOf(iterationMetrics.map(({ name }) => name));
  const titles = charts.map(({ title }) => title);
  assert.equal(new Set(titles).size, titles.length, titles.join(', '));
  const said = charts.flatMap(({ title, series }) => [title, ...series.map(({ label }) => label)]);
  assert.deepEqual(said.filter((text) => /\bkl\b|\bKl\b|MB\b/.test(text)), []);
  for (const { series } of charts) assert.equal(new Set(series.map(({ label }) => label)).size, series.length);
  const [unknown] = chartsOf(['mine/ownThing']);
  assert.deepEqual([unknown.title, unknown.description], ['Own thing', 'Recorded as "mine/ownThing".'], 'what others record is shown too');
});

test('what charts are called is handed to the editor to translate, whatever metrics a run has', () => {
  const [chart] = chartsOf(['evaluate/macro/passRate', 'evaluate/macro/low', 'evaluate/macro/high']);
  assert.deepEqual(inLanguage(chart, (text) => `<${text}>`), {
    ...chart, title: '<Pass rate on held-out splits>', description: `<${chart.description}>`, group: '<Evaluation>',
    series: [{ name: 'evaluate/macro/passRate', label: '<Mean of the splits>', low: 'evaluate/macro/low', high: 'evaluate/macro/high' }],
  });
});

test('of more runs than can be told apart the first are shown, and that is said', async () => {
  const { editor, panels } = open();
  await editor.run(commands.openCurves, { runs: Array.from({ length: 30 }, (_, i) => `/runs/${i}`) });
  assert.equal(panels.length, 1);
  assert.equal(editor.seen(), ['warning: Curves show 24 runs at most: the first 24 of the 30 chosen ones are shown.', 'opens steptool.curves: Compare 24 Runs'].join('\n'));
});

test('exports are saved where the user says, under a name that fits every disk', async (t) => {
  const writer = run(t);
  const { editor, panels, saveAs, written } = open();
  await editor.run(commands.openCurves, { runs: [writer.folder] });
  const [panel] = panels;
  saveAs.push('/home/chart.csv', undefined, '/full/chart.png');
  panel.say({ type: 'save', kind: 'csv', name: '../../etc: <Pass rate>', content: 'a,b' });
  panel.say({ type: 'save', kind: 'svg', name: 'x', content: '<svg/>' });
  panel.say({ type: 'save', kind: 'png', name: 'x', content: Uint8Array.of(1) });
  await settled();
  assert.deepEqual(written.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]), [['/home/chart.csv', 'a,b']]);
  assert.deepEqual(panel.taken().map(told), ['said Saved chart.csv']);
  const seen = editor.seen();
  assert.match(seen, /save: .*\/etc-Pass-rate\.csv as CSV table → \/home\/chart\.csv\n/);
  assert.match(seen, /error: The export was not written to \/full\/chart\.png: The disk is full \[Show Log\]/);
  assert.equal(fileName('…', 'png'), 'curves.png');
});

test('the page is parsed, not trusted', async () => {
  for (const noise of [null, 'ready', {}, { type: 'other' }, { type: 'open', run: -1, iteration: 1 }, { type: 'open', run: 0, iteration: 1.5 }, { type: 'open', run: '../x', iteration: 1 }, { type: 'save', kind: 'exe', name: 'x', content: '' }, { type: 'save', kind: 'png', name: 'x', content: [1] }]) assert.equal(parseFromPage(noise), undefined);
  for (const noise of [null, [], { runs: [] }, { runs: 'x' }, { runs: [1] }, { runs: [''] }]) assert.equal(parseRuns(noise), undefined);
  assert.deepEqual(parseRuns({ runs: ['/a', '/a', '/b'] }), ['/a', '/b']);
  const { editor, restore } = open();
  await restore({ runs: 7 });
  assert.equal(editor.seen(), 'closes restored', 'a state that is none of ours closes its page');
  const panel = await restore({ runs: ['/gone'], axis: 'tokens' });
  assert.match(panel.webview.html, /curves\.js/);
  const icon = String(panel.iconPath);
  assert.equal(icon, 'file:///extension/media/icon-curves.svg', 'its tab has an icon');
  assert.ok(existsSync(new URL(`../../${icon.slice(icon.indexOf('media/'))}`, import.meta.url)));
});

test('the page runs its own script only, under a nonce of its own, and fetches nothing', () => {
  const parts = { script: 'https://webview.test/curves.js', style: 'https://webview.test/curves.css', source: 'https://webview.test', title: '<b>"x"', waiting: '<b>…' };
  const [first, second] = [pageHtml(parts, 'de'), pageHtml(parts, 'de')];
  const nonce = /script-src &#39;nonce-([\w+/=]+)&#39;;/.exec(first)?.[1];
  assert.ok(nonce && nonce.length >= 24 && !second.includes(nonce));
  assert.match(first, /^<!doctype html>\n<html lang="de">/, 'for those who have it read aloud');
  assert.match(first, /<main><p class="muted">&#60;b&#62;…<\/p><\/main>/, 'something stands there before the script is loaded');
  assert.match(first, /default-src &#39;none&#39;/);
  assert.doesNotMatch(first, /unsafe|<b>/);
});

test('what the page says in English is what the editor hands it to translate', () => {
  for (const [key, value] of Object.entries(english)) {
    assert.equal(value, say(key as keyof typeof english, '{0}', '{1}', '{2}'), key);
  }
});
