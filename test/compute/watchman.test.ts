// An engine that blocks its thread, as native calls do, is given up all the same: word is left, and the process ends.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { patience } from '../../src/compute/watch.ts';
import { hungSignal } from '../../src/compute/watchman.ts';

const program = fileURLToPath(new URL('./blocked-child.ts', import.meta.url));
const forGood = 600_000;

interface Blocked {
  readonly child: ChildProcess;
  readonly folder: string;
  /** Resolves when it has compiled. */
  readonly compiled: Promise<void>;
  readonly ended: Promise<{ readonly signal: string | null; readonly code: number | null; readonly out: string; readonly err: string }>;
}

function blocked(t: TestContext, what: 'compile' | 'run' | 'fetch' | 'real', milliseconds: number): Blocked {
  const folder = mkdtempSync(join(tmpdir(), 'steptool-watchman-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'whole.json'), '{"status":"running"}');
  writeFileSync(join(folder, 'log.jsonl'), '{"message":"before"}\n');
  const child = spawn(process.execPath, ['--import', 'tsx', program, what, String(milliseconds), folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  const said = { out: '', err: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => { said.err += text; });
  const compiled = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => { said.out += text; if (said.out.includes('compiled')) resolve(); });
  });
  return { child, folder, compiled, ended: new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, ...said }))) };
}

function assertTold({ folder }: Blocked, { signal, err }: { readonly signal: string | null; readonly err: string }, message: RegExp): void {
  if (process.platform !== 'win32') assert.equal(signal, hungSignal, err);
  const whole = JSON.parse(readFileSync(join(folder, 'whole.json'), 'utf8')) as { status: string; error: { message: string }; end: string };
  assert.equal(whole.status, 'failed');
  assert.match(whole.error.message, message);
  assert.ok(Math.abs(Date.now() - Date.parse(whole.end)) < 60_000);
  assert.equal(err, `\nsteptool: ${whole.error.message}\nTo continue: resume it.\n`);
  assert.equal(readFileSync(join(folder, 'log.jsonl'), 'utf8'), `{"message":"before"}\n${JSON.stringify({ at: whole.end, message: whole.error.message })}\n`);
  assert.deepEqual(readdirSync(folder).sort(), ['log.jsonl', 'whole.json'], 'nothing is left beside');
}

for (const [what, words] of [['compile', 'compile a program'], ['run', 'run a program'], ['fetch', 'hand over what it keeps']] as const)
  test(`an engine that blocks its thread for good in ${what}`, async (t) => {
    const it = blocked(t, what, forGood);
    assertTold(it, await it.ended, new RegExp(`^onnx:webgpu has not answered for 20 s while it was to ${words}: .*resume continues from it`));
  });

test('onnxruntime itself, with more products than it may take time for', async (t) => {
  const it = blocked(t, 'real', 0);
  assertTold(it, await it.ended, /^onnx:cpu has not answered for 40 s while it was to run a program: /);
});

test('one that answers in time is not disturbed, and the watchman keeps no process', async (t) => {
  const it = blocked(t, 'run', 300);
  const { code, out, err } = await it.ended;
  assert.deepEqual([code, out, err], [0, 'compiled\nanswered\n', '']);
  assert.equal(readFileSync(join(it.folder, 'whole.json'), 'utf8'), '{"status":"running"}');
});

test('time in which the process is stopped does not count', { skip: process.platform === 'win32' && 'SKIPPED: a process cannot be stopped here' }, async (t) => {
  const it = blocked(t, 'run', forGood);
  await it.compiled;
  const started = performance.now();
  await wait(200);
  it.child.kill('SIGSTOP');
  await wait(2500);
  it.child.kill('SIGCONT');
  const { signal } = await it.ended;
  assert.equal(signal, hungSignal);
  const seconds = (performance.now() - started) / 1e3;
  assert.ok(seconds > 2.5 + 0.5, `it was given ${seconds} s, of which it was stopped for 2.5`);
});

test('how long each engine may take: an hour on a processor, ten minutes on a card', () => {
  assert.deepEqual(['onnx:cpu', 'tensorflow:cpu', 'reference', 'onnx:webgpu', 'onnx:cuda', 'tensorflow:gpu'].map(patience), [3600, 3600, 3600, 600, 600, 600]);
});
