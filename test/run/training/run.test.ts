/** Runs that are the same, runs that are stopped and go on, and run folders that something was done to before a resume. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { resumeRun } from '../../../src/run/training/start.ts';
import { computed, finished, onlyRun, tiny, trainer, workplace, type Moment, type Said } from './processes.ts';

// a stop writes a checkpoint where the schedule has none; two threads, since one is what the kills are tested with
const experiment = {
  ...tiny, algorithm: { ...tiny.algorithm, iterations: 3 }, evaluation: { splits: ['phrasings'], tasksPerSplit: 2, every: 2 }, engine: { name: 'onnx:cpu', threads: 2 },
};
const { iterations } = experiment.algorithm;

const home = workplace(experiment);
const stoppedHome = workplace(experiment);
let whole: ReturnType<typeof computed>;
let stopped: string;
before(async () => {
  whole = computed((await finished({ task: 'train', path: home.file })).folder, iterations);
  const said = await trainer({ task: 'train', path: stoppedHome.file, stop: { moment: 'updating', nth: 1 } });
  assert.deepEqual({ status: said?.status, iteration: said?.iteration }, { status: 'stopped', iteration: 1 });
  stopped = onlyRun(stoppedHome.folder);
});
after(() => { home.remove(); stoppedHome.remove(); });

/** What is told of a policy that has learnt next to nothing, once its warm start is done: after a few tries, or where a stop left these out by the measurement. */
const silentIn = (attempts: number, steps: number) => ({ kind: 'warning', message: `In ${attempts} attempts the policy wrote not one call that reached a tool (${steps} × no call that can be read), so that reinforcement learning will find next to nothing to reward. Warm-start it for longer: raise warmStart.steps above 6.` });
const silent = silentIn(4, 12);

const warnings = ({ events }: Said): string[] => events.flatMap(({ kind, message }) => (kind === 'warning' && message !== undefined ? [message] : []));

/** A copy of the stopped run with something done to it. */
async function spoilt<T>(spoil: (run: string, folder: string) => void, then: (run: string) => Promise<T>): Promise<T> {
  const { folder, remove } = workplace(experiment);
  const run = join(folder, relative(stoppedHome.folder, stopped));
  try {
    cpSync(stoppedHome.folder, folder, { recursive: true });
    spoil(run, folder);
    return await then(run);
  } finally {
    remove();
  }
}

/** What resuming a spoilt run is refused with; the run's lines must then be as they were. */
const refusal = (spoil: (run: string, folder: string) => void): Promise<string> => spoilt(spoil, async (run) => {
  const lines = readFileSync(join(run, 'trajectories.jsonl'), 'utf8');
  const error = await resumeRun(run, () => {}, { gently: AbortSignal.abort() }).then(() => assert.fail('it was resumed'), (reason: unknown) => reason);
  assert.ok(error instanceof Error);
  assert.equal(readFileSync(join(run, 'trajectories.jsonl'), 'utf8'), lines);
  return error.message.replaceAll(run, '<run>').replaceAll('\\', '/');
});

const edit = (path: string, change: (text: string) => string): void => {
  const text = readFileSync(path, 'utf8');
  const changed = change(text);
  assert.notEqual(changed, text, `nothing to change in ${path}`);
  writeFileSync(path, changed);
};

function flipByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 3] ^= 1;
  writeFileSync(path, bytes);
}

test('the same file gives the same run, bit for bit; another seed gives another', async (t) => {
  const again = workplace(experiment);
  const other = workplace({ ...experiment, seed: experiment.seed + 1 });
  t.after(() => { again.remove(); other.remove(); });
  assert.deepEqual(computed((await finished({ task: 'train', path: again.file })).folder, iterations), whole);
  const different = computed((await finished({ task: 'train', path: other.file })).folder, iterations);
  for (const part of ['metrics', 'trajectories', 'tokens', 'weights', 'optimizer']) assert.notDeepEqual(different[part], whole[part], part);
});

test('asked to stop, it finishes the iteration and writes a checkpoint; moved elsewhere with its experiment and resumed, it equals an uninterrupted run', async (t) => {
  const elsewhere = workplace();
  elsewhere.remove();
  t.after(elsewhere.remove);
  cpSync(stoppedHome.folder, elsewhere.folder, { recursive: true });
  const run = join(elsewhere.folder, relative(stoppedHome.folder, stopped));
  const hidden = `${stoppedHome.folder}-away`;
  renameSync(stoppedHome.folder, hidden); // so that nothing can be found at the recorded place
  try {
    const said = await finished({ task: 'resume', path: run });
    assert.deepEqual(said.events, [{ kind: 'started', resumedFrom: 1 }]);
    assert.equal(said.seen.opening, 1);
    assert.deepEqual(computed(run, iterations), whole);
  } finally {
    renameSync(hidden, stoppedHome.folder);
  }
});

test('what is measured later is compared with the start, task by task, also by a run that went on; without the attempts of the start it is not', async () => {
  const changes = (metrics: string): Record<string, unknown>[] => metrics.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => 'evaluate/macro/change' in line);
  assert.deepEqual(changes(readFileSync(join(onlyRun(home.folder), 'metrics.jsonl'), 'utf8')).map(({ stage, iteration }) => [stage, iteration]), [['training', 2], ['final', 3]]);
  for (const [spoil, why] of [
    [(text: string) => text.replace(/("id":"e0\/[^}]*?"taskId":"phrasings\/)\d"/, '$1x"'), 'task phrasings/. of split phrasings is missing'],
    [(text: string) => text.replace('"id":"e0/', '"id":"f0/'), 'attempts that were measured when reinforcement learning began are missing from trajectories.jsonl'],
  ] as const) {
    await spoilt((run) => edit(join(run, 'trajectories.jsonl'), spoil), async (run) => {
      const { events } = await finished({ task: 'resume', path: run });
      assert.deepEqual(changes(readFileSync(join(run, 'metrics.jsonl'), 'utf8')), []);
      const told = events.filter(({ message }) => message?.startsWith('How far the pass rate changes is not recorded: '));
      assert.match(told.map(({ message }) => message).join(), new RegExp(`^How far the pass rate changes is not recorded: ${why}[^,]*$`), 'once');
      assert.match(readFileSync(join(run, 'log.jsonl'), 'utf8'), /"level":"warning","message":"How far the pass rate changes is not recorded: /);
    });
  }
});

test('asked to stop in the warm start, twice: it finishes the update, goes on from there, to the same end', async (t) => {
  const { folder, file, remove } = workplace(experiment);
  t.after(remove);
  const first = await trainer({ task: 'train', path: file, stop: { moment: 'warmStart', nth: 2 } });
  assert.deepEqual({ status: first?.status, iteration: first?.iteration, updates: first?.seen.warmStart }, { status: 'stopped', iteration: 0, updates: 2 });
  const run = onlyRun(folder);
  const second = await trainer({ task: 'resume', path: run, stop: { moment: 'warmStart', nth: 3 } });
  assert.deepEqual(second?.events, [{ kind: 'started', resumedFrom: 0, warmStartFrom: 2 }]);
  const last = await finished({ task: 'resume', path: run });
  assert.deepEqual(last.events, [{ kind: 'started', resumedFrom: 0, warmStartFrom: 5 }, silent]);
  assert.equal(last.seen.warmStart, 1);
  assert.deepEqual(computed(run, iterations), whole);
});

test('asked to stop in the last update of the warm start: what it came to is kept, its measurement is left', async (t) => {
  const { folder, file, remove } = workplace(experiment);
  t.after(remove);
  const said = await trainer({ task: 'train', path: file, stop: { moment: 'warmStart', nth: experiment.warmStart.steps } });
  assert.deepEqual({ status: said?.status, measured: said?.seen.evaluated }, { status: 'stopped', measured: 1 });
  const last = await finished({ task: 'resume', path: onlyRun(folder) });
  assert.deepEqual(last.events, [{ kind: 'started', resumedFrom: 0 }, silentIn(2, 6)]);
  assert.deepEqual([last.seen.warmStart, last.seen.evaluated], [undefined, 3]);
  assert.deepEqual(computed(last.folder, iterations), whole);
});

test('asked to stop whenever it measures, it leaves that at once; each resume makes up for it first, to the same end', async (t) => {
  const { folder, file, remove } = workplace(experiment);
  t.after(remove);
  const attempts = experiment.evaluation.tasksPerSplit;
  const stop = (moment: Moment, nth: number) => ({ moment, nth });
  // before the warm start, when nothing is there to keep
  const before = await trainer({ task: 'train', path: file, stop: stop('evaluating', 1) });
  assert.deepEqual([before?.status, before?.seen.checkpoint], ['stopped', undefined]);
  const run = onlyRun(folder);
  const owed = (iteration: number): unknown => (JSON.parse(readFileSync(join(run, 'checkpoints', String(iteration), 'state.json'), 'utf8')) as { state: { owed?: string } }).state.owed;
  // after the warm start
  const warm = await trainer({ task: 'resume', path: run, stop: stop('evaluating', attempts + 1) });
  assert.deepEqual([warm?.status, warm?.iteration, owed(0)], ['stopped', 0, 'warmStart']);
  // asked in an iteration after which it would measure: it does not begin to
  const update = await trainer({ task: 'resume', path: run, stop: stop('updating', 2) });
  assert.deepEqual([update?.iteration, update?.seen.evaluated, owed(0), owed(2)], [2, 1, undefined, 'training']);
  // while it makes up for that
  const again = await trainer({ task: 'resume', path: run, stop: stop('evaluating', 1) });
  assert.deepEqual([again?.status, again?.seen.evaluated, owed(2)], ['stopped', undefined, 'training']);
  // in the last measurement
  const final = await trainer({ task: 'resume', path: run, stop: stop('evaluating', attempts + 1) });
  assert.deepEqual([final?.status, final?.iteration, owed(2)], ['stopped', iterations, undefined]);
  const { seen } = await finished({ task: 'resume', path: run });
  assert.deepEqual([seen.iteration, seen.evaluated], [undefined, 1]);
  assert.deepEqual(computed(run, iterations), whole);
});

test('aborted in an update, its newest checkpoint damaged, another thread count recorded: it warns, takes the checkpoint before, and gets there', async (t) => {
  const { folder, file, remove } = workplace(experiment);
  t.after(remove);
  const said = await trainer({ task: 'train', path: file, abort: { moment: 'minibatch', nth: 2 * 4 + 3 } });
  assert.deepEqual({ status: said?.status, iteration: said?.iteration }, { status: 'stopped', iteration: 2 });
  const run = onlyRun(folder);
  flipByte(join(run, 'checkpoints', '2', 'weights.safetensors'));
  edit(join(run, 'run.json'), (text) => text.replace('"threads": 2', '"threads": 7'));
  const resumed = await finished({ task: 'resume', path: run });
  const [damaged, threads] = warnings(resumed);
  assert.match(damaged, /^Passed over the checkpoint of iteration 2: .*SHA-256/);
  assert.match(threads, /^The run began on onnx:cpu with 7 threads and goes on with onnx:cpu and 2 threads: the rest may not equal/);
  assert.deepEqual(computed(run, iterations), whole);
});

test('the reference policy is gone or damaged: an error that says what checkpoint 0 is for', async () => {
  const gone = await refusal((run) => rmSync(join(run, 'checkpoints', '0'), { recursive: true }));
  assert.match(gone, /^Checkpoint 0 of <run> holds the reference policy, without which the run cannot go on: restore it from a copy, or start a new run\. .*missing/);
  assert.match(await refusal((run) => flipByte(join(run, 'checkpoints', '0', 'weights.safetensors'))), /^Checkpoint 0 of <run> holds the reference policy.*SHA-256/);
});

test('resolved.json is missing, torn, misspelt, out of range or incomplete: errors that say where and what to do', async () => {
  const resolved = (change: (text: string) => string): Promise<string> => refusal((run) => edit(join(run, 'resolved.json'), change));
  const advice = 'Nothing writes it after the start of a run; restore it from a copy, or start a new run of <run>/experiment.steptool.json.';
  assert.equal(await refusal((run) => rmSync(join(run, 'resolved.json'))), `<run>/resolved.json is missing. ${advice}`);
  assert.match(await resolved((text) => text.slice(0, text.length >> 1)), /^<run>\/resolved\.json is damaged, at \d+:\d+: /);
  assert.match(await resolved((text) => text.replace('"gamma"', '"gama"')), /is damaged, at \d+:\d+: .*Did you mean "gamma"\?/);
  assert.match(await resolved((text) => text.replace('"maxTurns": 3', '"maxTurns": -3')), /is damaged, at \d+:\d+: .*maxTurns/);
  assert.equal(await resolved((text) => text.replace(/"learningRate": 0.01,\s*/, '')), `<run>/resolved.json says nothing about "algorithm.learningRate". ${advice}`);
});

test('a run from before a field came to be goes on as it did', async () => {
  const before = (run: string): void => edit(join(run, 'resolved.json'), (text) => text.replace(/"precision": "float32",\s*/, ''));
  const { status } = await spoilt(before, (run) => resumeRun(run, () => {}, { gently: AbortSignal.abort() }));
  assert.equal(status, 'stopped');
});

test('resolved.json says something else than the checkpoint was trained with: refused', async () => {
  const message = await refusal((run) => edit(join(run, 'resolved.json'), (text) => text.replace('"learningRate": 0.01', '"learningRate": 0.02')));
  assert.equal(message, '<run>/checkpoints/1 was trained by another experiment than resolved.json now describes. Undo the change there, or start a new run of the changed experiment.');
});

test('the tokenizer is another one now: refused', async () => {
  const message = await spoilt((run, folder) => {
    edit(join(folder, 'tokenizer.json'), (text) => `${text} `);
    edit(join(run, 'run.json'), (text) => text.replaceAll(JSON.stringify(stoppedHome.folder).slice(1, -1), JSON.stringify(folder).slice(1, -1)));
  }, (run) => resumeRun(run, () => {}, { gently: AbortSignal.abort() }).then(() => 'it was resumed', (error: Error) => error.message));
  assert.match(message, /was trained with another tokenizer than policy\.tokenizer \("tokenizer\.json"\) now is\. Put the earlier one back/);
});

test('no run folder, a finished run: told apart', async () => {
  const refused = (folder: string) => resumeRun(folder, () => {}, { gently: AbortSignal.abort() });
  await assert.rejects(refused(home.folder), /is no run folder: it has no run\.json/);
  await assert.rejects(refused(onlyRun(home.folder)), /finished at .*there is nothing to resume/);
});
