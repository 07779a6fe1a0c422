import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commands } from '../../src/editor/ids.ts';
import { registerReport } from '../../src/editor/open-report.ts';
import { createRunStore } from '../../src/editor/runs/workspace-store.ts';
import { registerTraining } from '../../src/editor/train.ts';
import { Trainings } from '../../src/editor/trainer-list.ts';
import { registerMeasuring } from '../../src/editor/trainer-measure.ts';
import { patience } from '../../src/editor/trainer-process.ts';
import { registerStatus } from '../../src/editor/trainer-status.ts';
import { registerStopping } from '../../src/editor/trainer-stop.ts';
import { newRun, temporaryFolder } from '../run/folder-help.ts';
import { Document, settled, text } from './fake-parts.ts';
import { Editor } from './fake.ts';

function open(): { editor: Editor; dispose: () => void } {
  const editor = new Editor();
  const runs = createRunStore(editor.host);
  const trainings = new Trainings();
  const registered = [...registerTraining(editor.host, runs, trainings), ...registerReport(editor.host, runs), ...registerStopping(editor.host, runs, trainings), ...registerMeasuring(editor.host, trainings), ...registerStatus(editor.host, trainings)];
  editor.seen();
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
  child.emit('message', { kind: 'opening', what: 'models/small.gguf' });
  assert.match(editor.statusItem.tooltip, /^Training a\.steptool\.json\nOpening models\/small\.gguf$/);
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
  assert.equal(editor.statusItem.text, '$(loading~spin) StepTool 1/4');
  assert.equal(editor.statusItem.tooltip, 'Training a.steptool.json\nMeasuring: 5 of 300 episodes');
  await child.end(0, { err: 'iteration 1 of 4\n', out: 'Run folder    runs/a/1\n' });
  await settled();
  await editor.children[1].end(0, { out: '{\n  "report": "/work space/runs/a/1/report.html"\n}\n' });
  await training;
  assert.equal(editor.statusItem.isShown, false);
  assert.equal(editor.seen(), text`
    forks /extension/dist/cli.mjs train /work space/a.steptool.json in /work space, {"execArgv":[],"stdio":["ignore","pipe","pipe","ipc"]}
    log info: steptool train /work space/a.steptool.json
    runs setContext steptool.isTraining true
    progress in steptool.experiments: Training a.steptool.json
    log warning: Slow disk.
    log info: Run folder    runs/a/1
    log info: iteration 1 of 4
    progress: gone
    runs setContext steptool.isTraining false
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

test('Stop lets the iteration finish; then the run can go on', async () => {
  const { editor } = open();
  editor.active = file();
  const training = editor.run(commands.train);
  await settled();
  const [child] = editor.children;
  child.emit('message', { kind: 'started', folder: '/r', iterations: 4 });
  await editor.run(commands.stop);
  await editor.run(commands.stop);
  assert.equal(editor.statusItem.text, '$(loading~spin) StepTool: stopping');
  assert.equal(editor.statusItem.tooltip, 'Training a.steptool.json\nFinishing the iteration, then stopping');
  await child.end(130);
  await training;
  assert.match(editor.seen(), /\nto the trainer: \{"kind":"stop"\}\nprogress: gone\n.*\ninfo: Training stopped\. It can go on from its last checkpoint\. \[Resume\]$/);
});

test('Stop Now asks twice, then terminates, then kills; what has ended is left alone', async () => {
  const { editor } = open();
  editor.active = file();
  const training = editor.run(commands.train);
  await settled();
  editor.seen();
  await editor.run(commands.stopNow);
  assert.equal(editor.seen(), 'to the trainer: {"kind":"stop"}');
  editor.pass(patience.again);
  assert.equal(editor.seen(), 'to the trainer: {"kind":"stop"}');
  editor.pass(patience.terminate);
  assert.equal(editor.seen(), 'to the trainer: SIGTERM');
  editor.pass(patience.kill);
  assert.equal(editor.seen(), 'to the trainer: SIGKILL');
  await editor.children[0].end(null, { signal: 'SIGKILL' });
  await training;
  editor.seen();
  editor.pass(10 * patience.terminate);
  assert.equal(editor.seen(), '');
});

test('a crash after the first checkpoint offers to resume, and the status bar what can be done meanwhile', async () => {
  const { editor } = open();
  editor.active = file();
  const training = editor.run(commands.train);
  await settled();
  editor.children[0].emit('message', { kind: 'started', folder: '/r', iterations: 4 });
  editor.seen();
  await editor.run(commands.trainingActions);
  assert.equal(editor.seen(), text`
    pick: Training a.steptool.json: 
      $(graph-line) Show Curves (Training a.steptool.json)
      $(debug-stop) Stop After This Iteration (Training a.steptool.json)
      $(close) Stop Now (Training a.steptool.json)
      $(output) Show Log
  `);
  await editor.children[0].end(null, { signal: 'SIGSEGV' });
  await training;
  assert.match(editor.seen(), /error: Training failed: The trainer was ended by SIGSEGV\. \[Resume\] \[Show Log\]$/);
});

test('a trainer that says nothing for long is reported, once, until it speaks again', async () => {
  const { editor } = open();
  editor.active = file();
  const training = editor.run(commands.train);
  await settled();
  editor.pass(patience.silence - 1);
  editor.children[0].emit('message', { kind: 'updating', iteration: 1 });
  editor.seen();
  editor.pass(patience.silence - 1);
  assert.equal(editor.seen(), '');
  editor.pass(1);
  assert.match(editor.seen(), /^warning: .* has said nothing for ten minutes\. .* \[Stop Now\]$/);
  editor.pass(2 * patience.silence);
  assert.equal(editor.seen(), '');
  await editor.children[0].end(0);
  await training;
});

test('Evaluate and Roll Out open what the command line prints, as plain text', async () => {
  const { editor } = open();
  editor.active = file();
  for (const [command, word] of [[commands.evaluate, 'evaluate'], [commands.rollout, 'rollout']] as const) {
    const running = editor.run(command);
    await settled();
    await editor.children.at(-1)!.end(0, { out: 'Policy: x\n\nSolved 2 of 4.\n' });
    await running;
    const seen = editor.seen();
    assert.match(seen, new RegExp(`forks /extension/dist/cli\\.mjs ${word} /work space/a\\.steptool\\.json in /work space,`));
    assert.match(seen, /shows a document:\nPolicy: x\n\nSolved 2 of 4\.\n$/);
  }
  for (const [given, told] of [[4, '--tasks 4 '], [[{ kind: 'run' }], ''], [-1, '']] as const) {
    const rolling = editor.run(commands.rollout, editor.active.uri, given);
    await settled();
    assert.ok(editor.seen().includes(`cli.mjs rollout /work space/a.steptool.json ${told}in /work space,`), told);
    await editor.children.at(-1)!.end(0);
    await rolling;
    editor.seen();
  }
  const ofRun = editor.run(commands.evaluate, { kind: 'run', folder: '/w/runs/a/1' });
  await settled();
  assert.match(editor.seen(), /cli\.mjs evaluate \/w\/runs\/a\/1 in \/w\/runs\/a,/);
  await editor.children.at(-1)!.end(0);
  await ofRun;
});

test('Check Engines needs no trust, and a machine with problems is told which', async () => {
  const { editor } = open();
  editor.isTrusted = false;
  const checking = editor.run(commands.checkEngines);
  await settled();
  await editor.children[0].end(1, { out: 'problem  engine\n', err: 'steptool doctor: 1 problem\n' });
  await checking;
  assert.match(editor.seen(), /shows a document:\nproblem {2}engine\n\n.*\nerror: Checking engines failed: 1 problem \[Show Log\]$/s);
});

test('a trainer that fails is quoted, with the way to the log', async () => {
  for (const [code, signal, err, told] of [
    [2, null, 'a\na.steptool.json:1:3: unknown-key\n', 'a a.steptool.json:1:3: unknown-key'],
    [null, 'SIGKILL', '', 'The trainer was ended by SIGKILL.'],
    [null, 'SIGKILL', 'iteration 7 of 9\n', 'The trainer was ended by SIGKILL. It last said: iteration 7 of 9'],
    [null, 'SIGALRM', 'iteration 7 of 9\n\nsteptool: onnx:webgpu has not answered for 600 s.\nTo continue it: steptool resume a\n', 'onnx:webgpu has not answered for 600 s. To continue it: steptool resume a'],
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
  for (const command of [commands.train, commands.resume, commands.evaluate, commands.rollout]) {
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
    info: Open an experiment file (*.steptool.json) first, then try again.
    info: Open an experiment file (*.steptool.json) first, then try again.
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
