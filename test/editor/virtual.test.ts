/** A workspace on no disk: its runs can be looked at, and nothing offers what needs a disk. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type * as vscode from 'vscode';
import { registerCurves } from '../../src/editor/curves-page/register.ts';
import { pause } from '../../src/editor/curves-page/session.ts';
import { registerReport } from '../../src/editor/open-report.ts';
import { runsOfFile } from '../../src/editor/past-runs.ts';
import { commands, views } from '../../src/editor/ids.ts';
import { createRunStore, gathering } from '../../src/editor/runs/workspace-store.ts';
import { isOnDisk, lastNameOf, normalPlace, parentOf } from '../../src/editor/runs/place.ts';
import { registerSidebar } from '../../src/editor/sidebar/register.ts';
import type { ExperimentsTree } from '../../src/editor/sidebar/tree.ts';
import { Trainings } from '../../src/editor/trainer-list.ts';
import { showTokens, showTrajectory } from '../../src/editor/trajectory-page/answers.ts';
import { openTrajectories } from '../../src/editor/trajectory-page/opened-file.ts';
import { registerTrajectories } from '../../src/editor/trajectory-page/register.ts';
import type { RunInfo } from '../../webview/curves/protocol.ts';
import { trajectory } from '../run/folder-help.ts';
import { withPanels } from './fake-panel.ts';
import { settled, text, Uri } from './fake-parts.ts';
import { withPages, type FakePanel } from './fake-webview.ts';
import { becomes, renderTree } from './render-tree.ts';
import { openVirtually } from './virtual-folder.ts';
import { fill, workspace } from './workspace.ts';

const now = (): number => Date.parse('2024-10-10T09:50:00Z');

/** A repository with an experiment, a finished run of it, a run of an unknown experiment, and one that nobody can read. */
function open(t: TestContext) {
  const w = workspace(t);
  const quick = w.experiment('quick');
  const run = w.run(quick, '20241010-074500-abcd');
  fill(run);
  run.end('finished');
  w.run(join(w.root, 'deleted.steptool.json'), '20241010-054500-0002').end('stopped');
  mkdirSync(join(w.root, 'runs', 'quick', '20241010-044500-0003'));
  writeFileSync(join(w.root, 'runs', 'quick', '20241010-044500-0003', 'run.json'), '{"formatVersion": 99}');
  mkdirSync(join(w.root, 'node_modules', 'other'), { recursive: true });
  writeFileSync(join(w.root, 'node_modules', 'other', 'no.steptool.json'), '{}');
  const { uri, asked } = openVirtually(w.editor, w.root);
  const store = createRunStore(w.editor.host);
  const registered = registerSidebar(w.editor.host, store, new Trainings(), Uri.file('/extension/dist/webview') as unknown as vscode.Uri, now);
  t.after(() => { for (const each of [...registered, store]) each.dispose(); });
  const tree = w.editor.views.get(views.experiments)!.provider as ExperimentsTree;
  return { ...w, store, tree, uri, asked, run, folder: uri('runs', 'quick', '20241010-074500-abcd').toString() };
}

test('the tree shows experiments, runs, iterations, trajectories and steps; menus know that the runs are elsewhere', async (t) => {
  const { tree, store, folder } = open(t);
  await renderTree(tree, ({ contextValue }) => contextValue === 'experiment');
  while ((await store.score(folder)) === undefined) await settled();
  for (let i = 0; i < 20; i++) await settled();
  const closed = ({ label, contextValue }: vscode.TreeItem): boolean => label !== 'Iteration 1' && contextValue !== 'trajectory';
  assert.equal(await renderTree(tree, closed), text`
    quick.steptool.json (1 run) beaker [experiment]
      20241010-074500-abcd (71.2 % · finished · onnx:cpu · 2 h ago) pass-filled [runElsewhere.finished]
        Iteration 2 (71.2 % held out) target [iteration]
          where is it (+1 · answered · 1 step) pass [trajectory] …
          evil �$(flame) �[31m<b> (+0.5 · truncated: out of turns · 2 steps) watch [trajectory] …
        Iteration 1 (25.0 %) git-commit [iteration] …
    Other runs (2 runs) folder-library [strays]
      20241010-054500-0002 (stopped · onnx:cpu · 2 h ago) debug-pause [runElsewhere.stopped]
        No iteration yet info [note]
      20241010-044500-0003 (cannot be read) warning [runElsewhere.unreadable]
  `);
});

test('a trajectory of the tree opens by its address, and its page says why it cannot be scored', async (t) => {
  const { tree, store, editor, folder } = open(t);
  const pages = withPages(editor);
  registerTrajectories(editor.host, store);
  const [experiment] = await tree.getChildren();
  const [run] = await tree.getChildren(experiment);
  const [iteration] = await tree.getChildren(run);
  const [one] = await tree.getChildren(iteration);
  const { command } = tree.getTreeItem(one);
  editor.seen();
  await editor.run(command!.command, ...(command!.arguments as unknown[]));
  assert.equal(editor.seen().split('\n')[0], `runs steptool.openTrajectory {"run":"${folder}","iteration":2,"id":"2.0"}`);
  pages.panels[0].say({ type: 'ready' });
  const posted = (type: string): FakePanel['posted'][number] | undefined => pages.panels[0].posted.find((message) => message.type === type);
  while (!posted('place')) await settled();
  assert.deepEqual([posted('start')?.['whyNot'], posted('place')?.['place']], ['Scores are kept on a disk, and this file is on none.', { iteration: 2, line: 2 }]);
  assert.equal((await tree.getChildren(one)).length, 1);
});

test('the trajectory page reads a run on no disk: its name, trajectories, scores of others, and no tokens where there are none', async (t) => {
  const { editor, uri, run } = open(t);
  appendFileSync(join(run.folder, 'annotations.jsonl'), '{"trajectory":"1.0","step":0,"part":"quality","author":"judge:m","value":1}\n');
  const opened = await openTrajectories(editor.host, uri('runs', 'quick', '20241010-074500-abcd', 'trajectories.jsonl') as unknown as vscode.Uri);
  assert.equal(opened.name, 'quick \u00b7 20241010-074500-abcd');
  assert.ok(await opened.trajectories.exists());
  assert.equal((await opened.trajectories.refresh()).added, 4);
  assert.deepEqual((await showTrajectory(opened, 0, 0)).scores.map(({ author, value }) => [author, value]), [['judge:m', 1]]);
  assert.deepEqual(await showTokens(editor.host, opened, 0), { missing: 'The run keeps no tokens of iteration 1.' });
  const none = await openTrajectories(editor.host, uri('runs', 'none', 'trajectories.jsonl') as unknown as vscode.Uri);
  assert.equal(await none.trajectories.exists(), false);
});

test('a run that grows is read on; one that goes leaves the list', async (t) => {
  const { store, folder, run, uri, editor } = open(t);
  const opened = await store.open(`${folder}/`);
  t.after(() => opened.dispose());
  await opened.indexed();
  assert.equal(opened.trajectories.count, 4);
  const heard: ReadonlySet<string>[] = [];
  t.after(store.onDidChange(({ runs }) => heard.push(runs)).dispose);
  await store.runs();
  appendFileSync(join(run.folder, 'trajectories.jsonl'), `${JSON.stringify(trajectory(3, 0, 'new'))}\n`);
  editor.emit(`${editor.watched[0]} change`, uri('runs', 'quick', '20241010-074500-abcd', 'trajectories.jsonl'));
  editor.pass(gathering);
  while (opened.trajectories.count < 5) await settled();
  assert.deepEqual(heard.map((runs) => [...runs]), [[folder]]);
  await assert.rejects(store.open(uri('runs', 'quick', '20241010-099999-ffff').toString()), /is no run folder: it has no run\.json/);
  rmSync(run.folder, { recursive: true });
  editor.emit(`${editor.watched[2]} delete`, uri('runs', 'quick'));
  await becomes(async () => (await store.runs()).map((entry) => lastNameOf(entry.folder)).join(), /^20241010-054500-0002,20241010-044500-0003$/, () => editor.pass(gathering));
});

test('what trains or writes a report is offered no run on no disk', async (t) => {
  const { editor, store, folder } = open(t);
  const [experiment] = await store.experiments();
  assert.equal(experiment.root, undefined);
  assert.deepEqual(await runsOfFile(store, experiment.uri), []);
  assert.equal((await store.runsOf(experiment)).length, 1);
  registerReport(editor.host, store);
  await editor.run(commands.openReport);
  await editor.run(commands.openUsedFile, { kind: 'run', folder });
  assert.equal(editor.seen().replace(/^(runs setContext|log warning).*\n/gm, '').replace(folder, '<run>'), text`
    pick: Which run?
      Choose a Folder…
    runs vscode.open <run>/experiment.steptool.json
  `);
});

test('curves of a run on no disk: its metrics and settings, no checkpoints; looked at again now and then', async (t) => {
  const { editor, store, folder, run, uri } = open(t);
  writeFileSync(join(run.folder, 'resolved.json'), '{"seed":7}');
  const panels = withPanels(editor).panels;
  registerCurves(editor.host, store);
  await editor.run(commands.openCurves, { runs: [folder] });
  panels[0].say({ type: 'ready' });
  const posted = (type: string) => panels[0].posted.filter((message) => (message as { type: string }).type === type);
  while (posted('rows').length === 0) await settled();
  const { info } = posted('run').at(-1) as { info: RunInfo };
  assert.deepEqual({ ...info, start: '' }, { folder, name: 'quick', id: '20241010-074500-abcd', status: 'finished', engine: 'onnx:cpu', start: '', settings: [['seed', '7']], checkpoints: [], every: 1, problem: undefined });
  assert.equal(editor.seen().match(/opens .*/)?.[0], 'opens steptool.curves: Curves: quick');
  appendFileSync(join(run.folder, 'metrics.jsonl'), `${JSON.stringify({ iteration: 3, updates: 3, tokens: 12, seconds: 9, 'reward/step': 0.5 })}\n`);
  editor.emit(`${editor.watched[0]} change`, uri('runs', 'quick', '20241010-074500-abcd', 'metrics.jsonl'));
  while (posted('rows').length === 1) {
    editor.pass(pause.still);
    await settled();
  }
  assert.deepEqual([...(posted('rows').at(-1) as { columns: Record<string, Float64Array> }).columns['iteration']], [3]);
});

test('a folder is looked through within bounds, and what cannot be listed is passed over', async (t) => {
  const { store, asked, editor } = open(t);
  await store.runs();
  const listed = asked.filter((path) => !/\.json/.test(path));
  assert.ok(!listed.some((path) => path.includes('node_modules')) && !listed.some((path) => path.includes('abcd')), listed.join());
  const { fs } = editor.host.api.workspace;
  Object.assign(fs, { readDirectory: () => Promise.reject(new Error('The network is gone')) });
  store.reread();
  assert.deepEqual([await store.experiments(), await store.runs()], [[], []]);
  let questions = 0;
  Object.assign(fs, { readDirectory: () => { questions++; return Promise.resolve([['a', 2], ['b', 2], ['c', 2]]); } });
  store.reread();
  assert.deepEqual(await store.runs(), []);
  assert.ok(questions <= 400, String(questions));
});

test('places are told apart by what they begin with', () => {
  assert.deepEqual(['/w/runs', 'C:\\w', 'c:/w', 'vscode-vfs://github/a/b', 'file:///w'].map(isOnDisk), [true, true, true, false, false]);
  assert.deepEqual([parentOf('vfs://x/a/b'), parentOf('vfs://x/a/b/'), normalPlace('vfs://x/a//'), lastNameOf('vfs://x/a/b'), lastNameOf('C:\\a\\b')], ['vfs://x/a', 'vfs://x/a', 'vfs://x/a', 'b', 'b']);
});
