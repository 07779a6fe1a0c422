import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { readHead } from '../../src/run/folder/reader.ts';
import { openForResume } from '../../src/run/folder/resume.ts';
import { folderWith, program, start, tinyExperiment, type Run } from './program.ts';

const noSignals = process.platform === 'win32' && 'SKIPPED: a process cannot be sent SIGINT here';
/** More iterations than any machine does before it is stopped. */
const endless = tinyExperiment.replace('"iterations": 2', '"iterations": 100000').replace('"tasksPerSplit": 4', '"tasksPerSplit": 1, "splits": ["entities"]');

function training(t: TestContext, isAlone = false, experiment = endless): { folder: string; run: Run; status: () => string; path: () => string } {
  const folder = folderWith(t, { 'endless.steptool.json': experiment });
  const run = start(['train', 'endless.steptool.json'], { cwd: folder, isAlone });
  t.after(() => run.child.kill('SIGKILL'));
  const runs = join(folder, 'runs', 'endless');
  const path = (): string => join(runs, readdirSync(runs)[0]);
  return { folder, run, path, status: () => (JSON.parse(readFileSync(join(path(), 'run.json'), 'utf8')) as { status: string }).status };
}

const iterations = (path: string): number[] =>
  readFileSync(join(path, 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { iteration: number; stage?: string }).filter(({ iteration, stage }) => iteration > 0 && stage === undefined).map(({ iteration }) => iteration);

test('Ctrl-C finishes the iteration, says how to go on, and what it says works', { skip: noSignals }, async (t) => {
  const { folder, run, status, path } = training(t);
  await run.said('iteration 2 of');
  run.child.kill('SIGINT');
  const { code, out, err } = await run.ended;
  assert.equal(code, 130, err);
  assert.match(err, /\nFinishing the iteration, then stopping; Ctrl-C again to stop now\.\n/);
  const done = iterations(path()).length;
  assert.match(out, new RegExp(`\\nStopped with the checkpoint of iteration ${done}\\. To continue: \\S.* resume .*${path().split(/[\\/]/).at(-1)}\\n$`));
  assert.equal(status(), 'stopped');

  const words = /To continue: (.*)\n$/.exec(out)![1].split(' ');
  const again = start(words.slice(words.indexOf('resume')), { cwd: folder });
  t.after(() => again.child.kill('SIGKILL'));
  await again.said(`iteration ${done + 1} of`);
  assert.equal(status(), 'running');
  const second = await program(['resume', path()]);
  assert.equal(second.code, 1);
  assert.match(second.err, new RegExp(`^steptool resume: .*${again.child.pid}`));
  again.child.kill('SIGTERM');
  const stopped = await again.ended;
  assert.equal(stopped.code, 130, stopped.err);
  assert.match(stopped.err, new RegExp(`from iteration ${done}\\n`));
  assert.deepEqual(iterations(path()), iterations(path()).map((_, i) => i + 1));
});

test('a second Ctrl-C stops at once, whatever is going on, and leaves a run that can be resumed', { skip: noSignals }, async (t) => {
  // An iteration is not cut short by the first one, and this one would take minutes.
  const { run, status, path } = training(t, false, endless.replace('"tasksPerIteration": 2', '"tasksPerIteration": 4000'));
  await run.said('before reinforcement learning: ');
  run.child.kill('SIGINT');
  await run.said('Finishing the iteration');
  await wait(400); // sooner, it would be the same key press
  run.child.kill('SIGINT');
  const { code, out, err } = await run.ended;
  assert.equal(code, 130, err);
  assert.match(err, /\nStopping now\.\n/);
  assert.match(out, /\nStopped with the checkpoint of iteration 0\. To continue: /);
  assert.equal(status(), 'stopped');
  assert.deepEqual(readdirSync(path()).filter((name) => name.startsWith('lock')), []);
});

/** A measurement that would take minutes. */
const measured = endless.replace('"tasksPerSplit": 1,', '"tasksPerSplit": 5000,');

test('one Ctrl-C cuts a measurement short; resuming makes up for it', { skip: noSignals }, async (t) => {
  const { folder, run, status, path } = training(t, true, measured.replace('"steps": 5, "batchTokens": 1024', '"mode": "never"'));
  await run.said('Run folder: ');
  run.child.kill('SIGINT');
  const { code, out, err } = await run.ended;
  assert.equal(code, 130, err);
  assert.match(err, /, then stopping; Ctrl-C again to stop now\.\n/);
  assert.match(out, /\nStopped with the checkpoint of iteration 0, which is still to be measured\. To continue: \S.* resume /);
  assert.equal(status(), 'stopped');
  assert.equal(readFileSync(join(path(), 'metrics.jsonl'), 'utf8'), '');
  const again = start(['resume', path()], { cwd: folder });
  t.after(() => again.child.kill('SIGKILL'));
  await again.said('from iteration 0\n');
  again.child.kill('SIGINT');
  assert.equal((await again.ended).code, 130);
});

test('one Ctrl-C in a warm start finishes the update, and resuming goes on from there', { skip: noSignals }, async (t) => {
  const { folder, run, path } = training(t, false, endless.replace('"steps": 5', '"steps": 100000'));
  run.child.on('message', ({ kind, update }: { kind: string; update: number }) => {
    if (kind === 'warmStart' && update === 3) run.child.kill('SIGINT');
  });
  const { code, out, err } = await run.ended;
  assert.equal(code, 130, err);
  assert.match(err, /\nFinishing the update, then stopping; Ctrl-C again to stop now\.\n/);
  const update = Number(/\nStopped with the checkpoint of update (\d+) of 100000 of the warm start\. To continue: /.exec(out)?.[1]);
  assert.ok(update >= 3, out);
  const again = start(['resume', path()], { cwd: folder });
  t.after(() => again.child.kill('SIGKILL'));
  await again.said(`, from update ${update} of the warm start\n`);
  again.child.kill('SIGINT');
  assert.equal((await again.ended).code, 130);
});

test('one Ctrl-C ends evaluate, which says that nothing came of it', { skip: noSignals }, async (t) => {
  const folder = folderWith(t, { 'measured.steptool.json': measured });
  const run = start(['evaluate', 'measured.steptool.json', '--json'], { cwd: folder, isAlone: true });
  t.after(() => run.child.kill('SIGKILL'));
  await run.said('random weights'); // what is measured is told ahead of it
  run.child.kill('SIGINT');
  const { code, out, err } = await run.ended;
  assert.deepEqual({ code, out }, { code: 130, out: '' });
  assert.match(err, /\nStopped (before an episode was done|after \d+ of \d+ episodes): nothing is measured, and nothing was written\.\n$/);
  assert.deepEqual(readdirSync(folder), ['measured.steptool.json']);
});

test('a parent hears what goes on, and stops the run by a message or by going away', async (t) => {
  for (const stop of [({ child }: Run) => void child.send({ kind: 'stop' }), ({ child }: Run) => child.disconnect()]) {
    const { run, status } = training(t);
    const kinds = new Set<string>();
    run.child.on('message', (event: { kind: string }) => kinds.add(event.kind));
    await run.said('iteration 1 of');
    stop(run);
    const { code, err } = await run.ended;
    assert.equal(code, 130, err);
    assert.equal(status(), 'stopped');
    for (const kind of ['started', 'warmStart', 'evaluated', 'iteration']) assert.ok(kinds.has(kind), `${[...kinds]} has no ${kind}`);
  }
});

test('started from a shell it may hand the work to another process: signals and exit codes pass through', { skip: noSignals }, async (t) => {
  const { run, status } = training(t, true);
  await run.said('iteration 1 of');
  run.child.kill('SIGINT');
  const { code, out, err } = await run.ended;
  assert.equal(code, 130, err);
  assert.match(out, /\nStopped with the checkpoint of iteration \d+\. To continue: /);
  assert.equal(status(), 'stopped');
});

test('killed from a shell nothing is left running, and the run can be resumed', async (t) => {
  const { run, path } = training(t, true);
  await run.said('iteration 1 of');
  run.child.kill('SIGKILL');
  await run.ended; // once nobody holds its streams any more: the process itself goes a moment later
  for (const end = Date.now() + 120_000; (await readHead(path())).status === 'running' && Date.now() < end; ) await wait(50);
  assert.equal((await readHead(path())).status, 'interrupted');
  const { writer, checkpoint } = await openForResume(path());
  writer.close();
  assert.ok(checkpoint, 'there is one from before the first iteration');
});

test('a trainer that the system ends is told, with the way to go on: its parent outlives it', { skip: process.platform !== 'linux' && 'SKIPPED: only on Linux the work is done in a second process' }, async (t) => {
  const { run, path } = training(t, true);
  await run.said('iteration 1 of');
  const lock = readdirSync(path()).find((name) => name.startsWith('lock'))!;
  const { pid } = JSON.parse(readFileSync(join(path(), lock), 'utf8')) as { pid: number };
  assert.notEqual(pid, run.child.pid);
  process.kill(pid, 'SIGKILL');
  const { code, err } = await run.ended;
  assert.equal(code, 137);
  assert.match(err, new RegExp(`ended from outside, by SIGKILL: .*memory ran out\\. The run so far is in .*\\. To continue it: .* resume .*${path().split(/[\\\\/]/).at(-1)}\\n`));
});
