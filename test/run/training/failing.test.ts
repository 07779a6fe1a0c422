/** Runs whose engine fails or computes nonsense: what was reached is kept, the failure is told, and going on comes to the same end. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Engine, HostTensors } from '../../../src/compute/engine.ts';
import { ProgramCache } from '../../../src/compute/program-cache.ts';
import { watched } from '../../../src/compute/watch.ts';
import { validateExperiment } from '../../../src/config/validate.ts';
import type { TrainingEvent } from '../../../src/run/training/events.ts';
import { openSetup } from '../../../src/run/training/setup.ts';
import { resumeRun, startRun } from '../../../src/run/training/start.ts';
import { computed, onlyRun, tiny, workplace } from './processes.ts';

const iterations = 3;
/** No checkpoint is due but the first and the last. */
const experiment = { ...tiny, algorithm: { ...tiny.algorithm, iterations }, evaluation: { splits: ['phrasings'], tasksPerSplit: 2, every: 2 }, checkpoints: { every: 100 } };

function fileOf(path: string) {
  const text = readFileSync(path);
  return { path, text, experiment: validateExperiment(text.toString('utf8'), { name: 'tiny' }).experiment! };
}

/** What befalls the first run of a program at or after the nth time that the run tells of something, and after `runs` more. */
interface Fault {
  readonly at: TrainingEvent['kind'];
  readonly nth: number;
  readonly runs?: number;
  readonly befalls: () => Promise<void>;
  /** Whether it never answers. */
  readonly hangs?: true;
  /** Done to what the program gives. */
  readonly spoil?: (results: HostTensors) => void;
}

/** Trains with an engine that has the fault, around the real one. */
async function failing({ at, nth, runs = 0, befalls, hangs, spoil }: Fault): Promise<{ run: string; error: Error; remove: () => void; saved: number[] }> {
  const { folder, file, remove } = workplace(experiment);
  let seen = 0;
  let left = runs;
  const faulty = (engine: Engine): Engine => ({
    name: engine.name, threads: engine.threads,
    async compile(program, signature) {
      const compiled = await engine.compile(program, signature);
      return {
        run: async (inputs, into) => {
          const isNow = seen >= nth && left-- === 0;
          if (isNow) await befalls();
          const results = await compiled.run(inputs, into);
          if (isNow) spoil?.(results);
          return results;
        },
        dispose: () => compiled.dispose(),
      };
    },
  });
  const open: typeof openSetup = async (...from) => {
    const setup = await openSetup(...from);
    return { ...setup, programs: new ProgramCache(watched(faulty(setup.engine.engine), hangs ? { seconds: 1000, tick: 10 } : { seconds: 600 })) };
  };
  const saved: number[] = [];
  const listener = (event: TrainingEvent): void => {
    if (event.kind === at) seen++;
    if (event.kind === 'checkpoint' && event.iteration !== saved.at(-1)) saved.push(event.iteration); // that of the warm start is replaced
  };
  const error = await startRun(fileOf(file), listener, {}, open).then(() => assert.fail('nothing befell it'), (reason: Error) => reason);
  return { run: onlyRun(folder), error, remove, saved };
}

const runJson = (run: string) => JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as { status: string; error: { code: string; message: string } };
interface Log { readonly level: string; readonly message: string; readonly code?: string; readonly tensors?: { readonly name: string; readonly nan: number }[] }
const errorLines = (run: string): Log[] => readFileSync(join(run, 'log.jsonl'), 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line) as Log).filter(({ level }) => level === 'error');

/** Goes on with the real engine. */
async function goesOn(run: string): Promise<TrainingEvent & { kind: 'started' }> {
  let started: TrainingEvent | undefined;
  const { status } = await resumeRun(run, (event) => { if (event.kind === 'started') started = event; }, {});
  assert.equal(status, 'finished');
  assert.deepEqual(computed(run, iterations), whole);
  assert.ok(started?.kind === 'started');
  return started;
}

const home = workplace(experiment);
let whole: ReturnType<typeof computed>;
before(async () => { whole = computed((await startRun(fileOf(home.file), () => {}, {})).folder, iterations); });
after(() => home.remove());

const breaks = (words: string) => async (): Promise<void> => { throw new Error(words); };
const nothing = async (): Promise<void> => {};

test('the card is lost while an iteration collects: the iterations before are kept, though no checkpoint was due', async (t) => {
  const { run, error, remove, saved } = await failing({ at: 'iteration', nth: 2, runs: 30, befalls: breaks('DXGI_ERROR_DEVICE_REMOVED') });
  t.after(remove);
  assert.match(error.message, /^onnx:cpu lost its device: .*resume continues from it/);
  assert.deepEqual([runJson(run).status, runJson(run).error.code, runJson(run).error.message], ['failed', 'engineDevice', error.message]);
  assert.deepEqual(errorLines(run).map(({ code, message }) => [code, message]), [['engineDevice', error.message]]);
  assert.equal(saved.at(-1), 2);
  assert.equal((await goesOn(run)).resumedFrom, 2);
});

test('the engine never answers in the first update of an iteration: given up, and kept', async (t) => {
  const { run, remove, saved } = await failing({ at: 'updating', nth: 2, runs: 1, befalls: () => new Promise(() => {}), hangs: true });
  t.after(remove);
  assert.deepEqual([runJson(run).error.code, saved], ['engineHung', [0, 1]]);
  assert.equal((await goesOn(run)).resumedFrom, 1);
});

test('out of memory in the last update of an iteration, which has changed the policy by then: the checkpoint before stays the newest', async (t) => {
  const { run, error, remove, saved } = await failing({ at: 'updating', nth: 2, runs: 4, befalls: breaks('std::bad_alloc') });
  t.after(remove);
  assert.match(error.message, /^onnx:cpu ran out of memory/);
  assert.deepEqual(saved, [0]);
  assert.equal((await goesOn(run)).resumedFrom, 0);
});

test('the engine fails while the policy is measured: the measurement is owed', async (t) => {
  const { run, remove, saved } = await failing({ at: 'iteration', nth: 2, runs: 0, befalls: breaks('no more') });
  t.after(remove);
  assert.deepEqual([runJson(run).error.code, saved], ['engineRun', [0, 2]]);
  await goesOn(run);
});

test('the engine fails in the warm start: it goes on from the update before', async (t) => {
  const { run, remove } = await failing({ at: 'warmStart', nth: 3, befalls: breaks('no more') });
  t.after(remove);
  assert.equal((await goesOn(run)).warmStartFrom, 3);
});

test('a loss that is NaN: the update is not applied, the tensors stand in the log, and with a sound engine it goes on to the same end', async (t) => {
  const spoil = (results: HostTensors): void => { results['metrics'].data.fill(NaN); };
  const { run, error, remove, saved } = await failing({ at: 'updating', nth: 2, runs: 1, befalls: nothing, spoil });
  t.after(remove);
  assert.match(error.message, /^Training stopped, its weights untouched: the loss of update \d+ is NaN\./);
  assert.deepEqual([runJson(run).error.code, saved], ['notFinite', [0, 1]]);
  const [{ code, tensors }] = errorLines(run);
  assert.deepEqual([code, tensors?.[0].name, tensors?.[0].nan], ['notFinite', 'loss', 1]);
  await goesOn(run);
});

test('log-probabilities that are NaN, in the reference: learning does not begin, and nothing of the iteration is recorded', async (t) => {
  const spoil = (results: HostTensors): void => { results['logProbs'].data[0] = NaN; };
  const { run, error, remove } = await failing({ at: 'updating', nth: 1, runs: 0, befalls: nothing, spoil });
  t.after(remove);
  assert.match(error.message, /the log-probs of the reference are partly NaN/);
  assert.ok(!existsSync(join(run, 'tokens', '1.safetensors')));
  assert.equal((await goesOn(run)).resumedFrom, 0);
});
