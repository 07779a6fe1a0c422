/** A trainer killed with SIGKILL, wherever that finds it, and resumed: all that the run computed equals an uninterrupted run. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { numbers } from '../folder-help.ts';
import { computed, finished, onlyRun, tiny, trainer, workplace, type Moment, type Order } from './processes.ts';

type Point = NonNullable<Order['kill']>;

const home = workplace();
let whole: ReturnType<typeof computed>;
let seen: Readonly<Partial<Record<Moment, number>>>;

before(async () => {
  const said = await finished({ task: 'train', path: home.file });
  whole = computed(said.folder);
  seen = said.seen;
});
after(() => home.remove());

const random = numbers(2410);
/** A moment at random in [from, to], both counted from 1. */
const between = (from: number, to: number): number => from + (random() % (to - from + 1));

const perIteration = tiny.algorithm.epochs * tiny.algorithm.minibatches;
/** A tiny warm start writes one after each update but the last, all as number 0; then come the iterations' own. */
const checkpoints = { warmStart: tiny.warmStart.steps - 1, all: tiny.warmStart.steps - 1 + 1 + tiny.algorithm.iterations / tiny.checkpoints.every };
/** Before the nth minibatch (from 1) of an iteration. */
const minibatch = (iteration: number, nth: number): Point => ({ moment: 'minibatch', nth: (iteration - 1) * perIteration + nth });

/** Trains with a kill at each point, the first in the run's first process, each next one in a process that resumes; then resumes to the end. */
type From = { readonly resumedFrom: number | undefined; readonly warmStartFrom?: number };

async function killed(t: TestContext, ...points: Point[]): Promise<{ folder: string; from: From }> {
  const { folder, file, remove } = workplace();
  t.after(remove);
  for (const [index, kill] of points.entries()) {
    const order: Order = index === 0 ? { task: 'train', path: file, kill } : { task: 'resume', path: onlyRun(folder), kill };
    assert.equal(await trainer(order), undefined, `no kill at ${kill.moment} ${kill.nth}: it never came by`);
  }
  const said = await finished({ task: 'resume', path: onlyRun(folder) });
  const { kind: _, ...from } = said.events.find(({ kind }) => kind === 'started')!;
  return { folder: said.folder, from: { resumedFrom: undefined, ...from } };
}

async function equalsWhole(t: TestContext, expected: From, ...points: Point[]): Promise<void> {
  t.diagnostic(`killed at ${points.map(({ moment, nth }) => `${moment} ${nth}`).join(', then ')}`);
  const { folder, from } = await killed(t, ...points);
  assert.deepEqual(from, expected);
  assert.deepEqual(computed(folder), whole);
}

test('the uninterrupted run did learn: its policy moves, from a reference that stays', () => {
  const kl = (whole['metrics'] as Record<string, number>[]).flatMap((line) => ('policy/kl' in line ? [line['policy/kl']] : []));
  assert.equal(kl.length, tiny.algorithm.iterations);
  assert.ok(Math.abs(kl[0]) < 1e-5, `the first episodes are the reference's own: ${kl[0]}`);
  // An estimate of either sign: near zero now and then, but not for long.
  assert.ok(kl.slice(1).some((value) => Math.abs(value) > 1e-3), `later ones are not: ${kl.join(' ')}`);
  assert.equal(seen.minibatch, tiny.algorithm.iterations * perIteration);
});

test('killed in the first update of the warm start: it starts over', (t) => equalsWhole(t, { resumedFrom: undefined }, { moment: 'warmStart', nth: 1 }));

test('killed in the warm start: it goes on with its last checkpoint', (t) => {
  const nth = between(2, tiny.warmStart.steps);
  return equalsWhole(t, { resumedFrom: 0, warmStartFrom: nth - 1 }, { moment: 'warmStart', nth });
});

test('killed in the warm start again and again, once while one checkpoint of it takes the place of another', (t) =>
  equalsWhole(t, { resumedFrom: 0, warmStartFrom: 4 }, { moment: 'warmStart', nth: 3 }, { moment: 'checkpointDisk', nth: Math.round(seen.checkpointDisk! / checkpoints.all) + between(2, 60) }, { moment: 'warmStart', nth: 2 }));

test('killed while the policy is measured after the warm start: of that only the last update is done again', (t) =>
  equalsWhole(t, { resumedFrom: 0, warmStartFrom: tiny.warmStart.steps - 1 }, { moment: 'evaluating', nth: 9 + between(1, 8) }));

test('killed while it collects', (t) => equalsWhole(t, { resumedFrom: 2 }, { moment: 'collecting', nth: 2 * 4 + between(1, 7) }));

test('killed between two minibatches of an epoch', (t) => equalsWhole(t, { resumedFrom: 2 }, minibatch(4, 2)));

test('killed between two epochs of an iteration', (t) => equalsWhole(t, { resumedFrom: 0 }, minibatch(2, 3)));

test('killed during an evaluation', (t) => equalsWhole(t, { resumedFrom: 2 }, { moment: 'evaluating', nth: 3 * 9 + between(1, 8) }));

test('killed while a checkpoint is being written', (t) => equalsWhole(t, { resumedFrom: 0 }, { moment: 'checkpointDisk', nth: Math.round((seen.checkpointDisk! * (checkpoints.warmStart + 1)) / checkpoints.all) + 5 + between(2, 60) }));

test('killed right after a checkpoint', (t) => equalsWhole(t, { resumedFrom: 4 }, { moment: 'checkpoint', nth: checkpoints.warmStart + 3 }));

test('killed during the final evaluation: only that is left to do', (t) => equalsWhole(t, { resumedFrom: 6 }, { moment: 'evaluating', nth: 4 * 9 + 5 }));

test('killed again and again: in an update, while the folder is being put in order, while collecting', (t) =>
  equalsWhole(t, { resumedFrom: 4 }, minibatch(3, 2), { moment: 'disk', nth: between(4, 10) }, { moment: 'collecting', nth: 2 * 4 + between(1, 7) }));

test('killed at any change of the disk', async (t) => {
  const { folder, file, remove } = workplace();
  t.after(remove);
  const nth = between(40, seen.disk! - 5);
  t.diagnostic(`killed at change ${nth} of ${seen.disk}`);
  assert.equal(await trainer({ task: 'train', path: file, kill: { moment: 'disk', nth } }), undefined);
  const { folder: run } = await finished({ task: 'resume', path: onlyRun(folder) });
  assert.deepEqual(computed(run), whole);
  const { status, resumed } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as { status: string; resumed: unknown[] };
  assert.deepEqual({ status, resumed: resumed.length }, { status: 'finished', resumed: 1 });
});
