/** The sidebar as a user sees it: trees as text, commands as what they do. */
import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type * as vscode from 'vscode';
import { commands, views } from '../../src/editor/ids.ts';
import { createRunStore, gathering, looking } from '../../src/editor/runs/workspace-store.ts';
import { describe } from '../../src/editor/sidebar/filter.ts';
import type { Node } from '../../src/editor/sidebar/nodes.ts';
import { registerSidebar } from '../../src/editor/sidebar/register.ts';
import { pageSize, type ExperimentsTree } from '../../src/editor/sidebar/tree.ts';
import { age, plainLine } from '../../src/editor/sidebar/words.ts';
import { startTrainer } from '../../src/editor/trainer-process.ts';
import { Trainings } from '../../src/editor/trainer-list.ts';
import { parseRange } from '../../webview/shared/format.ts';
import { metrics, trajectory } from '../run/folder-help.ts';
import { inEnglish, Uri, settled, text } from './fake-parts.ts';
import { becomes, renderTree } from './render-tree.ts';
import { brokenRun, fill, workspace, type Workspace } from './workspace.ts';

const now = (): number => Date.parse('2024-10-10T09:50:00Z');

function open(t: TestContext): Workspace & { tree: ExperimentsTree; trainings: Trainings; store: ReturnType<typeof createRunStore> } {
  const made = workspace(t);
  const store = createRunStore(made.editor.host);
  const trainings = new Trainings();
  const registered = registerSidebar(made.editor.host, store, trainings, Uri.file('/extension/dist/webview') as unknown as vscode.Uri, now);
  t.after(() => { for (const each of [...registered, store]) each.dispose(); });
  return { ...made, store, trainings, get tree() { return made.editor.views.get(views.experiments)!.provider as ExperimentsTree; } };
}

/** Time for files to be read, then for what was read to be shown. */
async function shown({ editor }: Workspace): Promise<void> {
  for (let i = 0; i < 20; i++) await settled();
  editor.pass(1000);
  for (let i = 0; i < 20; i++) await settled();
}

test('experiments, runs, iterations, trajectories and steps, down to rewards', async (t) => {
  const w = open(t);
  const quick = w.experiment('quick');
  w.experiment('untried');
  const run = w.run(quick, '20241010-074500-abcd');
  fill(run);
  run.end('finished');
  w.run(quick, '20241010-084500-0001').end('stopped');
  w.run(join(w.root, 'deleted.steptool.json'), '20241010-054500-0002').end('failed', { message: 'The disk is full.', code: 'diskFull' });
  brokenRun(w.root, '20241010-044500-0003');
  w.editor.files.push(join(w.root, 'runs', 'broken', '20241010-044500-0003', 'run.json'), join(run.folder, 'experiment.steptool.json'));
  await renderTree(w.tree, ({ contextValue }) => contextValue === 'experiment');
  // scores come after the list
  while ((await w.store.score(run.folder)) === undefined) await settled();
  await shown(w);
  assert.equal(await renderTree(w.tree), text`
    quick.steptool.json (2 runs) beaker [experiment]
      20241010-084500-0001 (stopped · onnx:cpu · 2 h ago) debug-pause [run.stopped]
        No iteration yet info [note]
      20241010-074500-abcd (71.2 % · finished · onnx:cpu · 2 h ago) pass-filled [run.finished]
        Iteration 2 (71.2 % held out) target [iteration]
          where is it (+1 · answered · 1 step) pass [trajectory]
            1  look (+1 · ok) arrow-up [step]
          evil �$(flame) �[31m<b> (+0.5 · truncated: out of turns · 2 steps) watch [trajectory]
            1  no call (−0.5 · unreadable call) arrow-down [step]
            2  look (+1 · ok) arrow-up [step]
        Iteration 1 (25.0 %) git-commit [iteration]
          where is it (+1 · answered · 1 step) pass [trajectory]
            1  look (+1 · ok) arrow-up [step]
          evil �$(flame) �[31m<b> (+0.5 · truncated: out of turns · 2 steps) watch [trajectory]
            1  no call (−0.5 · unreadable call) arrow-down [step]
            2  look (+1 · ok) arrow-up [step]
    untried.steptool.json (no runs) beaker [experiment]
    Other runs (2 runs) folder-library [strays]
      20241010-054500-0002 (failed · onnx:cpu · 2 h ago) error [run.failed]
        No iteration yet info [note]
      20241010-044500-0003 (cannot be read) warning [run.unreadable]
  `);
});

test('several folders: each is a level of its own', async (t) => {
  const w = open(t);
  w.experiment('a');
  w.editor.workspaceFolders.push({ uri: Uri.file('/other'), name: 'other' });
  assert.equal(await renderTree(w.tree), text`
    w root-folder [workspaceFolder]
      a.steptool.json (no runs) beaker [experiment]
    other root-folder [workspaceFolder]
  `);
});

test('a filter shows what passes, says so, and goes again', async (t) => {
  const w = open(t);
  const run = w.run(w.experiment('quick'), '20241010-074500-abcd');
  fill(run);
  run.end('finished');
  const node = { kind: 'run', folder: run.folder };
  w.editor.answers.push('Tool Called', 'look');
  await w.editor.run(commands.filterTrajectories, node);
  w.editor.answers.push('Range of Rewards', '0.5..0.75');
  await w.editor.run(commands.filterTrajectories, node);
  w.editor.answers.push('Split', 'names');
  await w.editor.run(commands.filterTrajectories, node);
  assert.equal(w.editor.views.get(views.experiments)?.description, 'split names · tool look · reward 0.5..0.75');
  const two = ({ contextValue }: vscode.TreeItem): boolean => contextValue !== 'trajectory';
  assert.match(await renderTree(w.tree, two), /Iteration 2 \(71\.2 % held out · 1 shown\) target \[iteration\]\n +evil .*\n +Iteration 1 \(25\.0 % · 1 shown\)/);
  w.editor.answers.push('Outcome', 'truncated: out of turns');
  await w.editor.run(commands.filterTrajectories, node);
  assert.equal(w.editor.views.get(views.experiments)?.description, 'truncated: out of turns · split names · tool look · reward 0.5..0.75');
  assert.match(await renderTree(w.tree, two), /1 shown\) target \[iteration\]\n +evil /);
  w.editor.answers.push('Solved or Not', 'Solved');
  await w.editor.run(commands.filterTrajectories, node);
  assert.match(await renderTree(w.tree, two), /No trajectory passes the filter/);
  assert.match(w.seen(), /runs setContext steptool\.isFiltered true$/);
  await w.editor.run(commands.clearFilter);
  assert.equal(w.editor.views.get(views.experiments)?.description, undefined);
  assert.match(w.seen(), /runs setContext steptool\.isFiltered false$/);
});

test('ranges of rewards are read as written', () => {
  const read = ['0.5..2', ' .. 1 ', '3..', '-1', '2..1', '..', 'x', '1..2..3'].map(parseRange);
  assert.deepEqual(read, [{ low: 0.5, high: 2 }, { high: 1 }, { low: 3 }, { low: -1, high: -1 }, undefined, undefined, undefined, undefined]);
  assert.equal(describe({ solved: false, outcome: 'gaveUp', reward: { low: 3 } }, inEnglish), 'not solved · gave up · reward 3..');
});

test('long lists come a page at a time, long runs by hundreds, and ids stay the same', async (t) => {
  const w = open(t);
  const run = w.run(w.experiment('long'), '20241010-074500-abcd');
  for (let iteration = 1; iteration <= 250; iteration++) run.metrics(metrics(iteration, 1));
  for (let sample = 0; sample < pageSize + 30; sample++) run.trajectory(trajectory(250, sample, ''));
  run.end('finished');
  const closed = new Set(['trajectory', 'more']);
  const tree = (await renderTree(w.tree, ({ contextValue, label }) => !closed.has(contextValue!) && !(contextValue === 'iteration' && label !== 'Iteration 250'))).split('\n');
  assert.deepEqual(tree.filter((line) => line.includes('Iterations')).map((line) => line.trim().split(' list')[0]), ['Iterations 200–250', 'Iterations 100–199', 'Iterations 1–99']);
  assert.equal(tree.filter((line) => line.includes('[trajectory]')).length, pageSize);
  assert.equal(tree.filter((line) => line.includes('30 more') && line.endsWith('[more] …')).length, 1);
  const ids = async (): Promise<string[]> => {
    const [experiment] = await w.tree.getChildren();
    const [one] = await w.tree.getChildren(experiment);
    return (await w.tree.getChildren(one)).map(({ id }) => id);
  };
  assert.deepEqual(await ids(), await ids());
});

test('attempts at one task are told apart by their number, where ids have one', async (t) => {
  const w = open(t);
  const run = w.run(w.experiment('a'), '20241010-074500-abcd');
  run.metrics(metrics(2, 1));
  for (const id of ['2/train/7/0', '2/train/7/11', 'mine/3', '2/train/7/x']) run.trajectory({ ...trajectory(2, 0, ''), id, taskId: 'train/7' });
  run.end('finished');
  const tree = await renderTree(w.tree, ({ contextValue }) => contextValue !== 'trajectory');
  assert.deepEqual([...tree.matchAll(/^ +(train.*) \(/gm)].map(([, label]) => label), ['train/7 #1', 'train/7 #12', 'train/7', 'train/7']);
});

test('a run grows, and a run goes: the tree follows and nothing else is shown anew', async (t) => {
  const w = open(t);
  const run = w.run(w.experiment('live'), '20241010-074500-abcd');
  const heard: (Node | undefined)[] = [];
  t.after(w.tree.onDidChangeTreeData((node) => heard.push(node)).dispose);
  w.editor.views.get(views.experiments)!.visible = true;
  w.editor.emit(`${views.experiments} visibility`);
  const closed = ({ contextValue }: vscode.TreeItem): boolean => contextValue !== 'iteration';
  assert.match(await renderTree(w.tree, closed), /20241010-074500-abcd \(running · onnx:cpu · 2 h ago\) sync~spin \[run\.running\]\n +No iteration yet/);
  heard.length = 0;
  fill(run);
  const base = Uri.file(w.root).path;
  const [runFiles, , deletes] = w.editor.watched;
  assert.deepEqual([runFiles, deletes], [`watch ${base} **/{run.json,metrics.jsonl,trajectories.jsonl,annotations.jsonl}`, `watch ${base} **`]);
  w.editor.emit(`${runFiles} change`, Uri.file(join(run.folder, 'metrics.jsonl')));
  w.editor.pass(gathering);
  assert.deepEqual(heard.map((node) => node?.kind), ['run']);
  await becomes(() => renderTree(w.tree, closed), /Iteration 2 .*\n +Iteration 1 /);
  run.end('finished');
  rmSync(join(w.root, 'runs'), { recursive: true });
  w.editor.emit(`${deletes} delete`, Uri.file(join(w.root, 'runs')));
  await becomes(() => renderTree(w.tree), /^live\.steptool\.json \(no runs\) beaker \[experiment\]$/, () => w.editor.pass(gathering));
  w.editor.pass(gathering); // what is shown already is told now, if it was not
  assert.equal(heard.at(-1), undefined);
});

test('what this window trains can be stopped from the tree; what another trains cannot', async (t) => {
  const w = open(t);
  const run = w.run(w.experiment('mine'), '20241010-074500-abcd');
  const context = async (): Promise<string> => (await renderTree(w.tree, ({ contextValue }) => contextValue === 'experiment')).split('\n')[1];
  assert.match(await context(), /\(running · .*\[run\.running\]/);
  const trainer = startTrainer(w.editor.host, ['train'], w.root);
  w.trainings.start('Training', trainer, true);
  w.trainings.change(trainer, { folder: run.folder, iteration: 3, iterations: 40 });
  assert.match(await context(), /\(running 3\/40 · .*\[run\.running\.mine\]/);
  run.end('stopped');
});

test('Delete asks, moves to the trash, and touches nothing that runs or is no known run', async (t) => {
  const w = open(t);
  const file = w.experiment('a');
  const [old, running] = [w.run(file, '20241010-074500-abcd'), w.run(file, '20241010-084500-abcd')];
  old.end('finished');
  await w.editor.run(commands.deleteRun, { folder: running.folder });
  await w.editor.run(commands.deleteRun, { folder: w.root });
  await w.editor.run(commands.deleteRun, { folder: old.folder });
  assert.ok(existsSync(old.folder));
  w.editor.answers.push('Delete');
  w.editor.hasTrash = false;
  await w.editor.run(commands.deleteRun, { folder: old.folder });
  assert.ok(existsSync(old.folder));
  w.editor.answers.push('Delete');
  w.editor.hasTrash = true;
  await w.editor.run(commands.deleteRun, { folder: old.folder });
  assert.ok(!existsSync(old.folder) && existsSync(running.folder));
  running.end('stopped');
  assert.equal(w.seen().replace(/^runs setContext.*\n/gm, ''), text`
    warning: A run that is being trained cannot be deleted. Stop it first.
    warning: Delete the run a/20241010-074500-abcd? [Delete]
    warning: Delete the run a/20241010-074500-abcd? [Delete] → Delete
    log warning: no trash
    warning: a/20241010-074500-abcd cannot be moved to the trash here. Delete it permanently? [Delete Permanently]
    warning: Delete the run a/20241010-074500-abcd? [Delete] → Delete
    deletes <w>/runs/a/20241010-074500-abcd to the trash
  `);
});

test('the file that a run used opens as it was recorded, read-only', async (t) => {
  const w = open(t);
  const run = w.run(w.experiment('a'), '20241010-074500-abcd');
  run.end('finished');
  await w.editor.run(commands.openUsedFile, { kind: 'run', folder: run.folder });
  assert.equal(w.seen(), 'runs vscode.open steptool-run://<w>/runs/a/20241010-074500-abcd/experiment.steptool.json');
});

test('a run whose run.json no watcher told of is found when it writes on', async (t) => {
  const w = open(t);
  const quick = w.experiment('quick');
  assert.match(await renderTree(w.tree, () => false), /\(no runs\)/);
  const run = w.run(quick, '20241010-074500-abcd');
  w.editor.emit(`${w.editor.watched[0]} change`, Uri.file(join(run.folder, 'metrics.jsonl')));
  w.editor.pass(gathering);
  assert.match(await renderTree(w.tree, () => false), /^quick\.steptool\.json \(1 run\)/);
});

test('runs that come and go while no watcher says a word are seen within seconds', async (t) => {
  const w = open(t);
  const quick = w.experiment('quick');
  w.editor.views.get(views.experiments)!.visible = true;
  w.editor.emit(`${views.experiments} visibility`);
  const top = (wanted: RegExp): Promise<void> => becomes(() => renderTree(w.tree, () => false), wanted, () => w.editor.pass(looking));
  await top(/^quick\.steptool\.json \(no runs\)/);
  const run = w.run(quick, '20241010-074500-abcd');
  run.end('finished');
  await top(/^quick\.steptool\.json \(1 run\)/);
  rmSync(run.folder, { recursive: true });
  await top(/^quick\.steptool\.json \(no runs\)/);
});

test('Refresh finds what no watcher told of', async (t) => {
  const w = open(t);
  const quick = w.experiment('quick');
  const top = (): Promise<string> => renderTree(w.tree, () => false);
  assert.match(await top(), /^quick\.steptool\.json \(no runs\)/);
  w.run(quick, '20241010-074500-abcd').end('finished');
  assert.match(await top(), /^quick\.steptool\.json \(no runs\)/);
  await w.editor.run(commands.refreshExperiments);
  assert.match(await top(), /^quick\.steptool\.json \(1 run\)/);
});

test('curves, trajectories, comparing, path: each hands over what the pages ask for', async (t) => {
  const w = open(t);
  const file = w.experiment('a');
  const folders = ['20241010-074500-abcd', '20241010-084500-abcd'].map((id) => { const run = w.run(file, id); run.end('finished'); return run.folder; });
  const nodes = folders.map((folder) => ({ kind: 'run', folder }));
  await w.editor.run(commands.showCurves, nodes[0]);
  await w.editor.run(commands.compareRuns, nodes[0], nodes);
  w.editor.answers.push('20241010-084500|20241010-074500');
  await w.editor.run(commands.compareRuns);
  await w.editor.run(commands.showTrajectory, { kind: 'iteration', folder: folders[0], iteration: 7 });
  await w.editor.run(commands.showTrajectory, { kind: 'trajectory', folder: folders[0], row: { id: '7/x/0', iteration: 7 } });
  await w.editor.run(commands.showTrajectory, { kind: 'step', folder: folders[0], row: { id: '7/x/0', iteration: 7 }, step: { index: 2 } });
  await w.editor.run(commands.copyRunPath, nodes[0], nodes);
  const names = w.seen().replaceAll('<w>/runs/a/', '');
  assert.equal(names, text`
    runs steptool.openCurves {"runs":["20241010-074500-abcd"]}
    runs steptool.openCurves {"runs":["20241010-074500-abcd","20241010-084500-abcd"]}
    pick many: Which runs are to be compared? → 20241010-084500|20241010-074500
    runs steptool.openCurves {"runs":["20241010-084500-abcd","20241010-074500-abcd"]}
    runs steptool.openTrajectory {"run":"20241010-074500-abcd","iteration":7}
    runs steptool.openTrajectory {"run":"20241010-074500-abcd","iteration":7,"id":"7/x/0"}
    runs steptool.openTrajectory {"run":"20241010-074500-abcd","iteration":7,"id":"7/x/0","step":2}
    copies 20241010-074500-abcd
    20241010-084500-abcd
  `);
});

test('runs of a moved workspace belong to their file still; others do not', async (t) => {
  const w = open(t);
  const file = w.experiment('a');
  w.experiment('b', '{"name": "a"}');
  const moved = w.run(join('/elsewhere', basename(file)), '20241010-074500-abcd');
  moved.end('finished');
  assert.match(await renderTree(w.tree, () => false), /^a\.steptool\.json \(1 run\) .*\nb\.steptool\.json \(no runs\)[^\n]*$/);
  writeFileSync(join(moved.folder, 'trajectories.jsonl'), 'no JSON\n');
  assert.match(await renderTree(w.tree), /No iteration yet/);
});

test('names from files are one plain line, and times are ages', () => {
  assert.equal(plainLine(`a\u202eb\n\tc\u001b[31m${'x'.repeat(100)}`, 12), 'a\ufffdb c\ufffd[31mxx…');
  const t = (words: string, ...values: (string | number)[]): string => words.replace('{0}', String(values[0]));
  const at = (iso: string): string => age(iso, now(), t);
  assert.deepEqual(['2024-10-10T09:49:50Z', '2024-10-10T09:20:00Z', '2024-10-08T10:00:00Z', '2024-10-01T09:50:00Z', 'no time'].map(at), ['just now', '30 min ago', '47 h ago', '9 days ago', '']);
});
