import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultExperiment } from '../../../src/config/defaults.ts';
import { bundledPolicy } from '../../../src/run/package-root.ts';
import { readTokenizer } from '../../../src/run/policy-folder.ts';
import { demonstrationBatches } from '../../../src/run/training/warm-start.ts';
import { createAtlas } from '../../../src/world/atlas/atlas.ts';

const world = createAtlas(defaultExperiment.world);
const tokenizer = readTokenizer(bundledPolicy());
const { warmStart: { expert }, policy: { context }, seed } = defaultExperiment;
const batches = (from?: { task: number; batch: number }) => demonstrationBatches(world, tokenizer, expert, seed, context, 600, from);

test('demonstrations go on from any place as if nothing had been between, also where a pool of them ends', () => {
  const whole = batches();
  const all = Array.from({ length: 36 }, () => whole.next().value!);
  const pools = new Set(all.map(({ next }) => next.task));
  assert.ok(pools.size > 2, 'three pools');
  for (let done = 1; done < all.length - 1; done++) {
    const rest = batches(all[done - 1].next);
    assert.deepEqual([rest.next().value, rest.next().value], all.slice(done, done + 2), `after batch ${done}`);
  }
});
