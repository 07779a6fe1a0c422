import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLoad } from '../../src/cli/checks.ts';
import { program } from './program.ts';

test('an idle machine: its load, and no more to say', () => {
  assert.deepEqual(checkLoad(0.21, 2, 'linux'), { name: 'Load', ok: true, detail: '0.2 on 2 cores over the last minute', figures: { load: 0.21, cores: 2 } });
  assert.equal(checkLoad(0.4, 16, 'darwin')!.detail, '0.4 on 16 cores over the last minute', 'what is much on one core is little on sixteen');
});

test('a busy machine is no problem, but its speeds are not to be trusted', () => {
  for (const [load, cores] of [[2.4, 2], [0.5, 2], [0.3, 1]]) {
    const { ok, detail, remedy } = checkLoad(load, cores, 'linux')!;
    assert.deepEqual({ ok, remedy }, { ok: true, remedy: undefined });
    assert.match(detail, /^\d\.\d on \d cores? over the last minute: other programs are computing, so speeds measured now are too low\. Measure again when they are done\.$/);
  }
});

test('Windows knows no load average, and gives 0: nothing is claimed there', () => {
  assert.equal(checkLoad(0, 8, 'win32'), undefined);
});

test('the doctor tells the load ahead of what it measures', { skip: process.platform === 'win32' && 'SKIPPED: no load average here' }, async () => {
  const { code, out, err } = await program(['doctor', '--quick', '--json']);
  assert.equal(code, 0, err);
  const { checks } = JSON.parse(out) as { checks: { name: string }[] };
  const names = checks.map(({ name }) => name);
  assert.ok(names.includes('Load') && names.indexOf('Load') < names.indexOf('Engine'), String(names));
});
