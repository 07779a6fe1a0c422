import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commands } from '../../src/editor/ids.ts';
import { registerReport } from '../../src/editor/open-report.ts';
import { registerTraining } from '../../src/editor/train.ts';
import { newRun, temporaryFolder } from '../run/folder-help.ts';
import { Document, settled, text } from './fake-parts.ts';
import { Editor } from './fake.ts';

function open(): { editor: Editor; dispose: () => void } {
  const editor = new Editor();
  const registered = [...registerTraining(editor.host), ...registerReport(editor.host)];
  return { editor, dispose: () => { for (const each of registered) each.dispose(); } };
}

const file = (): Document => new Document('/work space/a.steptool.json', '{}');

test('Train forks the command line on the saved file, shows how it goes, and offers the report', async () => {
  const { editor } = open();
  editor.active = file();
  editor.documents.push(editor.active);
  editor.active.isDirty = true;
  editor.answers.push('Open Report');
  const training = editor.run(commands.train);
  await settled();
  assert.equal(editor.active.isDirty, false);
  const [child] = editor.children;
  child.emit('message', { kind: 'started', folder: '/work space/runs/a/1', engine: 'onnx:cpu', reason: 'r', parameters: 1, iterations: 4 });
  child.emit('message', { kind: 'warmStart', update: 3, updates: 6, loss: 1, tokensPerSecond: 1 });
  child.emit('message', { kind: 'collecting', iteration: 1, episodes: 2, all: 8 });
  child.emit('message', { kind: 'updating', iteration: 1 });
  child.emit('message', { kind: 'iteration', iteration: 1, iterations: 4, metrics: {} });
  child.emit('message', { kind: 'evaluating', stage: 'training', episodes: 5, all: 300 });
  child.emit('message', { kind: 'warning', message: 'Slow disk.' });
  child.emit('message', { kind: 'checkpoint', iteration: 1 });
  child.emit('message', { kind: 'from a later version' });
  child.emit('message', null);
  await child.end(0, { err: 'iteration 1 of 4\n', out: 'Run folder    runs/a/1\n' });
  await settled();
  await editor.children[1].end(0, { out: '{\n  "report": "/work space/runs/a/1/report.html"\n}\n' });
  await training;
  assert.equal(editor.seen(), text`
    progress: Training a.steptool.json [Cancel]
    forks /extension/dist/cli.mjs train /work space/a.steptool.json in /work space, {"execArgv":[],"stdio":["ignore","pipe","pipe","ipc"]}
    log info: steptool train /work space/a.steptool.json
    progress: 0 %
    progress: 0 % Warm start, update 3 of 6
    progress: 0 % Iteration 1: 2 of 8 episodes
    progress: 0 % Iteration 1: updating
    progress: 25 % Iteration 1 of 4
    progress: 25 % Measuring: 5 of 300 episodes
    log warning: Slow disk.
    log info: Run folder    runs/a/1
    log info: iteration 1 of 4
    progress: gone
    info: Training finished. [Open Report] → Open Report
    runs steptool.openReport file:///work space/runs/a/1
    forks /extension/dist/cli.mjs report /work space/runs/a/1 --json in /work space/runs/a, {"execArgv":[],"stdio":["ignore","pipe","pipe","ipc"]}
    log info: steptool report /work space/runs/a/1 --json
    progress: Writing the report
    log info: {
    log info:   "report": "/work space/runs/a/1/report.html"
    log info: }
    progress: gone
    opens file:///work space/runs/a/1/report.html
  `);
});

test('cancelled, the trainer is asked to stop, not killed; then the run can go on', async () => {
  const { editor } = open();
  editor.active = file();
  const training = editor.run(commands.train);
  await settled();
  const [child] = editor.children;
  child.emit('message', { kind: 'started', folder: '/r', iterations: 4 });
  editor.cancel();
  await child.end(130);
  await training;
  assert.match(editor.seen(), /Finishing the iteration, then stopping\nto the trainer: \{"kind":"stop"\}\nprogress: gone\ninfo: Training stopped\. It can go on from its last checkpoint\. \[Resume\]$/);
});

test('a trainer that fails is quoted, with the way to the log', async () => {
  for (const [code, signal, err, told] of [
    [2, null, 'a\na.steptool.json:1:3: unknown-key\n', 'a.steptool.json:1:3: unknown-key'],
    [null, 'SIGKILL', '', 'The trainer was ended by SIGKILL.'],
    [1, null, '', 'The trainer ended with code 1.'],
  ] as const) {
    const { editor } = open();
    editor.active = file();
    editor.answers.push('Show Log');
    const training = editor.run(commands.train);
    await settled();
    await editor.children[0].end(code, { err, signal });
    await training;
    assert.ok(editor.seen().endsWith(`log error: Training failed: ${told}\nerror: Training failed: ${told} [Show Log] → Show Log\nshows the log`));
  }
});

test('the command line cannot be started: that is told too', async () => {
  const { editor } = open();
  editor.active = file();
  const training = editor.run(commands.train);
  await settled();
  editor.children[0].emit('error', new Error('spawn ENOMEM'));
  await training;
  assert.match(editor.seen(), /error: Training failed: spawn ENOMEM/);
});

test('an untrusted workspace trains nothing, and is told how it could', async () => {
  for (const command of [commands.train, commands.resume]) {
    const { editor } = open();
    editor.active = file();
    editor.isTrusted = false;
    editor.answers.push('Manage Workspace Trust');
    await editor.run(command);
    assert.equal(editor.seen(), text`
      warning: StepTool does not train in Restricted Mode: an experiment decides which files are read and written. Trust this workspace first. [Manage Workspace Trust] → Manage Workspace Trust
      runs workbench.trust.manage
    `);
    assert.equal(editor.children.length, 0);
  }
});

test('nothing to train, or nothing on a disk: said, not guessed', async () => {
  const { editor } = open();
  await editor.run(commands.train);
  editor.active = new Document('/w/a.json', '{}', 'json');
  await editor.run(commands.train);
  editor.active = new Document('/repo/a.steptool.json', '{}', 'steptool', 'vscode-vfs');
  await editor.run(commands.train);
  assert.equal(editor.seen(), text`
    info: Open an experiment file (*.steptool.json) first, then train it.
    info: Open an experiment file (*.steptool.json) first, then train it.
    error: a.steptool.json is not on a disk, where a trainer could read it and write its run folder. Save it to a folder first.
  `);
});

test('a file that cannot be saved is not trained: the trainer would read something else', async () => {
  const { editor } = open();
  editor.active = file();
  editor.active.isDirty = true;
  editor.active.save = () => Promise.resolve(false);
  editor.documents.push(editor.active);
  await editor.run(commands.train);
  assert.equal(editor.children.length, 0);
});

test('Resume offers the runs that can go on, or any folder', async (t) => {
  const root = temporaryFolder(t);
  const stopped = newRun(join(root, 'runs'));
  stopped.end('stopped');
  const other = newRun(join(root, 'other', 'runs'));
  other.end('finished');
  const broken = join(root, 'runs', 'pretend', '20240101-000000-0000');
  mkdirSync(broken);
  writeFileSync(join(broken, 'run.json'), '{');
  const { editor } = open();
  editor.files = [stopped.folder, other.folder, broken].map((folder) => join(folder, 'run.json'));

  editor.answers.push('pretend');
  const resuming = editor.run(commands.resume);
  while (editor.children.length === 0) await settled(); // reading run.json takes the disk's time
  await editor.children[0].end(0);
  await resuming;
  const seen = editor.seen().replaceAll(root, '<root>').replaceAll('\\', '/');
  assert.match(seen, /^log warning: .*run\.json is damaged/);
  assert.match(seen, /\npick: Which run is to go on\?\n {2}→ pretend \(20241010-074500-abcd · stopped\)\n {2}Choose a Folder…\n/);
  assert.match(seen, /\nforks \/extension\/dist\/cli\.mjs resume <root>\/runs\/pretend\/20241010-074500-abcd in /);

  editor.answers.push('Choose a Folder…');
  await editor.run(commands.resume);
  assert.match(editor.seen(), /dialog: Choose Run Folder → nothing$/, 'changed their mind');
});

test('a report that is not written, or no browser: the user hears where it is', async () => {
  const { editor } = open();
  const report = async (code: number, out: string): Promise<string> => {
    const showing = editor.run(commands.openReport, editor.host.api.Uri.file('/r/1'));
    await settled();
    await editor.children.at(-1)!.end(code, { out, err: code === 0 ? '' : '/r/1 is no run folder\n' });
    await showing;
    return editor.seen().split('\n').at(-1)!;
  };
  assert.equal(await report(2, ''), 'error: The report was not written: /r/1 is no run folder [Show Log]');
  assert.equal(await report(0, 'no JSON'), 'error: The report was not written: see the log. [Show Log]');
  editor.opensBrowser = false;
  assert.equal(await report(0, '{"report": "/r/1/report.html"}'), 'error: No browser could be opened here. The report is at /r/1/report.html [Show Log]');
});

test('when the editor closes, running trainers are let go: they then stop by themselves', async () => {
  const { editor, dispose } = open();
  editor.active = file();
  const training = editor.run(commands.train);
  await settled();
  editor.seen();
  dispose();
  assert.equal(editor.seen(), 'to the trainer: the channel is closed');
  await editor.children[0].end(130);
  await training;
});
