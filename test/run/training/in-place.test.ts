/** Runs that train all weights in place: the reference is checkpoint 0, read when it is asked, and nothing else is different. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Sequence } from '../../../src/learn/packing.ts';
import { score } from '../../../src/learn/score.ts';
import { runPath } from '../../../src/run/folder/paths.ts';
import { fileSource } from '../../../src/run/folder/source.ts';
import { openTokens } from '../../../src/run/folder/tokens.ts';
import { readResolved } from '../../../src/run/training/read-resolved.ts';
import { referenceOf } from '../../../src/run/training/resumable.ts';
import { openSetup } from '../../../src/run/training/setup.ts';
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
