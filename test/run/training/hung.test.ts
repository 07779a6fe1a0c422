/** Runs whose engine blocks the process for good: ended, recorded as failed, and gone on with from the last checkpoint to the same end. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { validateExperiment } from '../../../src/config/validate.ts';
import { withAllocator } from '../../../src/run/allocator.ts';
import { isLogLine } from '../../../src/run/folder/lines.ts';
import { readHead } from '../../../src/run/folder/reader.ts';
import { resumeRun, startRun } from '../../../src/run/training/start.ts';
import { computed, onlyRun, tiny, workplace } from './processes.ts';

const iterations = 3;
const experiment = { ...tiny, algorithm: { ...tiny.algorithm, iterations }, evaluation: { splits: ['phrasings'], tasksPerSplit: 2, every: 0 }, checkpoints: { every: 1 } };
const program = fileURLToPath(new URL('./blocked-child.ts', import.meta.url));
const isLinux = process.platform === 'linux' || 'SKIPPED: only on Linux the work is done in a second process';

const home = workplace(experiment);
let whole: ReturnType<typeof computed>;
before(async () => {
  const text = readFileSync(home.file);
  whole = computed((await startRun({ path: home.file, text, experiment: validateExperiment(text.toString('utf8'), { name: 'tiny' }).experiment! }, () => {}, {})).folder, iterations);
});
after(() => home.remove());

interface Blocked {
  readonly child: ChildProcess;
  readonly run: () => string;
  readonly blocked: Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly err: string }>;
}

/** @param isAlone whether it starts a second process for its work, as from a shell; else it is that process, as from the editor */
function blocked(t: TestContext, milliseconds: number, isAlone: boolean): Blocked {
  const { folder, file, remove } = workplace(experiment);
  t.after(remove);
  const { MALLOC_MMAP_THRESHOLD_: _, STEPTOOL_RESPAWNED: __, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', program, file, String(milliseconds)], { env: isAlone ? env : withAllocator(env), stdio: ['ignore', 'inherit', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let err = '';
  const waits = new Promise<void>((resolve) => {
    child.stderr!.setEncoding('utf8').on('data', (text: string) => { err += text; if (err.includes('blocked\n')) resolve(); });
  });
  return { child, run: () => onlyRun(folder), blocked: waits, ended: new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, err }))) };
}

async function goesOn(run: string): Promise<void> {
  assert.ok(readdirSync(run).some((name) => name.startsWith('lock')), 'the lock of the dead is there');
  const { status } = await resumeRun(run, () => {}, {});
  assert.equal(status, 'finished');
  assert.deepEqual(computed(run, iterations), whole);
  assert.deepEqual(readdirSync(run).filter((name) => name.startsWith('lock')), []);
}

for (const isAlone of [true, false])
  test(`an engine that blocks the process is given up, the run is recorded as failed, and resumes; ${isAlone ? 'from a shell' : 'from the editor'}`, { skip: isAlone && isLinux !== true && isLinux }, async (t) => {
    const { run: folder, ended } = blocked(t, 4000, isAlone);
    const { code, signal, err } = await ended;
    const run = folder();
    if (isAlone) assert.deepEqual([code, signal], [1, null], err);
    else if (process.platform !== 'win32') assert.deepEqual([code, signal], [null, 'SIGALRM'], err);
    const head = await readHead(run);
    assert.deepEqual([head.status, head.run.error?.code], ['failed', 'engineHung']);
    assert.match(head.run.error!.message, /^onnx:cpu has not answered for 80 s while it was to run a program: /);
    assert.ok(Math.abs(Date.now() - Date.parse(head.run.end!)) < 60_000);
    assert.equal(err.replace('blocked\n', ''), `\nsteptool: ${head.run.error!.message}\nThe run so far is in ${run}.\n`);
    const lines = readFileSync(join(run, 'log.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as unknown);
    assert.ok(lines.every(isLogLine));
    assert.deepEqual(lines.at(-1), { at: head.run.end, level: 'error', ...head.run.error });
    await goesOn(run);
  });

test('Ctrl-C three times ends a process that hears nothing, and says how to go on', { skip: isLinux !== true && isLinux }, async (t) => {
  const it = blocked(t, 600_000, true);
  await it.blocked;
  for (let press = 0; press < 3; press++) {
    it.child.kill('SIGINT');
    await wait(400); // sooner, it would be the same key press
  }
  const { code, err } = await it.ended;
  const run = it.run();
  assert.equal(code, 130, err);
  assert.equal(err, `blocked\n\nStopped: the process that did the work did not answer, and was ended. The run so far is in ${run}.\n`);
  assert.equal((await readHead(run)).status, 'interrupted');
  await goesOn(run);
});
