import assert from 'node:assert/strict';
import { chmodSync, closeSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { replaceFile } from '../../src/run/folder/atomic.ts';
import { nodeDisk } from '../../src/run/folder/disk.ts';
import type { Disk } from '../../src/run/folder/disk.ts';
import { explain, RunFolderError } from '../../src/run/folder/errors.ts';
import { readHead, readRun } from '../../src/run/folder/reader.ts';
import { openForResume } from '../../src/run/folder/resume.ts';
import { fixedNow, metrics, newRun, quickDisk, snapshot, systemError, temporaryFolder, train, watchedDisk } from './folder-help.ts';

/** Resumes as the trainer would, and goes on to the end. */
async function finish(folder: string, disk: Disk): Promise<void> {
  const { writer, checkpoint } = await openForResume(folder, { disk, now: fixedNow });
  const state = checkpoint?.state;
  const weight = typeof state === 'object' && state !== null && 'weight' in state ? state.weight : 7;
  train(writer, { weight: Number(weight) }, checkpoint?.iteration ?? 0);
}

/** The process that is made to crash here lives on, so that its lock would hold. */
function unlock(folder: string): void {
  for (const name of readdirSync(folder)) if (/^lock\.\d+$/.test(name)) nodeDisk.remove(join(folder, name));
}

async function isRun(folder: string): Promise<boolean> {
  try {
    await readHead(folder);
    return true;
  } catch (error) {
    assert.ok(error instanceof RunFolderError && error.code === 'notARun', String(error));
    return false;
  }
}

/** Every committed line is readable and in order: what any reader may rely on at any moment. */
async function assertReadable(folder: string): Promise<void> {
  const run = await readRun(folder);
  for (const file of [run.metrics, run.trajectories, run.annotations]) {
    for (const line of await file.window(0, file.count)) assert.equal(line.kind, 'value');
  }
  for (const [index, line] of (await run.metrics.window(0, run.metrics.count)).entries()) {
    assert.equal(line.kind === 'value' && line.value['iteration'], index + 1);
  }
  // Metrics are written last: an iteration that has them has all its trajectories and tokens.
  assert.ok(run.trajectories.count >= 2 * run.metrics.count);
  assert.ok((await run.tokenIterations()).length >= run.metrics.count);
}

function uninterrupted(root: string): { files: Record<string, string>; calls: number } {
  const disk = watchedDisk(quickDisk, () => {});
  const writer = newRun(root, disk);
  train(writer, { weight: 7 }, 0);
  return { files: snapshot(writer.folder), calls: disk.calls() };
}

test('a crash at any call to the disk, and resuming gives the bytes of an uninterrupted run', async (t) => {
  const root = temporaryFolder(t);
  const expected = uninterrupted(join(root, 'whole'));
  assert.ok(expected.calls > 100, 'the make-believe run is long enough to mean something');
  let resumed = 0;
  for (let at = 0; at < expected.calls; at++) {
    // From this call on nothing reaches the disk any more, as after a kill; a write gets half of its bytes down.
    const disk = watchedDisk(quickDisk, (call, _name, half) => {
      if (call === at) half();
      if (call >= at) throw new Error('the process is gone');
    });
    const runs = join(root, String(at));
    const folder = join(runs, 'pretend', '20241010-074500-abcd');
    try {
      train(newRun(runs, disk), { weight: 7 }, 0);
      assert.ok(at >= expected.calls - 3, 'only what comes after the end may fail unseen');
    } catch (error) {
      assert.match(String(error), /the process is gone/);
    }
    if (!(await isRun(folder))) continue;
    await assertReadable(folder);
    unlock(folder);
    if ((await readHead(folder)).run.status === 'finished') continue;
    await finish(folder, quickDisk);
    assert.deepEqual(snapshot(folder), expected.files, `after a crash at call ${at}`);
    assert.equal((await readHead(folder)).status, 'finished');
    resumed++;
  }
  assert.ok(resumed > 80, `only ${resumed} crashes were resumed`);
});

test('a crash at any call of a resume, and resuming again gives the same bytes', async (t) => {
  const root = temporaryFolder(t);
  const expected = uninterrupted(join(root, 'whole'));
  for (let at = 0; ; at++) {
    const runs = join(root, String(at));
    // The first process dies in iteration 4, with a checkpoint of iteration 2 and a torn trajectory line.
    let metricsSeen = 0;
    const dying = watchedDisk(quickDisk, (_call, name, half) => {
      if (name !== 'write' || ++metricsSeen < 38) return;
      half();
      throw new Error('the process is gone');
    });
    const folder = join(runs, 'pretend', '20241010-074500-abcd');
    assert.throws(() => train(newRun(runs, dying), { weight: 7 }, 0));
    unlock(folder);
    const disk = watchedDisk(quickDisk, (call, _name, half) => {
      if (call === at) half();
      if (call >= at) throw new Error('the process is gone');
    });
    let survived = true;
    await finish(folder, disk).catch(() => (survived = false));
    if (survived) {
      assert.ok(at > 20);
      return;
    }
    unlock(folder);
    await assertReadable(folder);
    if ((await readHead(folder)).run.status !== 'finished') await finish(folder, quickDisk);
    assert.deepEqual(snapshot(folder), expected.files, `after a crash at call ${at} of the resume`);
  }
});

for (const [code, expected, stride] of [['ENOSPC', 'diskFull', 1], ['EROFS', 'readOnly', 4]] as const) {
  test(`${code} at any call is a typed error, nothing committed is lost, and the run resumes`, async (t) => {
    const root = temporaryFolder(t);
    const whole = uninterrupted(join(root, 'whole'));
    let failed = 0;
    for (let at = 0; at < whole.calls; at += stride) {
      let full = false;
      // From this call on, whatever changes the disk fails; on a full one, what gives space back still works.
      const disk = watchedDisk(quickDisk, (call, name, half) => {
        if (call === at) full = true;
        if (!full || (code === 'ENOSPC' && ['remove', 'removeFolder', 'truncate', 'rename'].includes(name))) return;
        half();
        throw systemError(code);
      });
      const runs = join(root, String(at));
      const folder = join(runs, 'pretend', '20241010-074500-abcd');
      try {
        const writer = newRun(runs, disk);
        try {
          train(writer, { weight: 7 }, 0);
        } catch (error) {
          try {
            writer.end('failed', { message: String(error), code: expected });
          } catch (again) {
            assert.ok(again instanceof RunFolderError, String(again));
          }
          throw error;
        }
        continue; // Only the log or a clean-up failed: that does not stop a run.
      } catch (error) {
        assert.ok(error instanceof RunFolderError, String(error));
        assert.equal(error.code, expected);
        assert.match(error.message, /Could not .*\. .*(safe|untouched|unchanged|changed)/);
        failed++;
      }
      if (!(await isRun(folder))) {
        if (code === 'ENOSPC') assert.equal(existsSync(folder), false, 'a run that could not be created leaves nothing behind');
        continue;
      }
      await assertReadable(folder);
      const head = await readHead(folder);
      if (code === 'ENOSPC') assert.notEqual(head.status, 'running', 'the folder was given free');
      else unlock(folder); // A lock cannot be removed from a read-only disk; this process lives, so it holds.
      if (head.status === 'finished') continue;
      await finish(folder, quickDisk);
      assert.deepEqual(snapshot(folder), whole.files, `after ${code} at call ${at}`);
    }
    assert.ok(failed > 80 / stride);
  });
}

test('after room was made, the same commit succeeds and every line is there once', async (t) => {
  let full = false;
  const disk = watchedDisk(nodeDisk, (_call, name, half) => {
    if (!full || name !== 'write') return;
    half();
    throw systemError('ENOSPC');
  });
  const writer = newRun(temporaryFolder(t), disk);
  writer.metrics(metrics(1, 0.5));
  writer.commit();
  const before = readFileSync(join(writer.folder, 'metrics.jsonl'));
  writer.metrics(metrics(2, 0.6));
  full = true;
  assert.throws(() => writer.commit(), { code: 'diskFull' });
  assert.throws(() => writer.commit(), { code: 'diskFull' });
  assert.deepEqual(readFileSync(join(writer.folder, 'metrics.jsonl')), before, 'the torn line was cut off again');
  full = false;
  writer.commit();
  writer.end('stopped');
  const run = await readRun(writer.folder);
  assert.deepEqual((await run.metrics.window(0, 9)).map((line) => line.kind === 'value' && line.value['iteration']), [1, 2]);
  assert.equal(run.head.status, 'stopped');
});

test('a run whose last commit fails is recorded as failed, never as finished', async (t) => {
  const disk = watchedDisk(nodeDisk, () => {});
  let full = false;
  const writer = newRun(temporaryFolder(t), { ...disk, write: (handle, bytes) => {
    if (full && new TextDecoder().decode(bytes).startsWith('{"iteration"')) throw systemError('EDQUOT');
    return disk.write(handle, bytes);
  } });
  writer.metrics(metrics(1, 0.5));
  full = true;
  assert.throws(() => writer.end('finished'), { code: 'diskFull' });
  const { run, status } = await readHead(writer.folder);
  assert.equal(status, 'failed');
  assert.equal(run.error?.code, 'diskFull');
});

test('a rename that the platform refuses for a moment is tried again, one that it keeps refusing is an error', (t) => {
  const path = join(temporaryFolder(t), 'run.json');
  writeFileSync(path, 'old');
  const what = { doing: 'replace it', path, safe: 'The old one is safe.' };
  let refusals = 2;
  const disk: Disk = { ...nodeDisk, renameRetries: 3, rename(from, to) {
    if (refusals-- > 0) throw systemError('EPERM');
    nodeDisk.rename(from, to);
  } };
  replaceFile(disk, path, [Buffer.from('new')], what);
  assert.equal(readFileSync(path, 'utf8'), 'new');
  refusals = 100;
  assert.throws(() => replaceFile(disk, path, [Buffer.from('newer')], what), { code: 'readOnly' });
  assert.equal(readFileSync(path, 'utf8'), 'new');
  assert.deepEqual(readdirSync(join(path, '..')), ['run.json'], 'no temporary file stays');
});

test('a really full device gives the error that is expected of one', { skip: !existsSync('/dev/full') && 'SKIPPED: this platform has no /dev/full' }, () => {
  const handle = openSync('/dev/full', 'w');
  try {
    nodeDisk.write(handle, Buffer.from('x'));
    assert.fail('the full device took a byte');
  } catch (error) {
    const explained = explain(error, { doing: 'write a byte', path: '/dev/full', safe: 'All is safe.' });
    assert.equal(explained.code, 'diskFull');
    assert.equal(explained.message, 'Could not write a byte (/dev/full): the disk is full. All is safe. Free some space, then resume the run.');
  } finally {
    closeSync(handle);
  }
});


const mayWriteAnywhere = process.platform === 'win32' || process.getuid?.() === 0;
test('a really read-only folder gives the error that is expected of one', { skip: mayWriteAnywhere && 'SKIPPED: permissions do not bind this user' }, (t) => {
  const root = temporaryFolder(t);
  chmodSync(root, 0o555);
  try {
    assert.throws(() => newRun(root), { code: 'readOnly', message: /Could not create the run folder .*writing is not permitted\. Other runs are untouched\. Allow writing there/ });
  } finally {
    chmodSync(root, 0o755);
  }
});
