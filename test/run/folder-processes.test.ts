import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nodeDisk } from '../../src/run/folder/disk.ts';
import { takeLock } from '../../src/run/folder/lock.ts';
import { ownIdentity } from '../../src/run/folder/process-identity.ts';
import { readHead, readRun } from '../../src/run/folder/reader.ts';
import { openForResume } from '../../src/run/folder/resume.ts';
import { fixedNow, newRun, numbers, snapshot, temporaryFolder, train } from './folder-help.ts';

const child = fileURLToPath(new URL('./folder-child.ts', import.meta.url));
const runFolder = (root: string): string => join(root, 'pretend', '20241010-074500-abcd');

interface Process {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  readonly said: AsyncIterator<string>;
  readonly ended: Promise<string | number | null>;
}

function start(t: TestContext, args: readonly string[], [command, ...before]: readonly string[] = [process.execPath]): Process {
  const started = spawn(command, [...before, '--import', 'tsx', child, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => started.kill('SIGKILL'));
  const ended = new Promise<string | number | null>((resolve) => started.on('close', (code, signal) => resolve(signal ?? code)));
  return { process: started, said: createInterface(started.stdout)[Symbol.asyncIterator](), ended };
}

async function next(from: Process): Promise<Record<string, unknown>> {
  const line = await from.said.next();
  assert.equal(line.done, false, 'the child ended early');
  return JSON.parse(line.value) as Record<string, unknown>;
}

test('SIGKILL at seeded calls of a real process: resuming gives the bytes of an uninterrupted run', async (t) => {
  const root = temporaryFolder(t);
  const whole = newRun(join(root, 'whole'));
  train(whole, { weight: 7 }, 0);
  const random = numbers(2024);
  for (let round = 0; round < 6; round++) {
    const call = 30 + (random() % 110);
    const runs = join(root, String(round));
    assert.notEqual(await start(t, ['die', runs, String(call)]).ended, 0, `killed at call ${call}`);
    assert.equal((await readHead(runFolder(runs))).status, 'interrupted');
    const { writer, checkpoint } = await openForResume(runFolder(runs), { now: fixedNow });
    const weight = checkpoint ? (checkpoint.state as { weight: number }).weight : 7;
    train(writer, { weight }, checkpoint?.iteration ?? 0);
    assert.deepEqual(snapshot(writer.folder), snapshot(whole.folder), `killed at call ${call}`);
  }
});

test('SIGKILL at any time: every line whose commit was reported is there, and no torn line is seen', async (t) => {
  const root = temporaryFolder(t);
  const random = numbers(7);
  for (let round = 0; round < 3; round++) {
    const runs = join(root, String(round));
    const writing = start(t, ['endless', runs, '200000']);
    let committed = 0;
    for (const until = 2 + (random() % 12); committed < until; ) committed = Number((await next(writing))['committed']);
    writing.process.kill('SIGKILL');
    await writing.ended;
    const run = await readRun(runFolder(runs));
    for (const file of [run.metrics, run.trajectories]) {
      assert.ok(file.count >= committed, `${file.count} lines after ${committed} commits`);
      const lines = await file.window(0, file.count);
      assert.deepEqual(lines.map((line) => line.kind === 'value' && line.value['iteration']), lines.map((_, index) => index + 1));
    }
    assert.equal(run.head.status, 'interrupted');
  }
});

const noLimit = process.platform !== 'linux' || spawnSync('prlimit', ['--version']).status !== 0;
test('a real limit on file sizes: the writer says so, and what it committed is there', { skip: noLimit && 'SKIPPED: this platform has no prlimit' }, async (t) => {
  const runs = temporaryFolder(t);
  const writing = start(t, ['endless', runs, '100000'], ['prlimit', '--fsize=1000000', process.execPath]);
  let committed = 0;
  for (;;) {
    const said = await next(writing);
    if ('failed' in said) {
      assert.equal(said['failed'], 'diskFull');
      break;
    }
    committed = Number(said['committed']);
  }
  assert.equal(await writing.ended, 0);
  const run = await readRun(runFolder(runs));
  assert.equal(run.metrics.count, committed);
  assert.equal(run.trajectories.count, committed, 'the torn line was cut off');
  assert.ok(committed >= 8);
});

test('two processes want one run: exactly one gets it, and the other is told who has it', async (t) => {
  const root = temporaryFolder(t);
  const writer = newRun(root);
  writer.close();
  // A lock left by a dead process, so that both have to outbid it.
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  writeFileSync(join(writer.folder, 'lock.3'), JSON.stringify({ ...ownIdentity(), pid: dead, since: 'then', nonce: 'gone' }));
  for (let round = 0; round < 2; round++) {
    const racers = [start(t, ['race', writer.folder]), start(t, ['race', writer.folder])];
    for (const racer of racers) assert.deepEqual(await next(racer), { ready: true });
    for (const racer of racers) racer.process.stdin.write('go\n');
    const results = await Promise.all(racers.map(next));
    assert.deepEqual(results.map((result) => result['won']).sort(), [false, true], JSON.stringify(results));
    assert.equal(results.find((result) => !result['won'])?.['code'], 'locked');
    await assert.rejects(openForResume(writer.folder), (error: Error) => {
      const holder = racers[results.findIndex((result) => result['won'])].process.pid;
      assert.match(error.message, new RegExp(`written by process ${holder} on .*Wait for it to end or stop it`));
      return true;
    });
    for (const racer of racers) racer.process.kill('SIGKILL');
    await Promise.all(racers.map((racer) => racer.ended));
  }
});

test('a rival that takes its temporary file away while the winner tidies up is no reason to fail', async (t) => {
  const writer = newRun(temporaryFolder(t));
  writer.close();
  const left = join(writer.folder, 'lock.2.0123abcd.tmp');
  writeFileSync(left, 'a rival that is about to lose');
  let looks = 0;
  const disk = { ...nodeDisk, list: (folder: string) => {
    const names = nodeDisk.list(folder);
    // the winner has looked after itself once more; now it tidies up, and the rival goes
    if (names.includes('lock.1') && ++looks === 2) rmSync(left);
    return names;
  } };
  const { writer: resumed } = await openForResume(writer.folder, { disk });
  assert.equal(existsSync(left), false);
  resumed.close();
});

test('a lock is taken over from a dead process, and from one whose id was used again', { skip: process.platform !== 'linux' && 'SKIPPED: only Linux tells when a process was born' }, (t) => {
  const folder = temporaryFolder(t);
  const own = ownIdentity();
  assert.match(own.born ?? '', /:\d+$/);
  writeFileSync(join(folder, 'lock.1'), JSON.stringify({ ...own, born: 'another boot:1', since: 'then', nonce: 'a' }));
  const lock = takeLock(nodeDisk, folder, fixedNow());
  assert.deepEqual(readdirSync(folder), ['lock.2']);
  assert.throws(() => takeLock(nodeDisk, folder, fixedNow()), { code: 'locked' });
  lock.release();
  assert.deepEqual(readdirSync(folder), []);
});

test('a lock of another machine, and one that cannot be read, hold until a person decides', (t) => {
  for (const [content, words] of [
    [JSON.stringify({ pid: 1, host: `not-${hostname()}`, since: 'yesterday', nonce: 'a' }), /process 1 on not-.*, since yesterday\. .*delete .*lock\.1/],
    ['', /unreadable lock\. .*delete .*lock\.1/],
    ['{"pid": -5}', /unreadable lock/],
  ] as const) {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'lock.1'), content);
    assert.throws(() => takeLock(nodeDisk, folder, fixedNow()), words);
    assert.deepEqual(readdirSync(folder), ['lock.1'], 'nothing was changed');
  }
});

test('only the owner removes a lock', (t) => {
  const folder = temporaryFolder(t);
  const lock = takeLock(nodeDisk, folder, fixedNow());
  const other = JSON.stringify({ ...ownIdentity(), since: 'now', nonce: 'someone else' });
  writeFileSync(lock.path, other);
  lock.release();
  assert.equal(readFileSync(lock.path, 'utf8'), other);
});
