import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith, program, tinyExperiment } from './program.ts';

const isRoot = process.getuid?.() === 0;
const experiment = tinyExperiment.replace('"tasksPerSplit": 4', '"tasksPerSplit": 1, "splits": ["entities"]').replace('"steps": 5', '"steps": 1');

test('a read-only folder is refused before any work, with what to do', { skip: (isRoot || process.platform === 'win32') && 'SKIPPED: permissions do not bind this user' }, async (t) => {
  const folder = folderWith(t, { 'tiny.steptool.json': experiment });
  chmodSync(folder, 0o555);
  t.after(() => chmodSync(folder, 0o755));
  const { code, out, err } = await program(['train', 'tiny.steptool.json'], { cwd: folder });
  assert.deepEqual({ code, out }, { code: 1, out: '' });
  assert.match(err, /^steptool train: Could not create the run folder .*writing is not permitted\. .*Allow writing there/m);
  assert.deepEqual(readdirSync(folder), ['tiny.steptool.json']);
});

/** Mounts a small file system in memory, if this user may. */
function mountSmall(at: string, size: string, ...more: string[]): boolean {
  return process.platform === 'linux' && isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', [`size=${size}`, ...more].join(','), 'steptool-test', at]).status === 0;
}

test('a read-only file system is refused, and a full one loses nothing: with more room the run goes on', async (t) => {
  const folder = folderWith(t, { 'tiny.steptool.json': experiment });
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  if (!mountSmall(disk, '300k')) return t.skip('SKIPPED: this user cannot mount a small disk');
  try {
    spawnSync('mount', ['-o', 'remount,ro', disk]);
    const refused = await program(['train', 'tiny.steptool.json', '--out', 'disk'], { cwd: folder });
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^steptool train: Could not create the run folder .*the file system is read-only\./m);

    spawnSync('mount', ['-o', 'remount,rw,size=300k', disk]);
    const full = await program(['train', 'tiny.steptool.json', '--out', 'disk'], { cwd: folder });
    assert.deepEqual({ code: full.code, out: full.out }, { code: 1, out: '' });
    assert.match(full.err, /steptool train: Could not .*the disk is full\. .*Free some space, then resume the run\./);
    const run = join(disk, 'tiny', readdirSync(join(disk, 'tiny'))[0]);
    assert.match(full.err, new RegExp(`^The run so far is in disk/tiny/.*\\. To continue it: .* resume disk/tiny/`, 'm'));

    spawnSync('mount', ['-o', 'remount,size=20m', disk]);
    const resumed = await program(['resume', run]);
    assert.equal(resumed.code, 0, resumed.err);
    assert.equal((JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as { status: string }).status, 'finished');
  } finally {
    spawnSync('umount', [disk]); // not after the test: the folder around it would be removed first
  }
});
