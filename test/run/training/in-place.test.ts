/** Runs that train all weights in place: the reference is checkpoint 0, read when it is asked, and nothing else is different. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Sequence } from '../../../src/learn/packing.ts';
import { score } from '../../../src/learn/score.ts';
import { runPath } from '../../../src/run/folder/paths.ts';
import { fileSource } from '../../../src/run/folder/source.ts';
import { listCheckpoints } from '../../../src/run/folder/checkpoint-read.ts';
import { openTokens } from '../../../src/run/folder/tokens.ts';
import { openRunLearner } from '../../../src/run/training/open-learner.ts';
import { readResolved } from '../../../src/run/training/read-resolved.ts';
import { LostReference, referenceOf } from '../../../src/run/training/resumable.ts';
import { openSetup, type Setup } from '../../../src/run/training/setup.ts';
import { validateExperiment } from '../../../src/config/validate.ts';
import { startRun } from '../../../src/run/training/start.ts';
import { livelyWeights } from '../../policy/tiny.ts';
import { computed, finished, onlyRun, tiny, trainer, workplace } from './processes.ts';

const experiment = { ...tiny, algorithm: { ...tiny.algorithm, iterations: 3 }, evaluation: { tasksPerSplit: 1, every: 0 }, checkpoints: { every: 1 }, engine: { ...tiny.engine, recompute: 'always' } };
const home = workplace(experiment);
let run: string;
before(async () => { run = (await finished({ task: 'train', path: home.file })).folder; });
after(() => home.remove());

test('divergence is measured from where reinforcement learning began, in every iteration', async () => {
  const { config, programs } = await openSetup(readResolved(run), home.file);
  const reference = await referenceOf(run, config, undefined);
  for (const iteration of [1, 2, 3]) {
    const file = await openTokens(fileSource(runPath.tokens(run, iteration)));
    const rows = await Promise.all(file.trajectoryIds.map(async (id) => (await file.row(id))!));
    const sequences = rows.map(({ id, ids, mask }): Sequence => ({ group: id, prompt: [ids[0]], response: Array.from(ids).slice(1), mask: Array.from(mask).slice(1) }));
    const scored = await score(programs, config, reference, sequences, ['logProbs'], 1);
    let moved = 0;
    rows.forEach(({ mask, logProb, refLogProb }, i) => Array.from(mask).forEach((written, t) => {
      if (!written) return;
      assert.ok(Math.abs(refLogProb![t] - scored[i].logProbs[t - 1]) < 1e-4, `iteration ${iteration}: ${refLogProb![t]}, and by checkpoint 0 ${scored[i].logProbs[t - 1]}`);
      moved = Math.max(moved, Math.abs(logProb![t] - refLogProb![t]));
    }));
    assert.equal(moved > 1e-2, iteration > 1, `iteration ${iteration}: the policy has moved by ${moved}`);
  }
  await programs.dispose();
});

for (const [when, kill] of [['in its warm start', { moment: 'warmStart', nth: 4 }], ['in its second iteration', { moment: 'updating', nth: 2 }]] as const) {
  test(`killed ${when} and resumed, it becomes the same to the last bit`, async (t) => {
    const disturbed = workplace(experiment);
    t.after(() => disturbed.remove());
    assert.equal(await trainer({ task: 'train', path: disturbed.file, kill }), undefined, 'it was killed');
    assert.deepEqual(computed((await finished({ task: 'resume', path: onlyRun(disturbed.folder) })).folder, 3), computed(run, 3));
  });
}

test('without its reference a run does not go on, and says what is missing', async (t) => {
  const robbed = workplace(experiment);
  t.after(() => robbed.remove());
  await trainer({ task: 'train', path: robbed.file, stop: { moment: 'updating', nth: 1 } });
  const folder = onlyRun(robbed.folder);
  rmSync(join(folder, 'checkpoints', '0', 'weights.safetensors'));
  const said = await trainer({ task: 'resume', path: folder });
  assert.match(said?.error ?? '', /Checkpoint 0 of .* holds the reference policy, without which the run cannot go on: restore it from a copy/);
});

test('one set of weights is all that there is: the learner takes over those that it is given, and lets go those that the run began with', async () => {
  const { config, programs, experiment } = await openSetup(readResolved(run), home.file);
  const setup = { config, programs, experiment } as Setup;
  const opened = (sizes: typeof config): { same: boolean; left: number } => {
    const [weights, start] = [livelyWeights(sizes, 1), livelyWeights(sizes, 2)];
    const { optimizer } = openRunLearner({ ...setup, config: sizes }, run, weights, start, 0);
    return { same: Object.keys(weights).every((name) => optimizer.weights[name].data === weights[name].data), left: Object.values(start).reduce((sum, { data }) => sum + data.byteLength, 0) };
  };
  assert.deepEqual(opened(config), { same: true, left: 0 });
  const { recompute: _, ...plain } = config;
  const there = opened(plain);
  assert.ok(!there.same && there.left > 0, 'without recomputation both stay');
  const adapted = opened({ ...config, adapter: { rank: 2, alpha: 4, modules: ['q_proj'] } });
  assert.ok(!adapted.same && adapted.left > 0, 'so do they beneath an adapter, which shares them');
  await programs.dispose();
});

test('a reference that cannot be read costs no iteration: what was reached is kept, and the run goes on once it can be', async (t) => {
  const robbed = workplace({ ...experiment, checkpoints: { every: 10 } });
  t.after(() => robbed.remove());
  const text = readFileSync(robbed.file);
  const file = { path: robbed.file, text, experiment: validateExperiment(text.toString('utf8'), { name: 'tiny' }).experiment! };
  const named = (name: string): string => join(onlyRun(robbed.folder), 'checkpoints', '0', name);
  const failed = startRun(file, (event) => { if (event.kind === 'collecting' && event.iteration === 3 && !existsSync(named('aside'))) renameSync(named('weights.safetensors'), named('aside')); }, {});
  await assert.rejects(failed, (error) => error instanceof LostReference && /restore it from a copy, or start a new run/.test(error.message));
  assert.deepEqual(await listCheckpoints(onlyRun(robbed.folder)), [0, 2]);
  renameSync(named('aside'), named('weights.safetensors'));
  const [there, whole] = [computed((await finished({ task: 'resume', path: onlyRun(robbed.folder) })).folder, 3), computed(run, 3)];
  assert.deepEqual([there.weights, there.optimizer, there.metrics], [whole.weights, whole.optimizer, whole.metrics]);
});

test('a reference that is there and cannot be read for now is not to be restored', () => {
  assert.match(new LostReference('runs/a', Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' })).message, /the run cannot go on: see that it can be read, and resume the run\. EIO/);
});
